/**
 * What a program that is bundled loads of a package: the use of it in `uses`, tree-shaken, minified and packed with gzip.
 */
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build, type Rollup } from "vite"
import { published } from "./published.ts"

/** As they are published: the compiler has to keep what tells a bundler that a call has no effect. */
const alias = Object.fromEntries(
  published
    .filter(({ exports }) => exports !== undefined)
    .map(({ directory, name }) => [name, fileURLToPath(new URL("dist", directory))]),
)

/** The bytes; undefined where `uses` has no use of the package. */
export const bundledSize = async (name: string): Promise<number | undefined> => {
  const input = fileURLToPath(new URL(`uses/${name.replace(/^.*\//u, "")}.ts`, import.meta.url))
  if (!existsSync(input)) return undefined
  // A library would keep its white space.
  const { output } = (await build({
    configFile: false,
    logLevel: "silent",
    resolve: { alias },
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: {
        input,
        preserveEntrySignatures: "strict",
        // No module of Effect or of ours has getters with effects; else schemas of Effect that nobody uses stay, of 1 kB.
        treeshake: { propertyReadSideEffects: false },
      },
    },
  })) as Rollup.RollupOutput
  return output
    .filter((each) => each.type === "chunk")
    .reduce((total, { code }) => total + gzipSync(code, { level: 9 }).length, 0)
}
