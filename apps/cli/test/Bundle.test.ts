import { spawnSync } from "node:child_process"
import { readFileSync, statSync } from "node:fs"
import { builtinModules } from "node:module"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Process from "./support/process.ts"
import { isDeno } from "./support/runtime.ts"

/** Tells on stderr, at the end of a process, which of its files it has loaded. */
const tellLoaded = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module"
  const loaded = new Set()
  registerHooks({ load: (url, context, next) => (loaded.add(url), next(url, context)) })
  process.on("exit", () => process.stderr.write(JSON.stringify([...loaded].filter((url) => url.startsWith("file:")))))
`)}`

describe("the bundle", () => {
  it.live("imports nothing but itself and the runtime", () =>
    Effect.gen(function* () {
      const { imports } = yield* Process.bundle
      assert.include(imports, "node:fs")
      assert.deepEqual(
        imports.filter((name) => !name.startsWith("node:") && !builtinModules.includes(name)),
        [],
      )
    }),
  )

  it.live("brings the licences of what it bundles", () =>
    Effect.gen(function* () {
      const { file } = yield* Process.bundle
      const licenses = readFileSync(join(dirname(file), "THIRD-PARTY-LICENSES"), "utf8")
      for (const name of ["effect", "undici", "@effect/platform-node", "preact", "htm", "uplot"]) {
        assert.match(licenses, new RegExp(`^${name} \\d`, "m"))
      }
      // What effect and undici carry of others.
      assert.match(licenses, /^swagger-ui [\d.]+\n\n(?:.*\n)*.*Apache License/m)
      assert.match(licenses, /^Copyright Fedor Indutny/m)
    }),
  )

  it.live("tells the commit that it was built from", () =>
    Effect.gen(function* () {
      const git = spawnSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: import.meta.dirname, encoding: "utf8" })
      const { stdout } = yield* Process.runProcess(Process.commandLine(yield* Process.bundle, ["--version"]))
      if (git.status === 0) assert.match(stdout, new RegExp(`^aptrinsic \\d.* \\(${git.stdout.trim()}(-dirty)?\\)\\n$`))
      else assert.match(stdout, /^aptrinsic \d\S*\n$/)
    }),
  )

  // Both are about Node: what it loads, its version.
  if (!isDeno) {
    // A file costs what it takes to read and compile it; the time itself is the business of the benchmark.
    it.live.each([
      ["--version", 1, 2000],
      ["--help", 5, 435_000],
    ] as const)("loads for %s no file that it does not need", ([word, least, most]) =>
      Effect.gen(function* () {
        const { file } = yield* Process.bundle
        const { exitCode, stderr } = yield* Process.runProcess(
          Process.commandLine({ file, flags: ["--import", tellLoaded] }, [word]),
        )
        const loaded: ReadonlyArray<string> = JSON.parse(stderr)
        assert.strictEqual(exitCode, 0)
        assert.isAtLeast(loaded.length, least)
        const bytes = loaded.reduce((sum, url) => sum + statSync(new URL(url)).size, 0)
        assert.isBelow(bytes, most, loaded.join("\n"))
      }),
    )

    it.live("tells a Node that is too old in one line", () =>
      Effect.gen(function* () {
        const { file } = yield* Process.bundle
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
