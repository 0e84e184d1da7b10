/**
 * A copy of the repository, as a fresh clone with everything installed, whose own `.npmrc` names the registry on loopback.
 */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type End, attempt, type Place, run } from "./run.ts"
import type { Verdaccio } from "./server.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))

const git = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@b.invalid",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@b.invalid",
}

const tracked = (): ReadonlyArray<string> =>
  execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((file) => file !== "" && existsSync(join(root, file)))

/** Links what is installed; the links of each package to its siblings stay within the copy. */
const linkInstalled = (path: string): void => {
  symlinkSync(join(root, "node_modules"), join(path, "node_modules"))
  const within = (parent: string) => readdirSync(join(path, parent)).map((name) => join(parent, name))
  for (const directory of ["tools", ...["packages", "apps"].flatMap(within)]) {
    const modules = join(directory, "node_modules")
    if (existsSync(join(root, modules))) {
      cpSync(join(root, modules), join(path, modules), { recursive: true, verbatimSymlinks: true })
    }
  }
}

export interface Copy {
  readonly place: Place
  /** Edits a file of the copy. */
  readonly edit: (file: string, change: (text: string) => string) => void
  readonly read: (file: string) => string
  readonly has: (file: string) => boolean
  readonly commit: (message: string) => Promise<void>
  /** The directories in which a tool may look for its registry. */
  readonly directories: ReadonlyArray<string>
  readonly nextVersions: () => Promise<string>
  /** Runs `npm run release`, with more variables when some are given. */
  readonly release: (env?: Readonly<Record<string, string>>) => Promise<End>
}

export const copyRepository = async (path: string, home: string, { url }: Verdaccio): Promise<Copy> => {
  const files = tracked()
  for (const file of files) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    cpSync(join(root, file), join(path, file), { verbatimSymlinks: true })
  }
  linkInstalled(path)
  const place: Place = { cwd: path, home, path: [join(root, "node_modules/.bin")], env: git }
  const commit = async (message: string) => {
    await run(place, "git", "add", "--all")
    await run(place, "git", "commit", "--quiet", "--allow-empty", "--message", message)
  }
  writeFileSync(join(path, ".gitignore"), `${readFileSync(join(path, ".gitignore"), "utf8")}.npmrc\nnode_modules\n`)
  const manifests = files.filter((file) => /^(?:packages|apps)\/[^/]+\/package\.json$/u.test(file))
  // npm looks beside the manifest alone, pnpm at the root of the workspace too.
  const directories = ["", ...manifests.map((file) => dirname(file))].map((directory) => join(path, directory))
  for (const directory of directories) writeFileSync(join(directory, ".npmrc"), `registry=${url}\n`)
  await run(place, "git", "init", "--quiet", "--initial-branch", "main")
  await commit("Begin")
  return {
    place,
    edit: (file, change) => {
      const before = existsSync(join(path, file)) ? readFileSync(join(path, file), "utf8") : ""
      writeFileSync(join(path, file), change(before))
    },
    read: (file) => readFileSync(join(path, file), "utf8"),
    has: (file) => existsSync(join(path, file)),
    commit,
    directories,
    nextVersions: async () => {
      const printed = await run(place, "pnpm", "run", "next-versions")
      await commit("Release the pending changes")
      return printed
    },
    release: (env = {}) => attempt({ ...place, env: { ...place.env, ...env } }, "pnpm", "run", "release"),
  }
}

/** The registries that a release would publish to: as pnpm, which publishes, says in every directory, and npm at the root. */
export const registries = async ({ directories, place }: Copy): Promise<ReadonlyArray<string>> => {
  const get = (cwd: string, tool: string, key: string) => run({ ...place, cwd }, tool, "config", "get", key)
  const found = await Promise.all([
    ...directories.flatMap((cwd) => ["registry", "@effect-aptrinsic:registry"].map((key) => get(cwd, "pnpm", key))),
    get(place.cwd, "npm", "registry"),
  ])
  return [...new Set(found.map((text) => text.trim()).filter((text) => text !== "" && text !== "undefined"))]
}
