import process from "node:process"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

/** Everything that may read or write what is made from here on. */
const openUmask = Effect.acquireRelease(
  Effect.sync(() => process.umask(0)),
  (before) => Effect.sync(() => void process.umask(before)),
)

// The pace is tested elsewhere; here it would only take its time.
layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })("the day's count", (it) => {
  it.effect("is one for all imports of a key that run at once", () =>
    Effect.gen(function* () {
      const { directory, held, posts, run, write } = yield* importing("")
      const env = { XDG_STATE_HOME: `${directory}/state` }
      const files = Array.from({ length: 4 }, (_, index) => `${directory}/${index}.csv`)
      for (const [index, file] of files.entries()) yield* write(rows(25, `f${index}-`), file)
      const args = ["--rate", "2000", "--daily-quota", "60"]
      const ran = yield* Effect.forEach(files, (file) => run(args, { env }, file), { concurrency: "unbounded" })
      // Each of the four asked once before it sent a row.
      assert.deepEqual([(yield* held).length, yield* posts], [56, 56])
      assert.include(
        ran.map(({ exitCode }) => exitCode),
        7,
      )
      const again = yield* run([...args, "--restart"], { env }, files[0])
      assert.match(again.stderr, /the day's quota has 0 left/)
      assert.strictEqual(yield* posts, 56)
    }),
  )

  it.effect("is for the user alone, whatever the umask", () =>
    Effect.gen(function* () {
      const { directory, run } = yield* importing(rows(2))
      yield* openUmask
      assert.strictEqual((yield* run([], { env: { XDG_STATE_HOME: `${directory}/state` } })).exitCode, 0)
      const fs = yield* FileSystem.FileSystem
      const state = `${directory}/state/aptrinsic`
      const [pace, count] = (yield* fs.readDirectory(state)).toSorted()
      assert.strictEqual(pace, "pace.db")
      assert.match(count!, /^quota-[\da-f]{16}\.1\.ndjson$/)
      const modes = yield* Effect.forEach(
        [`${directory}/state`, state, `${state}/${pace}`, `${state}/${count}`],
        (path) => Effect.map(fs.stat(path), ({ mode }) => (mode & 0o777).toString(8)),
      )
      assert.deepEqual(modes, ["700", "700", "600", "600"])
    }),
  )

  it.effect("is kept in memory, with a warning, where no file can be", () =>
    Effect.gen(function* () {
      const { directory, held, run, write } = yield* importing(rows(12))
      yield* write("", `${directory}/state`)
      const args = ["--daily-quota", "10"]
      const env = { XDG_STATE_HOME: `${directory}/state` }
      const ran = yield* run(args, { env })
      assert.deepEqual([ran.exitCode, (yield* held).length], [7, 9])
      assert.match(
        ran.stderr,
        /^! The day's count of requests cannot be read or written \(.*state\/aptrinsic\)\); this process counts .*\n/m,
      )
      assert.notInclude(ran.stderr, "level=")
      const debugged = yield* run([...args, "--log-level", "debug"], { env })
      assert.match(debugged.stderr, /level=WARN .*cannot be read or written/)
    }),
  )

  it.effect("goes on beside a pace that cannot be shared, with a warning", () =>
    Effect.gen(function* () {
      const { directory, held, run } = yield* importing(rows(3))
      const fs = yield* FileSystem.FileSystem
      const state = `${directory}/state/aptrinsic`
      yield* fs.makeDirectory(state, { recursive: true })
      yield* fs.writeFileString(`${state}/pace.db`, "This is some other file. ".repeat(40))
      const { exitCode, stderr } = yield* run([], { env: { XDG_STATE_HOME: `${directory}/state` } })
      assert.deepEqual([exitCode, (yield* held).length], [0, 3])
      assert.match(
        stderr,
        /^! The pace cannot be shared with other imports \(file is not a database\); this one keeps /m,
      )
    }),
  )
})
