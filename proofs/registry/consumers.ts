/**
 * Users who install the packages from the registry, each with a tool of theirs, and run what they came for.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { isDeepStrictEqual } from "node:util"
import { printed } from "@effect-aptrinsic/tools/release/printed"
import { attempt, type Place, run } from "./run.ts"

export interface Registered {
  readonly url: string
  /** Our packages at the ranges that a user writes. */
  readonly ranges: Readonly<Record<string, string>>
  /** The other packages that the programs need. */
  readonly others: Readonly<Record<string, string>>
}

const programs = fileURLToPath(new URL("../../tools/release/consumer/", import.meta.url))
const suite = fileURLToPath(new URL("consumer/", import.meta.url))

const createOnce = ["accounts", "create", "acme", "--name", "Acme Inc", "--product-key", "AP-SANDBOX-1", "--json"]

const expect = (what: string, holds: boolean, printed: string): void => {
  if (!holds) throw new Error(`${what}:\n${printed}`)
}

/** A directory of a user who has installed nothing yet. */
const makeHome = (path: string, url: string, options = ""): string => {
  const home = join(path, "home")
  mkdirSync(home, { recursive: true })
  writeFileSync(join(path, ".npmrc"), `registry=${url}\n${options}`)
  return home
}

const makeProject = (path: string, { others, ranges, url }: Registered): string => {
  // platform-node has a peer for its cluster modules that nobody here needs.
  const home = makeHome(path, url, "legacy-peer-deps=true\n")
  cpSync(programs, path, { recursive: true })
  cpSync(suite, path, { recursive: true })
  writeFileSync(
    join(path, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies: { ...ranges, ...others } }),
  )
  return home
}

/** Runs the program, the command and the suite of a project that is installed. */
const use = async (place: Place, exec: ReadonlyArray<string>): Promise<void> => {
  const [runner = "npx", ...before] = exec
  const program = await run(place, runner, ...before, "node", "node.ts")
  expect("The program printed something else", isDeepStrictEqual(JSON.parse(program), printed), program)
  const command = await run(
    place,
    runner,
    ...before,
    "aptrinsic",
    "sandbox",
    "--port",
    "0",
    "--",
    "aptrinsic",
    ...createOnce,
  )
  expect("The command created nothing", JSON.parse(command).status === "created", command)
  const tests = await run(place, runner, ...before, "vitest", "run")
  expect("The suite did not pass", /Tests {2}2 passed/u.test(tests), tests)
}

export const withNpm = async (path: string, node: string, registered: Registered): Promise<void> => {
  const home = makeProject(path, registered)
  const place: Place = { cwd: path, home, path: [join(path, "node_modules/.bin"), dirname(node)] }
  await run(place, "npm", "install", "--ignore-scripts")
  await use(place, ["npx", "--no-install", "--"])
}

export const withPnpm = async (path: string, node: string, registered: Registered): Promise<void> => {
  const home = makeProject(path, registered)
  writeFileSync(join(path, "pnpm-workspace.yaml"), "packages: []\nautoInstallPeers: false\nminimumReleaseAge: 0\n")
  const place: Place = { cwd: path, home, path: [dirname(node)] }
  await run(place, "pnpm", "install", "--ignore-scripts")
  await use(place, ["pnpm", "exec"])
  const types = [
    "--allowImportingTsExtensions",
    "--lib",
    "ES2024,DOM,DOM.Iterable,ESNext.Disposable",
    "--module",
    "NodeNext",
  ]
  await run(
    place,
    "pnpm",
    "exec",
    "tsc",
    ...types,
    "--noEmit",
    "--strict",
    "--target",
    "ES2024",
    "program.ts",
    "wrong.ts",
  )
}

/** Runs the command without installing it. */
export const withNpx = async (path: string, node: string, registered: Registered, version: string): Promise<void> => {
  const home = makeHome(path, registered.url)
  const place: Place = { cwd: path, home, path: [dirname(node)] }
  const npx = ["-y", `@effect-aptrinsic/cli@${version}`]
  const told = await run(place, "npx", ...npx, "--version")
  expect("The command is of another version", told.includes(version), told)
  const command = await run(place, "npx", ...npx, "sandbox", "--port", "0", "--", "npx", ...npx, ...createOnce)
  expect("The command created nothing", JSON.parse(command).status === "created", command)
}

/** Deno takes no release of the last 24 hours, unless it is told to: both are shown. */
export const withDeno = async (path: string, registered: Registered): Promise<void> => {
  const home = makeHome(path, registered.url)
  cpSync(programs, path, { recursive: true })
  const { effect = "" } = registered.others
  const imports = Object.entries({ ...registered.ranges, effect }).flatMap(([name, range]) => [
    [name, `npm:${name}@${range}`],
    [`${name}/`, `npm:/${name}@${range}/`],
  ])
  writeFileSync(join(path, "deno.json"), JSON.stringify({ imports: Object.fromEntries(imports) }))
  const place: Place = { cwd: path, home, env: { DENO_DIR: join(path, ".deno") } }
  const young = await attempt(place, "deno", "run", "--allow-all", "deno.ts")
  expect(
    "Deno took a release of today",
    young.exitCode !== 0 && /blocked by the minimum dependency age/u.test(young.stderr),
    young.stderr,
  )
  const now = "--minimum-dependency-age=0"
  const program = await run(place, "deno", "run", now, "--check", "--allow-all", "deno.ts")
  expect("The program printed something else", isDeepStrictEqual(JSON.parse(program), printed), program)
  const cli = `npm:@effect-aptrinsic/cli@${registered.ranges["@effect-aptrinsic/cli"]}`
  const deno = ["run", now, "--allow-all", cli]
  const command = await run(place, "deno", ...deno, "sandbox", "--port", "0", "--", "deno", ...deno, ...createOnce)
  expect("The command created nothing", JSON.parse(command).status === "created", command)
}
