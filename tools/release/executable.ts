/**
 * Builds the command as one file that runs without Node, for the platform that this runs on: `npm run executable`. It is a single executable
 * application of Node: the Node of the repository with the command in it, compiled ahead. `--archive` packs it with its manual and the licences
 * of everything in it; that of Node comes from the npm package of its release.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"

const { arch, execPath, platform, version } = process
const command = fileURLToPath(new URL("../../apps/cli/", import.meta.url))
const directory = fileURLToPath(new URL("../executable/", import.meta.url))

const isWindows = platform === "win32"
const name = isWindows ? "aptrinsic.exe" : "aptrinsic"
const file = join(directory, name)

/** Runs a program to its end and returns what it printed; fails with what it printed on stderr. */
const run = (program: string, args: ReadonlyArray<string>, cwd: string = directory): string =>
  execFileSync(program, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    shell: program === "npm" && isWindows,
  })

/** Native parts of `ws`, which does without them where they are missing, and which the command does not use. */
const optional = new Set(["bufferutil", "utf-8-validate"])

/** Bundles the command in one file, which may require nothing but what is in Node: nothing else can be embedded. */
const bundle = (): void => {
  run(execPath, [join(command, "node_modules/rolldown/bin/cli.mjs"), "-c", "rolldown.executable.config.ts"], command)
  const text = readFileSync(join(directory, "aptrinsic.cjs"), "utf8")
  const required = [...text.matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/gu)].map(([, specifier = ""]) => specifier)
  const absent = [...new Set(required)].filter((specifier) => !isBuiltin(specifier) && !optional.has(specifier))
  if (absent.length > 0) throw new Error(`The bundle requires what Node does not bring: ${absent.join(", ")}`)
}

/** Compiles the bundle to what Node reads at its start. */
const compile = (): void => {
  const config = { main: "aptrinsic.cjs", output: "blob", disableExperimentalSEAWarning: true, useCodeCache: true }
  writeFileSync(join(directory, "sea.json"), JSON.stringify(config))
  run(execPath, ["--experimental-sea-config", "sea.json"])
}

/** Puts the blob into a copy of Node. macOS runs only what is signed, if by nobody in particular. */
const embed = (): void => {
  copyFileSync(execPath, file)
  chmodSync(file, 0o755)
  const isMac = platform === "darwin"
  if (isMac) run("codesign", ["--remove-signature", file])
  const postject = fileURLToPath(new URL("../node_modules/postject/dist/cli.js", import.meta.url))
  const fuse = ["--sentinel-fuse", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"]
  const segment = isMac ? ["--macho-segment-name", "NODE_SEA"] : []
  run(execPath, [postject, file, "NODE_SEA_BLOB", "blob", ...fuse, ...segment])
  if (isMac) run("codesign", ["--sign", "-", file])
}

const addLicenses = (): void => {
  const packed = mkdtempSync(join(tmpdir(), "node-"))
  const platformName = isWindows ? "win" : platform
  const prefix = platform === "darwin" && arch === "arm64" ? "node-bin" : "node"
  const node = `${prefix}-${platformName}-${arch}@${version.slice(1)}`
  const tarball = run("npm", ["pack", "--silent", "--pack-destination", packed, node]).trim()
  run("tar", ["-xzf", join(packed, tarball), "-C", packed, "package/LICENSE"])
  copyFileSync(join(packed, "package/LICENSE"), join(directory, "LICENSE-NODE"))
  rmSync(packed, { recursive: true })
  copyFileSync(fileURLToPath(new URL("../../LICENSE", import.meta.url)), join(directory, "LICENSE"))
}

const pack = (): string => {
  addLicenses()
  copyFileSync(join(command, "man/aptrinsic.1"), join(directory, "aptrinsic.1"))
  const archive = `aptrinsic-${platform}-${arch}.tar.gz`
  const files = [name, "aptrinsic.1", "LICENSE", "LICENSE-NODE", "THIRD-PARTY-LICENSES"]
  run("tar", ["-czf", archive, ...files])
  return archive
}

const tell = (built: string): void =>
  console.log(`${built}: ${Math.round(statSync(join(directory, built)).size / 1e6)} MB`)

bundle()
compile()
embed()
for (const each of ["aptrinsic.cjs", "blob", "sea.json"]) rmSync(join(directory, each))
tell(name)
if (process.argv.includes("--archive")) tell(pack())
