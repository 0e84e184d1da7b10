/**
 * A network namespace with nothing but loopback. A rehearsal of publishing runs nowhere else: tools have more than one way to choose a registry,
 * and one that is overlooked publishes for real.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { networkInterfaces } from "node:os"
import process from "node:process"

const unshare = process.getuid?.() === 0 ? ["-n"] : ["-r", "-n"]

/** Whether this machine lets us make such a namespace. */
export const isPermitted = (): boolean =>
  spawnSync("unshare", [...unshare, "ip", "link", "set", "lo", "up"], { stdio: "ignore" }).status === 0

/** Runs this program again inside of one, and returns its exit code. */
export const runInside = (args: ReadonlyArray<string>): number => {
  const { status } = spawnSync("unshare", [...unshare, process.execPath, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
  })
  return status ?? 1
}

const lines = (file: string): ReadonlyArray<string> => readFileSync(file, "utf8").trim().split("\n")

/** Brings loopback up and tells what else there is, which has to be nothing: names of interfaces, routes that leave the machine. */
export const enter = (): ReadonlyArray<string> => {
  execFileSync("ip", ["link", "set", "lo", "up"])
  const devices = lines("/proc/net/dev")
    .slice(2)
    .map((line) => line.trim().split(":")[0] ?? "")
  const routes = lines("/proc/net/route").slice(1)
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return [
    ...devices.filter((name) => name !== "lo"),
    ...routes,
    ...addresses.filter(({ internal }) => !internal).map(({ address }) => address),
  ]
}
