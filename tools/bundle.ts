/**
 * Builds the package in the current directory as one that needs none of our Effect: `dist` holds each entry with core and what it needs of
 * Effect 4, the licences of all that is in there, and types that name neither. What the package's own sources import of its dependencies and
 * peers stays an import.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import { licenses } from "./licenses.ts"

interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

const directory = process.cwd()
const dist = join(directory, "dist")
const readJson = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8"))
const { exports, peerDependencies = {} } = readJson(join(directory, "package.json"))
const sources = Object.values(exports).filter((path) => path.endsWith(".ts"))

/** What core shows to packages that show none of its Effect. */
const plain = "@effect-aptrinsic/core/internal/shared/plain"
const builtInternals = fileURLToPath(new URL("../packages/core/dist/internal/", import.meta.url))

const isPeer = (id: string) => Object.keys(peerDependencies).some((name) => id === name || id.startsWith(`${name}/`))

const bundle = async () => {
  const built = await rolldown({
    cwd: directory,
    input: sources,
    platform: "neutral",
    // The peers are those of the program, and of the same name as what core is written with.
    external: (id, importer) => isPeer(id) && importer?.startsWith(join(directory, "src")) === true,
    resolve: { mainFields: ["module", "main"], conditionNames: ["import", "default"] },
    // No module of Effect or of ours has getters with effects.
    treeshake: { propertyReadSideEffects: false },
    plugins: [licenses(fileURLToPath(new URL("../apps/cli/licenses", import.meta.url)))],
  })
  await built.write({
    dir: "dist",
    format: "esm",
    minify: "dce-only",
    comments: false,
    chunkFileNames: "[name]-[hash].js",
  })
  await built.close()
}

/** The types of the sources; those of core that they name come along. */
const declare = () => {
  const { status } = spawnSync("tsc", ["-p", "tsconfig.json", "--emitDeclarationOnly"], { stdio: "inherit" })
  if (status !== 0) process.exit(status ?? 1)
  const types = join(dist, "internal", "core")
  mkdirSync(join(types, "shared"), { recursive: true })
  for (const file of ["shared/plain.d.ts", "newAccountInput.d.ts"]) {
    const text = readFileSync(join(builtInternals, file), "utf8")
    writeFileSync(join(types, file), text.replace(/\n\/\/# sourceMappingURL.*/u, ""))
  }
  rmSync(join(dist, "internal", "bridge"), { recursive: true, force: true })
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue
    const path = resolve(dist, file)
    const from = relative(dirname(path), join(types, "shared", "plain.js")).replaceAll("\\", "/")
    const text = readFileSync(path, "utf8")
    writeFileSync(path, text.replaceAll(`"${plain}"`, `"${from.startsWith(".") ? from : `./${from}`}"`))
  }
}

rmSync(dist, { recursive: true, force: true })
declare()
await bundle()
