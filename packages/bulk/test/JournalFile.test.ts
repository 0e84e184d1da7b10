import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { RowOutcome } from "@effect-aptrinsic/bulk/RowOutcome"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { layerServices } from "./support/runtime.ts"

const subject: JournalFile.Subject = {
  file: "accounts.csv",
  content: "sha-1",
  mapping: "map-1",
  target: "https://api.aptrinsic.com",
}

const created = (row: number): RowOutcome => ({ _tag: "Created", row, line: row + 1, id: `a${row}`, confirmed: false })
const failed = (row: number, message: string): RowOutcome => ({
  _tag: "Failed",
  row,
  id: `a${row}`,
  code: "BadRequest",
  message,
})

/** What one run does with the journal; the scope of the run ends with it. */
const run = <A, E>(
  path: string,
  body: (journal: Journal.Journal["Service"]) => Effect.Effect<A, E>,
  options: Partial<JournalFile.Options> = {},
) =>
  Journal.Journal.use(body).pipe(
    Effect.provide(Layer.fresh(JournalFile.layer({ path, subject, ...options })), { local: true }),
  )

const inDirectory = <A, E>(body: (path: string) => Effect.Effect<A, E, FileSystem.FileSystem | Scope.Scope>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* body(`${yield* fs.makeTempDirectoryScoped()}/accounts.csv.import.ndjson`)
  }).pipe(Effect.provide(layerServices), Effect.scoped)

const text = (path: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(path))
const write = (path: string, content: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(path, content))
const sent = (journal: Journal.Journal["Service"], row: number) => journal.sent({ row, line: row + 1, id: `a${row}` })
const tagsOf = (path: string) =>
  Effect.map(text(path), (content) =>
    content
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => {
        const { row, s } = JSON.parse(line) as { readonly row: number; readonly s: string }
        return `${s} ${row}`
      }),
  )
/** Waits through the time a stale lock is watched. */
const pastLock = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const fiber = yield* Effect.forkChild(effect)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("100 millis")
      // As many trips to the disk as a beat of the lock takes.
      for (let trip = 0; trip < 4; trip++) yield* fs.exists("/")
    }
    return yield* Fiber.join(fiber)
  })

