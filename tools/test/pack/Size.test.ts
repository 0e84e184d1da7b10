import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { build, type Rollup } from "vite"

/** Bytes of a bundle after gzip; the order in which modules stand moves it by some hundreds. */
const budget = 70_000

describe("createAccount with fetch", () => {
  it(`bundles to at most ${budget / 1000} kB`, { timeout: 60_000 }, async () => {
    const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
    // A library would keep its white space.
    const { output } = (await build({
      configFile: false,
      logLevel: "silent",
      // As it is published: the compiler has to keep what tells a bundler that a call has no effect.
      resolve: { alias: { "@effect-aptrinsic/core": pathOf("../../../packages/core/dist") } },
      build: {
        write: false,
        modulePreload: false,
        rolldownOptions: {
          input: pathOf("../../release/consumer/browser.ts"),
          preserveEntrySignatures: "strict",
          // No module of Effect or of ours has getters with effects; else schemas of Effect that nobody uses stay, of 1 kB.
          treeshake: { propertyReadSideEffects: false },
        },
      },
    })) as Rollup.RollupOutput
    const [chunk, ...others] = output
    const size = gzipSync((chunk as Rollup.OutputChunk).code, { level: 9 }).length
    assert.deepStrictEqual(others, [])
    assert.isBelow(size, budget)
  })
})
