import type * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import {
  created,
  failed,
  filesWith,
  inDirectory,
  pastLock,
  refOf,
  refusal,
  run,
  sent,
  stepsOf,
  subject,
  text,
  write,
} from "./support/journal.ts"
import { layerServices } from "./support/runtime.ts"

describe("a journal file", () => {
  it.effect("has the line of a row on the disk before its request may leave, and its outcome after", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* sent(journal, 1)
            assert.deepStrictEqual(yield* stepsOf(path), ["sent 1"])
            yield* journal.ended({ ...created(1), attempts: 2, waited: Duration.seconds(1.5) })
            assert.deepStrictEqual(yield* stepsOf(path), ["sent 1", "created 1"])
          }).pipe(Effect.provide(layerServices)),
        )
        const [header, first, second] = (yield* text(path)).split("\n")
        assert.deepInclude(JSON.parse(header!), { v: 4, kind: "aptrinsic.import", subject })
        assert.deepInclude(JSON.parse(first!), { s: "sent", row: 1, line: 2, id: "a1" })
        assert.include(second, '"confirmed":false,"attempts":2,"waited":1500,"n":3')
        const { mode } = yield* (yield* FileSystem.FileSystem).stat(path)
        assert.strictEqual(mode & 0o777, 0o600)
      }),
    ),
  )

  it.effect("writes the times of a run in ISO 8601", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const from = DateTime.makeUnsafe("2027-01-01T00:00:00Z")
        const until = DateTime.makeUnsafe("2027-01-01T00:01:00Z")
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* journal.began({ by: "test 1", settings: {} })
            yield* journal.paused({ from, until, reason: "503" })
            yield* journal.concluded({ why: "done", counts: { created: 0 } })
          }),
        )
        const [, began, paused, ended] = (yield* text(path)).split("\n")
        assert.match(
          began!,
          /^\{"s":"run","at":"1970-01-01T[\d:.]+Z","content":"[^"]+","by":"test 1","settings":\{\},"n":2,/,
        )
        const pause =
          '{"s":"pause","from":"2027-01-01T00:00:00.000Z","until":"2027-01-01T00:01:00.000Z","reason":"503","n":3,'
        assert.isTrue(paused!.startsWith(pause))
        assert.match(ended!, /^\{"s":"end","at":"1970-01-01T[\d:.]+Z","why":"done","counts":\{"created":0\},"n":4,/)
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
            assert.deepStrictEqual(yield* journal.states([1, 2, 3, 4, 5, 6, 7].map(refOf)), [
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
              Updated: 0,
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
        const steps = yield* stepsOf(path)
        assert.lengthOf(steps, 1000)
        for (const row of rows) assert.isBelow(steps.indexOf(`sent ${row}`), steps.indexOf(`created ${row}`))
      }),
    ),
  )

  it.effect(
    "refuses the journal of another file, mapping or target, and a file that is not a journal, and leaves them alone",
    () =>
      inDirectory((path) =>
        Effect.gen(function* () {
          yield* run(path, (journal) => sent(journal, 1))
          const before = yield* text(path)
          const refuse = (other: Partial<JournalFile.Subject>) =>
            run(path, () => Effect.void, { subject: { ...subject, ...other } }).pipe(Effect.flip)
          const messages = {
            "accounts.csv with other content than it has now": { content: "sha-2" },
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

          for (const content of ["id,name\n1,Acme\n", "not a report", '{"v":5,"kind":"aptrinsic.import"}\n']) {
            yield* write(path, content)
            assert.strictEqual((yield* refuse({})).kind, "Mismatch")
            assert.strictEqual(yield* text(path), content)
          }
        }),
      ),
  )

  it.effect("begins anew on request and keeps the earlier journal", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) => sent(journal, 1))
        const before = yield* text(path)
        const state = yield* run(path, (journal) => journal.states([1].map(refOf)), { restart: true })
        assert.deepStrictEqual(state, ["New"])
        const fs = yield* FileSystem.FileSystem
        const directory = path.slice(0, path.lastIndexOf("/"))
        const kept = (yield* fs.readDirectory(directory)).filter((name) => name !== "accounts.csv.import.ndjson")
        assert.lengthOf(kept, 1)
        assert.strictEqual(yield* text(`${directory}/${kept[0]}`), before)
      }),
    ),
  )

  it.effect.each(["one that leads to a report", "one that leads nowhere"])("follows no symbolic link: %s", (which) =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        if (which === "one that leads to a report") yield* run(path, (journal) => sent(journal, 1))
        const link = `${path}.link`
        yield* fs.symlink(path, link)
        const error = yield* Effect.flip(run(link, () => Effect.void))
        assert.deepStrictEqual(
          [error.kind, error.message, error.hint],
          [
            "Unavailable",
            `${link}: it is a symbolic link to ${path}, and a report is written to no link.`,
            "Name the file itself with --report, or another one.",
          ],
        )
        assert.isFalse(yield* fs.exists(`${link}.lock`))
      }),
    ),
  )

  it.effect.each([
    ["ENOSPC", "the disk is full"],
    ["EDQUOT", "the disk quota is used up"],
    ["EROFS", "the disk can only be read"],
    ["EACCES", "permission denied"],
    ["ENAMETOOLONG", "its name is too long for this disk"],
    ["EIO", "the disk failed to read or write it"],
    ["ESTALE", "the server of this network disk no longer knows it"],
    ["EBUSY", "another program has locked it"],
    ["EMFILE", "too many files are open"],
    ["EWHATEVER", "it cannot be used (EWHATEVER: refused by the test)"],
  ] as const)("says of %s what the system said, of which file, and names no other culprit", ([code, phrase]) =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const refusing = filesWith((fs) => ({
          open: (name, options) => (name === path ? Effect.fail(refusal(code)) : fs.open(name, options)),
        }))
        const error = yield* run(path, () => Effect.void).pipe(Effect.provide(refusing, { local: true }), Effect.flip)
        assert.strictEqual(error.kind, "Unavailable")
        assert.isTrue(error.message.startsWith(`${path}: ${phrase}`), error.message)
        assert.notMatch(`${error.message} ${error.hint}`, /another run|changed|anew|--restart/)
        if (!["EBUSY", "EMFILE"].includes(code)) assert.include(error.hint, "--report")
        assert.isFalse(yield* (yield* FileSystem.FileSystem).exists(`${path}.lock`))
      }),
    ),
  )

  it.effect("says which name is too long: that of the report, or that of the lock beside it", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const named = (length: number) => `${path.slice(0, path.lastIndexOf("/"))}/${"x".repeat(length)}`
        const [report, lock] = [named(256), named(252)]
        const about = (name: string) => Effect.map(Effect.flip(run(name, () => Effect.void)), ({ message }) => message)
        assert.match(yield* about(report), /\/x+…: its name is too long for this disk\.$/)
        assert.match(
          yield* about(lock),
          /…: the lock file beside it, .*, cannot be used: its name is too long for this disk\.$/,
        )
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
                  fits < bytes.length ? Effect.fail(refusal("ENOSPC")) : Effect.void,
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
        // A line may be whole but for its end.
        const lines = (yield* text(path)).split("\n")
        const known = lines.filter((line) => /"check":"\w+"\}$/.test(line)).length - 1
        yield* pastLock(
          run(path, (journal) =>
            Effect.gen(function* () {
              assert.strictEqual((yield* journal.totals).InDoubt, known)
              yield* sent(journal, known + 1)
            }),
          ),
        )
        assert.lengthOf(yield* stepsOf(path), known + 1)
      }),
    ),
  )
})