describe("a journal file", () => {
  it.effect("has the line of a row on the disk before its request may leave, and its outcome after", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* sent(journal, 1)
            assert.deepStrictEqual(yield* tagsOf(path), ["sent 1"])
            yield* journal.ended(created(1))
            assert.deepStrictEqual(yield* tagsOf(path), ["sent 1", "created 1"])
          }).pipe(Effect.provide(layerServices)),
        )
        const [header, first] = (yield* text(path)).split("\n")
        assert.deepInclude(JSON.parse(header!), { v: 1, kind: "aptrinsic.import", subject })
        assert.deepInclude(JSON.parse(first!), { s: "sent", row: 1, line: 2, id: "a1" })
        const { mode } = yield* (yield* FileSystem.FileSystem).stat(path)
        assert.strictEqual(mode & 0o777, 0o600)
      }),
    ),
  )

  it.effect("tells the next run how every row ended, why it failed, and which are in doubt", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            for (const row of [1, 2, 3, 4, 5]) yield* sent(journal, row)
            yield* journal.ended(created(1))
            yield* journal.ended({ _tag: "Duplicate", row: 2, id: "a2", differences: ["plan"] })
            yield* journal.ended(failed(3, "PX refused it."))
            yield* journal.released({ row: 5, id: "a5" })
            yield* journal.ended({ _tag: "Invalid", row: 7, id: "", message: "name is required" })
          }),
        )
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([1, 2, 3, 4, 5, 6, 7]), [
              "Created",
              "Duplicate",
              "Failed",
              "InDoubt",
              "New",
              "New",
              "Invalid",
            ])
            assert.deepStrictEqual(yield* journal.totals, {
              Created: 1,
              Duplicate: 1,
              Failed: 1,
              InDoubt: 1,
              Invalid: 1,
            })
            assert.strictEqual(yield* journal.messageOf(3), "PX refused it.")
          }),
        )
      }),
    ),
  )

  it.effect("shares one write among rows that wait together, and loses none", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const rows = Array.from({ length: 500 }, (_, index) => index + 1)
        yield* run(path, (journal) =>
          Effect.forEach(rows, (row) => Effect.andThen(sent(journal, row), journal.ended(created(row))), {
            concurrency: 50,
            discard: true,
          }),
        )
        const steps = yield* tagsOf(path)
        assert.lengthOf(steps, 1000)
        for (const row of rows) assert.isBelow(steps.indexOf(`sent ${row}`), steps.indexOf(`created ${row}`))
      }),
    ),
  )

  it.effect("cuts off a last line that a crash has torn, wherever it was torn", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) =>
          Effect.andThen(sent(journal, 1), Effect.andThen(journal.ended(created(1)), sent(journal, 2))),
        )
        const whole = yield* text(path)
        const lines = whole.trimEnd().split("\n")
        for (let length = 0; length < whole.length; length += 7) {
          yield* write(path, whole.slice(0, length))
          const known = whole.slice(0, length).split("\n").length - 1
          const state = yield* run(path, (journal) => journal.states([1, 2]))
          assert.deepStrictEqual(state, [known > 2 ? "Created" : known > 1 ? "InDoubt" : "New", "New"])
          const after = (yield* text(path)).trimEnd().split("\n")
          assert.lengthOf(after, Math.max(1, known))
          if (known > 0) assert.deepStrictEqual(after, lines.slice(0, known))
        }
      }),
    ),
  )

  it.effect(
    "refuses the journal of another file, mapping or target, and a file that is none, and leaves them alone",
    () =>
      inDirectory((path) =>
        Effect.gen(function* () {
          yield* run(path, (journal) => sent(journal, 1))
          const before = yield* text(path)
          const refuse = (other: Partial<JournalFile.Subject>) =>
            run(path, () => Effect.void, { subject: { ...subject, ...other } }).pipe(Effect.flip)
          const messages = {
            "as it was before it was changed": { content: "sha-2" },
            "another file, accounts.csv": { content: "sha-2", file: "other.csv" },
            "other columns, constants or formats": { mapping: "map-2" },
            "to https://api.aptrinsic.com, not to https://api-eu.aptrinsic.com": {
              target: "https://api-eu.aptrinsic.com",
            },
          }
          for (const [message, other] of Object.entries(messages)) {
            const error = yield* refuse(other)
            assert.strictEqual(error.kind, "Mismatch")
            assert.include(error.message, message)
            assert.include(error.hint, "--restart")
          }
          assert.strictEqual(yield* text(path), before)

          for (const content of ["id,name\n1,Acme\n", "not a report", '{"v":2,"kind":"aptrinsic.import"}\n']) {
            yield* write(path, content)
            assert.strictEqual((yield* refuse({})).kind, "Mismatch")
            assert.strictEqual(yield* text(path), content)
          }
        }),
      ),
  )

  it.effect("refuses a journal with a damaged line in its middle, and names the line", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) => Effect.andThen(sent(journal, 1), sent(journal, 2)))
        yield* write(path, (yield* text(path)).replace('"s":"sent","row":1', '"s":"se'))
        const error = yield* Effect.flip(run(path, () => Effect.void))
        assert.strictEqual(error.kind, "Damaged")
        assert.include(error.message, "line 2")
      }),
    ),
  )

  it.effect("begins anew on request and keeps the earlier journal", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) => sent(journal, 1))
        const before = yield* text(path)
        const state = yield* run(path, (journal) => journal.states([1]), { restart: true })
        assert.deepStrictEqual(state, ["New"])
        const fs = yield* FileSystem.FileSystem
        const directory = path.slice(0, path.lastIndexOf("/"))
        const kept = (yield* fs.readDirectory(directory)).filter((name) => name !== "accounts.csv.import.ndjson")
        assert.lengthOf(kept, 1)
        assert.strictEqual(yield* text(`${directory}/${kept[0]}`), before)
      }),
    ),
  )

  it.effect("follows no symbolic link", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        yield* run(path, (journal) => sent(journal, 1))
        const link = `${path}.link`
        yield* fs.symlink(path, link)
        const error = yield* Effect.flip(run(link, () => Effect.void))
        assert.strictEqual(error.kind, "Unavailable")
      }),
    ),
  )
})

