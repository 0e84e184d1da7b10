import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { builtinModules } from "node:module"
import { dirname, join } from "node:path"
import process from "node:process"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Process from "./support/process.ts"
import { isDeno } from "./support/runtime.ts"

/** The shortest of the runs, in milliseconds: what the machine adds is never negative. */
const fastest = (lines: ReadonlyArray<readonly [string, ...ReadonlyArray<string>]>, rounds: number) => {
  const times = lines.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < rounds; round++) {
    for (const [index, [command, ...args]] of lines.entries()) {
      const start = performance.now()
      assert.strictEqual(spawnSync(command, args).status, 0)
      times[index] = Math.min(times[index]!, performance.now() - start)
    }
  }
  return times
}

layer(Process.Bundle.layer, { excludeTestServices: true, timeout: 60_000 })("the bundle", (it) => {
  it.effect("imports nothing but itself and the runtime", () =>
    Effect.gen(function* () {
      const { imports } = yield* Process.Bundle
      assert.include(imports, "node:fs")
      assert.deepEqual(
        imports.filter((name) => !name.startsWith("node:") && !builtinModules.includes(name)),
        [],
      )
    }),
  )

  it.effect("brings the licences of what it bundles", () =>
    Effect.gen(function* () {
      const { file } = yield* Process.Bundle
      const licenses = readFileSync(join(dirname(file), "THIRD-PARTY-LICENSES"), "utf8")
      for (const name of ["effect", "undici", "@effect/platform-node"]) {
        assert.match(licenses, new RegExp(`^${name} \\d`, "m"))
      }
    }),
  )

  // Both are about Node: its version, and the bound is four times an empty process of Node.
  if (!isDeno) {
    it.effect("starts within four times an empty process", () =>
      Effect.gen(function* () {
        const { file } = yield* Process.Bundle
        const empty = join(dirname(file), "empty.mjs")
        writeFileSync(empty, "")
        const [base, version] = fastest(
          [Process.commandLine({ file: empty }, []), Process.commandLine({ file }, ["--version"])],
          9,
        )
        assert.isBelow(version! / base!, 4, `${version} ms against ${base} ms on ${process.version}`)
      }),
    )

    it.effect("tells a Node that is too old in one line", () =>
      Effect.gen(function* () {
        const { file } = yield* Process.Bundle
        const old = "data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.20.2'}})"
        const line = Process.commandLine({ file, flags: ["--import", old] }, ["--version"])
        assert.deepEqual(yield* Process.runProcess(line), {
          exitCode: 1,
          stdout: "",
          stderr: "aptrinsic needs Node.js 22.19 or newer; this is 20.20.2.\n",
        })
      }),
    )
  }
})
