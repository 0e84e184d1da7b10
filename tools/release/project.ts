/**
 * An empty project of a user, outside the workspace: its packages come from the loopback registry, its caches are its own.
 */
import { spawn } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { addDependencies, addInstalled, addRelease, lazily, type Release, type Releases } from "./installed.ts"
import { forEffect4, packedManifest, published, readManifest, tarballOf } from "./published.ts"
import { type Registry, startRegistry } from "./registry.ts"

export interface Project extends AsyncDisposable {
  readonly path: string
  readonly registry: Registry
  readonly write: (file: string, content: unknown) => void
  /** Runs a command in the project and returns what it printed on stdout; fails when the command does. */
  readonly run: (command: string, ...args: ReadonlyArray<string>) => Promise<string>
  /** The same with more variables. */
  readonly runWith: (
    variables: Readonly<Record<string, string>>,
    command: string,
    ...args: ReadonlyArray<string>
  ) => Promise<string>
}

const workspace = new URL("../", import.meta.url)

/** The versions of packages that a package of this repository has installed; without one, that of the tools. */
export const versionsOf = (names: ReadonlyArray<string>, directory: URL = workspace): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, readManifest(new URL(`node_modules/${name}/`, directory)).version]))

/** The packages of a program on Effect 4 at their versions; those that are imported rather than run, with `libraries` alone. */
export const packages = (kind: "all" | "libraries"): Record<string, string> =>
  Object.fromEntries(
    forEffect4
      .filter(({ exports }) => kind === "all" || exports !== undefined)
      .map(({ name, version }) => [name, version]),
  )

/** A file that the packed command imports. */
export const accounts = ["acme", "globex"].map((id) => ({ id, name: "An account", propertyKeys: ["AP-SANDBOX-1"] }))

/** The packed packages, whatever they depend on, as it is installed in the workspace, and others. */
const collect = (others: ReadonlyArray<Release>): Releases => {
  const releases: Releases = new Map()
  for (const { directory, ...manifest } of published) {
    const tarball = tarballOf(manifest)
    addRelease(releases, { manifest: packedManifest(tarball), tarball: lazily(() => readFileSync(tarball)) })
    addDependencies(releases, manifest, directory)
  }
  // What a user of TypeScript on Node has installed besides.
  addInstalled(releases, "@types/node", workspace)
  for (const release of others) addRelease(releases, release)
  return releases
}

interface Options {
  /** The directory of the programs that it holds. */
  readonly programs?: URL | undefined
  /** What its registry has besides our packages and what they depend on. */
  readonly others?: ReadonlyArray<Release> | undefined
}

export const makeProject = async ({
  others = [],
  programs = new URL("consumer", import.meta.url),
}: Options = {}): Promise<Project> => {
  const registry = await startRegistry(collect(others))
  const path = realpathSync(mkdtempSync(join(tmpdir(), "consumer-")))
  cpSync(programs, path, { recursive: true })
  const inherited = Object.entries(process.env).filter(([name]) => !/^(aptrinsic|npm_|pnpm_|vitest)/iu.test(name))
  const env = {
    ...Object.fromEntries(inherited),
    DENO_DIR: join(path, ".deno"),
    DENO_NO_UPDATE_CHECK: "1",
    HOME: path,
    NO_COLOR: "1",
    npm_config_audit: "false",
    npm_config_cache: join(path, ".npm"),
    npm_config_fund: "false",
    npm_config_registry: registry.url,
    npm_config_update_notifier: "false",
  }
  const write = (file: string, content: unknown) => writeFileSync(join(path, file), JSON.stringify(content))
  writeFileSync(join(path, ".npmrc"), `registry=${registry.url}\n`)
  const runWith: Project["runWith"] = (variables, command, ...args) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: path,
        env: { ...env, ...variables },
        stdio: ["ignore", "pipe", "pipe"],
      })
      const output = { stdout: "", stderr: "" }
      child.stdout.on("data", (chunk) => (output.stdout += chunk))
      child.stderr.on("data", (chunk) => (output.stderr += chunk))
      child.on("error", reject)
      child.on("close", (code) => {
        if (code === 0) resolve(output.stdout)
        else reject(new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output.stdout}${output.stderr}`))
      })
    })
  return {
    path,
    registry,
    write,
    run: (command, ...args) => runWith({}, command, ...args),
    runWith,
    [Symbol.asyncDispose]: async () => {
      rmSync(path, { recursive: true, force: true })
      await registry[Symbol.asyncDispose]()
    },
  }
}
