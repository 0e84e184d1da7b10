import { readFileSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { canary, layerSandbox } from "../support/aptrinsic.ts"
import { environmentFor, reportLines, rows } from "../support/importing.ts"
import * as Process from "../support/process.ts"

const total = 40

/** The first request for one of these is stored and not answered, or not even stored, until the test lets it go. */
const unanswered = ["a21", "a22"]
const unstored = ["a23", "a24"]

/** A PX that stops in the middle of an import, a file for it, and processes that import it four rows at a time. */
const interrupted = Effect.fnUntraced(function* (count = total) {
  const waiting = new Set([...unanswered, ...unstored])
  const stuck = yield* Deferred.make<void>()
  const released = yield* Deferred.make<void>()
  const hold = Effect.fnUntraced(function* (id: string) {
    waiting.delete(id)
    if (waiting.size === 0) yield* Deferred.succeed(stuck, undefined)
    yield* Deferred.await(released)
  })
  const store = Layer.effect(
    Store.Store,
    Effect.map(Store.Store, (store) =>
      Store.Store.of({
        ...store,
        insert: (stored) => {
          const { id } = stored.account
          if (!waiting.has(id)) return store.insert(stored)
          return unstored.includes(id)
            ? Effect.andThen(hold(id), store.insert(stored))
            : Effect.tap(store.insert(stored), hold(id))
        },
      }),
    ),
  ).pipe(Layer.provide(Store.layerMemory))
  const sandbox = Context.get(yield* Layer.build(layerSandbox({ store })), Sandbox.Sandbox)
  const directory = yield* Process.temporaryDirectory
  const file = join(directory, "accounts.csv")
  writeFileSync(file, rows(count))
  const program = yield* Process.bundle
  const start = (...args: ReadonlyArray<string>) =>
    Process.start(Process.commandLine(program, ["accounts", "import", file, "--concurrency", "4", ...args]), {
      env: environmentFor(sandbox),
      cwd: directory,
    })
  return {
    file,
    start,
    /** Runs the same command to its end. */
    again: Effect.scoped(Effect.flatMap(start(), ({ ended }) => ended)),
    stuck: Deferred.await(stuck),
    release: Deferred.succeed(released, undefined),
    report: Effect.sync(() => reportLines(readFileSync(`${file}.import.ndjson`, "utf8"))),
    stored: Effect.map(sandbox.store.list({ limit: count + 1 }), (all) => all.map(({ account }) => account.id)),
    /** The ids for which PX was asked more than once to create an account. */
    repeated: Effect.map(sandbox.log.entries(), (entries) => {
      const posts = entries.filter(({ method }) => method === "POST").map(({ accountId }) => accountId)
      return [...new Set(posts.filter((id, index) => posts.indexOf(id) < index))].toSorted()
    }),
    leaks: Effect.sync(() => Process.contentsOf(directory).includes(canary)),
  }
})

const timeout = 60_000

// Most of their time is spent on finding a lock abandoned.
describe.concurrent("the process of an import", () => {
  it.live(
    "finishes on a signal what is in flight, and is continued by the same command",
    () =>
      Effect.gen(function* () {
        const px = yield* interrupted()
        const page = `${px.file}.html`
        const run = yield* px.start("--html", page)
        yield* px.stuck
        run.signal("SIGINT")
        yield* run.seen(
          "Stopping: waiting for the answers to 4 requests in flight. Press Ctrl-C again to abort.\n",
          "stderr",
        )
        yield* px.release
        const ended = yield* run.ended
        assert.strictEqual(ended.exitCode, 130, ended.stderr)
        assert.include(readFileSync(page, "utf8"), '"counts":{"created":24')
        assert.match(ended.stdout, /^! Stopped after 24 of 40 rows in [\d.]+ s/)
        assert.match(ended.stdout, /\n {2}created +24\n {2}not sent +16\n/)
        assert.match(ended.stdout, /\n {2}Run the same command to continue\.\n$/)
        assert.strictEqual((yield* px.stored).length, 24)
        const again = yield* px.again
        assert.deepEqual([again.exitCode, again.stderr], [0, `Resuming ${px.file}: 24 of 40 rows are already done.\n`])
        assert.match(again.stdout, /\n {2}created +40 {2}24 of them in earlier runs\n/)
        assert.strictEqual((yield* px.stored).length, total)
        assert.deepEqual(yield* px.repeated, [])
      }),
    timeout,
  )

  it.live(
    "prints one JSON document on a signal",
    () =>
      Effect.gen(function* () {
        // So many that the signal comes before their end, whenever it is taken.
        const px = yield* interrupted(1000)
        const run = yield* px.start("--json")
        yield* px.stuck
        run.signal("SIGTERM")
        yield* px.release
        const ended = yield* run.ended
        assert.deepEqual([ended.exitCode, ended.stderr], [143, ""])
        assert.match(ended.stdout, /^\{[^\n]*\}\n$/)
        const { created, remaining, ...document } = JSON.parse(ended.stdout)
        assert.deepInclude(document, { ok: false, interrupted: true, failed: 0, inDoubt: 0 })
        assert.strictEqual(created, (yield* px.stored).length)
        assert.strictEqual(created + remaining, 1000)
      }),
    timeout,
  )

  it.live(
    "aborts on a second signal with a farewell, and the same command settles what was in doubt",
    () =>
      Effect.gen(function* () {
        const px = yield* interrupted()
        const run = yield* px.start()
        yield* px.stuck
        run.signal("SIGINT")
        yield* run.seen("Stopping: ", "stderr")
        run.signal("SIGINT")
        const ended = yield* run.ended
        assert.deepEqual([ended.exitCode, ended.stdout], [130, ""])
        assert.match(
          ended.stderr,
          /\nAborted\. 4 rows may or may not have been created; run the same command to check and continue\.\n$/,
        )
        const again = yield* px.again
        assert.strictEqual(again.exitCode, 0, again.stderr)
        assert.include(again.stderr, "20 of 40 rows are already done, 4 sent without an answer will be checked.")
        assert.strictEqual((yield* px.stored).length, total)
        assert.deepEqual(yield* px.repeated, unstored)
        assert.isFalse(yield* px.leaks)
      }),
    timeout,
  )

  it.live(
    "prints one JSON document on a second signal too",
    () =>
      Effect.gen(function* () {
        const px = yield* interrupted()
        const run = yield* px.start("--json")
        yield* px.stuck
        // Two of one kind may arrive as one.
        run.signal("SIGINT")
        run.signal("SIGTERM")
        const ended = yield* run.ended
        assert.include([130, 143], ended.exitCode)
        assert.strictEqual(ended.stderr, "")
        assert.match(ended.stdout, /^\{[^\n]*\}\n$/)
        const { error, ok } = JSON.parse(ended.stdout)
        assert.isFalse(ok)
        assert.deepInclude(error, { code: "interrupted", message: "Aborted." })
        assert.include(error.hint, "4 rows may or may not have been created")
      }),
    timeout,
  )

  it.live(
    "refuses a second run of the file that changed beside it, and is continued by ids after it was killed",
    () =>
      Effect.gen(function* () {
        const px = yield* interrupted()
        const run = yield* px.start()
        yield* px.stuck
        const [header, ...lines] = rows(total).trimEnd().split("\n")
        writeFileSync(px.file, [header, "b1,First", ...lines.toReversed(), ""].join("\n"))
        const beside = yield* px.again
        assert.deepEqual([beside.exitCode, beside.stdout], [2, ""])
        assert.include(beside.stderr, ".import.ndjson: another run is writing it (process ")
        run.signal("SIGKILL")
        yield* run.ended
        const again = yield* px.again
        assert.strictEqual(again.exitCode, 0, again.stderr)
        assert.strictEqual(
          again.stderr,
          `Resuming ${px.file}, which changed: 20 of 41 rows are already done, known by their ids, 4 sent without an answer will be checked, 17 are new.\n`,
        )
        assert.strictEqual((yield* px.stored).length, total + 1)
        assert.deepEqual(yield* px.repeated, unstored)
        const runs = readFileSync(`${px.file}.import.ndjson`, "utf8").match(/^\{"s":"(run|end)".*"(by|why)"/gm)
        assert.deepEqual(
          runs?.map((line) => line.slice(6, 9)),
          ["run", "run", "end"],
        )
        assert.isFalse(yield* px.leaks)
      }),
    timeout,
  )

  it.live(
    "refuses a second run beside it, and is continued after it was killed",
    () =>
      Effect.gen(function* () {
        const px = yield* interrupted()
        const run = yield* px.start()
        yield* px.stuck
        const beside = yield* px.again
        assert.deepEqual([beside.exitCode, beside.stdout], [2, ""])
        assert.match(
          beside.stderr,
          new RegExp(
            `^✖ ${px.file}\\.import\\.ndjson: another run is writing it \\(process ${run.child.pid} on ${hostname()}, since \\d{4}-\\d\\d-\\S+Z\\)\\.\n {2}Wait until it has ended, or stop it; then run this again\\.\n$`,
          ),
        )
        run.signal("SIGKILL")
        yield* run.ended
        const again = yield* px.again
        assert.strictEqual(again.exitCode, 0, again.stderr)
        assert.include(again.stderr, "20 of 40 rows are already done, 4 sent without an answer will be checked.")
        const created = (yield* px.report).filter(({ s }) => s === "created")
        assert.sameMembers(
          created.map(({ id }) => id),
          [...(yield* px.stored)],
        )
        assert.deepEqual(
          created
            .filter(({ confirmed }) => confirmed === true)
            .map(({ id }) => id)
            .toSorted(),
          unanswered,
        )
        assert.deepEqual(yield* px.repeated, unstored)
      }),
    timeout,
  )
})
