/**
 * The hosts that processes run on: this machine, and a network namespace with an address of its own, which only the administrator of a Linux may
 * make. Elsewhere all run on this machine.
 */
import { spawnSync } from "node:child_process"
import process from "node:process"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

export interface Host {
  /** What a program is started with. */
  readonly prefix: ReadonlyArray<string>
  /** The address under which this machine is known to it. */
  readonly address: string
}

const here: Host = { prefix: [], address: "127.0.0.1" }

const ip = (args: string) => spawnSync("ip", args.split(" "), { stdio: "ignore" }).status === 0

const makeNamespace = (id: number): Host | undefined => {
  const [name, outer, inner] = [`budget-${id}`, `bo${id}`, `bi${id}`]
  const network = `10.77.${id % 256}`
  const isMade = [
    `netns add ${name}`,
    `link add ${outer} type veth peer name ${inner} netns ${name}`,
    `addr add ${network}.1/30 dev ${outer}`,
    `link set ${outer} up`,
    `-n ${name} addr add ${network}.2/30 dev ${inner}`,
    `-n ${name} link set ${inner} up`,
    `-n ${name} link set lo up`,
  ].every(ip)
  return isMade ? { prefix: ["ip", "netns", "exec", name], address: `${network}.1` } : undefined
}

/** Both hosts; the second one ends with the scope. */
export const hosts = Effect.gen(function* () {
  const id = process.pid
  const remove = () => ip(`netns del budget-${id}`)
  // A proof that is stopped leaves none behind either.
  process.once("exit", remove)
  const other = yield* Effect.acquireRelease(
    Effect.sync(() => makeNamespace(id)),
    () => Effect.sync(remove),
  )
  yield* Console.log(
    other === undefined
      ? "One host: this machine permits no network namespace."
      : "Two hosts: every other process runs in a network namespace of its own, with an address of its own.",
  )
  return other === undefined ? [here] : [here, other]
})
