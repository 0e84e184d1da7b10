/**
 * Pins the newest Effect of the range that our packages have as their peer, instead of the oldest: `node tools/release/newest-effect.ts`, then an
 * install. A job of CI runs it, to learn whether a new Effect breaks something.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { published } from "./published.ts"

const workspace = new URL("../../pnpm-workspace.yaml", import.meta.url)

/** The newest of the versions that a registry lists for a range, oldest first; one alone it lists as a text. */
const newestOf = (name: string, range: string): string => {
  const listed = JSON.parse(
    execFileSync("npm", ["view", `${name}@${range}`, "version", "--json"], { encoding: "utf8" }),
  )
  return [listed as string | ReadonlyArray<string>].flat().at(-1) ?? ""
}

const peers = published.flatMap(({ peerDependencies }) => Object.entries(peerDependencies ?? {}))
const ranges = new Map(peers.filter(([name]) => name === "effect" || name.startsWith("@effect/")))

for (const [name, range] of ranges) {
  const version = newestOf(name, range)
  if (!/^\d+\.\d+\.\d+$/u.test(version)) throw new Error(`No version of ${name} is in ${range}.`)
  const entry = new RegExp(`^(  "?${name}"?: ).*$`, "mu")
  writeFileSync(workspace, readFileSync(workspace, "utf8").replace(entry, `$1${version}`))
  console.log(`${name} ${version}`)
}
