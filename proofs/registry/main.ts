/**
 * Rehearses a release against a registry on loopback: `npm run proof:registry`. A copy of the repository is versioned and published to
 * verdaccio, and users install it with npm, pnpm, npx and Deno; then a second release of one changed package, and a broken one that has to
 * be refused. All of it in a network namespace that has nothing but loopback; without one nothing is published. `--required` fails where
 * the machine permits none.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { forEffect4, published, readManifest } from "@effect-aptrinsic/tools/release/published"
import { withDeno, withNpm, withNpx, withPnpm, type Registered } from "./consumers.ts"
import { copyRepository } from "./copy.ts"
import { enter, isPermitted, runInside } from "./namespace.ts"
import { broken, first, second } from "./releases.ts"
import { besides, installVerdaccio, startVerdaccio } from "./server.ts"

const program = fileURLToPath(import.meta.url)
const [mode, ...rest] = process.argv.slice(2)

/** Where npm has put a Node of some version; undefined when it is not to be had. */
const findNode = (version: string): string | undefined => {
  const args = ["-y", `--package=node@${version}`, "--", "node", "-p", "process.execPath"]
  const { status, stdout } = spawnSync("npx", args, { encoding: "utf8", timeout: 60_000 })
  return status === 0 ? stdout.trim() : undefined
}

const others = (): Record<string, string> =>
  Object.fromEntries(
    besides.map((name) => [name, readManifest(new URL(`../node_modules/${name}/`, import.meta.url)).version]),
  )

const started = performance.now()
const say = (what: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${what}`)

type User = () => Promise<string>

/** Two queues of users, one for each of two cores. */
const usersOf = (scratch: string, nodes: ReadonlyArray<string>, registered: Registered): ReadonlyArray<Array<User>> => {
  const onNode = nodes.map((node): User => async () => {
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim()
    await withNpm(join(scratch, `npm-${version}`), node, registered)
    await withNpx(join(scratch, `npx-${version}`), node, registered, "0.1.0")
    return `npm and npx on Node ${version}: createAccount, the command and a suite of vitest ran`
  })
  const byPnpm: User = async () => {
    await withPnpm(join(scratch, "pnpm"), process.execPath, registered)
    return "pnpm: the same, and the types"
  }
  const onDeno: User = async () => {
    await withDeno(join(scratch, "deno"), registered)
    return "Deno refused what is younger than 24 hours; told to take it, createAccount, type-checked, and the command ran"
  }
  return [onNode.slice(0, 2), [...onNode.slice(2), byPnpm, onDeno]]
}

const rehearse = async (nodes: ReadonlyArray<string>): Promise<void> => {
  const outside = enter()
  if (outside.length > 0) throw new Error(`Loopback is not alone: ${outside.join(", ")}. Nothing is published.`)
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "registry-")))
  try {
    const home = join(scratch, "home")
    mkdirSync(home)
    await using verdaccio = await startVerdaccio(scratch)
    say(`verdaccio at ${verdaccio.url}, in a network namespace with loopback alone`)
    const copy = await copyRepository(join(scratch, "repository"), home, verdaccio)
    console.log(await first(copy, verdaccio))
    say(
      `refused to publish unsigned, as the workflow is set; then published ${published.length} packages as 0.1.0 with tokens that the registry gave it on trust, unattested, which its last check refuses`,
    )

    const ranges = Object.fromEntries(forEffect4.map(({ name }) => [name, "^0.1.0"]))
    const registered: Registered = { url: verdaccio.url, ranges, others: others() }
    await Promise.all(
      usersOf(scratch, nodes, registered).map(async (users) => {
        for (const user of users) say(await user())
      }),
    )

    const versions = await second(copy, verdaccio)
    await withNpx(join(scratch, "npx-second"), process.execPath, registered, "0.1.1")
    say(
      `second release: ${Object.entries(versions)
        .map(([name, all]) => `${name} ${all.at(-1)}`)
        .join(", ")}`,
    )
    for (const sentence of await broken(copy, verdaccio)) console.log(`  refused: ${sentence}`)
    say(
      "No violation: a missing file, exports of sources and a private dependency were refused before anything was published",
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What keeps this machine from the rehearsal; undefined where nothing does. */
const obstacle = (): string | undefined => {
  if (!isPermitted()) return "this machine permits no network namespace of our own (unshare -n)"
  return installVerdaccio() ? undefined : "verdaccio is not to be had here"
}

if (mode === "--inside") {
  await rehearse(rest)
} else {
  const missing = obstacle()
  if (missing === undefined) {
    const nodes = [findNode("22.19.0"), process.execPath, findNode("26.10.0")].filter((node) => node !== undefined)
    if (nodes.length < 3) console.log("A Node is not to be had here: the rehearsal goes without it.")
    process.exitCode = runInside([program, "--inside", ...nodes])
  } else {
    console.log(`NOT PROVEN: ${missing}, so nothing was published, not even to loopback.`)
    process.exitCode = mode === "--required" ? 1 : 0
  }
}
