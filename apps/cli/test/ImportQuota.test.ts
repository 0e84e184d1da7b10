import { mkdirSync, writeFileSync } from "node:fs"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { aptrinsic, canary, layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

/** Everything that may read or write what is made from here on. */
const openUmask = Effect.acquireRelease(
  Effect.sync(() => process.umask(0)),
  (before) => Effect.sync(() => void process.umask(before)),
)

/** A file of the pace that a later version has made. */
const newer = (path: string) => {
  const database = new DatabaseSync(path)
  database.exec("CREATE TABLE aptrinsic_budget_migrations (migration_id INTEGER, created_at TEXT, name TEXT)")
  database.exec("INSERT INTO aptrinsic_budget_migrations VALUES (99, '', 'later')")
  database.close()
}

// The pace is tested elsewhere; here it would only take its time.
layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })("the day's count", (it) => {
  it.effect("is one for all imports of a key that run at once", () =>
    Effect.gen(function* () {
      const { directory, held, posts, run, write } = yield* importing("")
      const env = { XDG_STATE_HOME: `${directory}/state` }
      const files = Array.from({ length: 4 }, (_, index) => `${directory}/${index}.csv`)
      for (const [index, file] of files.entries()) yield* write(rows(25, `f${index}-`), file)
      const args = ["--rate", "2000", "--daily-quota", "60", "--no-preflight"]
      const ran = yield* Effect.forEach(files, (file) => run(args, { env }, file), { concurrency: "unbounded" })
      assert.deepEqual([(yield* held).length, yield* posts], [60, 60])
      assert.include(
        ran.map(({ exitCode }) => exitCode),
        7,
      )
      const again = yield* run([...args, "--restart"], { env }, files[0])
      assert.match(again.stderr, /the day's quota has 0 left/)
      assert.strictEqual(yield* posts, 60)
    }),
  )

  it.effect(
    "is one for other commands too, which take turns where an import runs, and always where they ask for many",
    () =>
      Effect.gen(function* () {
        const { directory, run, url } = yield* importing(rows(1))
        const env = { XDG_STATE_HOME: `${directory}/state`, APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url }
        yield* run([], { env })
        const file = new DatabaseSync(`${directory}/state/aptrinsic/pace.db`)
        const turns = () => file.prepare("SELECT count(*) AS turns FROM aptrinsic_budget").get()!["turns"]
        const without = () => file.exec("DELETE FROM aptrinsic_budget")
        const create = (id: string) =>
          aptrinsic(["accounts", "create", id, "--name", "A", "--product-key", "AP-TEST-2"], { env })
        without()
        assert.strictEqual((yield* create("joins")).exitCode, 0)
        assert.strictEqual(turns(), 1)
        without()
        file.close()
        assert.strictEqual((yield* create("is-alone")).exitCode, 0)
        file.open()
        assert.strictEqual(turns(), 0)
        file.close()
        assert.strictEqual((yield* aptrinsic(["accounts", "list"], { env })).exitCode, 0)
        file.open()
        assert.strictEqual(turns(), 1)
        file.close()
        // The import asked for the product, and sent a row.
        assert.include((yield* aptrinsic(["doctor"], { env })).stdout, "999,992 of 1,000,000")
      }),
  )

  it.effect("of PX, once used up, is tried by one request of each import, and goes on when PX accepts it", () =>
    Effect.gen(function* () {
      const { directory, held, limits, requests, run } = yield* importing(rows(12))
      const env = { XDG_STATE_HOME: `${directory}/state` }
      const unlimited = yield* limits.settings
      yield* Effect.acquireRelease(limits.set({ ...unlimited, perDay: { requests: 5, window: "sliding" } }), () =>
        limits.set(unlimited),
      )
      const first = yield* run([], { env })
      assert.deepEqual([first.exitCode, (yield* held).length], [7, 4])
      const before = yield* requests
      const again = yield* run([], { env })
      assert.strictEqual(again.exitCode, 7)
      assert.match(again.stdout, /accepts no more requests of this key for now/)
      assert.strictEqual((yield* requests) - before, 1)
      const unasked = yield* run(["--no-preflight"], { env })
      assert.deepEqual([unasked.exitCode, (yield* requests) - before], [7, 2])
      yield* limits.set(unlimited)
      const last = yield* run([], { env })
      assert.deepEqual([last.exitCode, (yield* held).length], [0, 12])
      const file = new DatabaseSync(`${directory}/state/aptrinsic/pace.db`)
      const row = file.prepare("SELECT is_paused, is_firm, quota FROM aptrinsic_budget").get()
      file.close()
      assert.deepEqual({ ...row }, { is_paused: 0, is_firm: 0, quota: null })
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

  for (const [what, make, reason] of [
    ["another file", (path: string) => writeFileSync(path, "Some other file. ".repeat(60)), "file is not a database"],
    ["a folder", (path: string) => mkdirSync(path), ".*pace.db.*"],
    ["of a newer version", newer, "a newer aptrinsic made its file"],
  ] as const) {
    it.effect(`goes on beside a pace that cannot be shared, because it is ${what}, with a warning`, () =>
      Effect.gen(function* () {
        const { directory, held, run } = yield* importing(rows(3))
        const state = `${directory}/state/aptrinsic`
        mkdirSync(state, { recursive: true })
        make(`${state}/pace.db`)
        const { exitCode, stderr } = yield* run([], { env: { XDG_STATE_HOME: `${directory}/state` } })
        assert.deepEqual([exitCode, (yield* held).length], [0, 3])
        const warning = "^! This command keeps a pace of its own, the one of all commands cannot be shared: "
        assert.match(stderr, new RegExp(`${warning}${reason}$`, "m"))
      }),
    )
  }

  it.effect(
    "says that the pace cannot be shared, and goes on, when a stranger locks the file while an import runs",
    () =>
      Effect.gen(function* () {
        const { directory, held, run } = yield* importing(rows(3))
        const env = { XDG_STATE_HOME: `${directory}/state` }
        yield* run([], { env })
        const stranger = new DatabaseSync(`${directory}/state/aptrinsic/pace.db`)
        stranger.exec("BEGIN IMMEDIATE")
        const { exitCode, stderr } = yield* run(["--restart"], { env })
        stranger.close()
        assert.deepEqual([exitCode, (yield* held).length], [0, 3])
        const warning =
          /^! The store of the rate budget does not answer \(.*database is locked\): no request leaves for 2 s, then this process goes on with a pace of its own\.$/m
        assert.match(stderr, warning)
      }),
  )
})