describe("the lock of a journal file", () => {
  it.effect("keeps a second run out while the first one lives", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        yield* Layer.buildWithScope(Layer.fresh(JournalFile.layer({ path, subject })), scope)
        const error = yield* pastLock(Effect.flip(run(path, () => Effect.void)))
        assert.strictEqual(error.kind, "Busy")
        yield* Scope.close(scope, Exit.void)
        yield* run(path, (journal) => sent(journal, 1))
        assert.isFalse(yield* (yield* FileSystem.FileSystem).exists(`${path}.lock`))
      }),
    ),
  )

  it.effect("is taken over from a run that was killed", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* write(`${path}.lock`, "someone            7")
        yield* pastLock(run(path, (journal) => sent(journal, 1)))
        assert.deepStrictEqual(yield* tagsOf(path), ["sent 1"])
      }),
    ),
  )

  it.effect("stops a run that slept while another one took over, before it sends anything", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const error = yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* sent(journal, 1)
            yield* fs.remove(`${path}.lock`)
            yield* fs.writeFileString(`${path}.lock`, "another run        1")
            yield* TestClock.adjust("1 hour")
            return yield* Effect.flip(sent(journal, 2))
          }),
        )
        assert(error._tag === "JournalError")
        assert.strictEqual(error.kind, "Busy")
        assert.deepStrictEqual(yield* tagsOf(path), ["sent 1"])
        assert.strictEqual(yield* text(`${path}.lock`), "another run        1")
      }),
    ),
  )
})

/** A disk that takes this many bytes more and then writes what still fits and fails. */
const smallDisk = (capacity: number) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) => {
      let left = capacity
      const full = PlatformError.systemError({
        _tag: "Unknown",
        module: "FileSystem",
        method: "write",
        cause: Object.assign(new Error("no space left on device"), { code: "ENOSPC" }),
      })
      return FileSystem.FileSystem.of({
        ...fs,
        open: (path, options) =>
          Effect.map(fs.open(path, options), (file) => ({
            ...file,
            seek: file.seek.bind(file),
            truncate: file.truncate.bind(file),
            sync: file.sync,
            writeAll: (bytes: Uint8Array) =>
              Effect.suspend(() => {
                const fits = Math.min(left, bytes.length)
                left -= fits
                return Effect.andThen(
                  file.writeAll(bytes.subarray(0, fits)),
                  fits < bytes.length ? Effect.fail(full) : Effect.void,
                )
              }),
          })),
      })
    }),
  ).pipe(Layer.provide(layerServices))

describe("a disk that is full", () => {
  it.effect("fails the row before it is sent, keeps failing, and leaves a journal the next run reads", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const errors = yield* run(path, (journal) =>
          Effect.gen(function* () {
            let row = 1
            while ((yield* Effect.exit(sent(journal, row)))._tag === "Success") row++
            assert.isAbove(row, 1)
            return [yield* Effect.flip(sent(journal, row + 1)), yield* Effect.flip(journal.ended(created(1)))]
          }),
        ).pipe(Effect.provide(smallDisk(1000), { local: true }))
        for (const error of errors) {
          assert.strictEqual(error.kind, "Unavailable")
          assert.include(error.message, "the disk is full")
        }
        const known = (yield* text(path)).split("\n").length - 2
        yield* pastLock(
          run(path, (journal) =>
            Effect.gen(function* () {
              assert.strictEqual((yield* journal.totals).InDoubt, known)
              yield* sent(journal, known + 1)
            }),
          ),
        )
        assert.lengthOf(yield* tagsOf(path), known + 1)
      }),
    ),
  )
})
