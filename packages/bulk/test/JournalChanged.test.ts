import { contentOf } from "@effect-aptrinsic/bulk/internal/shared/content"
import { earlier } from "@effect-aptrinsic/bulk/internal/shared/earlier"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { RowRef, RowState } from "@effect-aptrinsic/bulk/Row"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { hash, seal } from "../src/internal/journal/checksum.ts"
import {
  created,
  failed,
  filesWith,
  inDirectory,
  leaveLock,
  pastLock,
  refusal,
  run,
  type Service,
  subject,
  text,
  write,
} from "./support/journal.ts"

const account = (id: string, name = "Acme") => ({ id, name, propertyKeys: ["AP-1-2"] })
const ref = (row: number, id = `a${row}`, name?: string): RowRef => ({
  row,
  line: row + 1,
  id,
  content: contentOf(account(id, name)),
})
const other = (content: string) => ({ subject: { ...subject, content }, onChange: "continue" as const })

/** Created, a duplicate, failed, in doubt, released. */
const firstRun = (journal: Service) =>
  Effect.gen(function* () {
    for (const row of [1, 2, 3, 4, 5]) yield* journal.sent(ref(row))
    yield* journal.ended(created(1))
    yield* journal.ended({ _tag: "Duplicate", row: 2, id: "a2", differences: [] })
    yield* journal.ended(failed(3, "PX refused it."))
    yield* journal.released(ref(5))
  })

/** The accounts of the first run in other places, and one that is new. */
const moved = [ref(1, "n1"), ref(2, "a4"), ref(3, "a3"), ref(4, "a2"), ref(5, "a1"), ref(6, "a5")]
const states: ReadonlyArray<RowState> = ["New", "InDoubt", "Failed", "Duplicate", "Created", "New"]

describe("a journal of a file that changed", () => {
  it.effect("knows by id what became of its accounts, and says so in every later run", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        const before = yield* text(path)
        for (const round of ["first", "second"]) {
          yield* run(
            path,
            (journal) =>
              Effect.gen(function* () {
                assert.deepStrictEqual(yield* journal.states(moved), states, round)
                assert.deepInclude(yield* journal.totals, { Created: 1, Duplicate: 1, Failed: 1, InDoubt: 1 })
                assert.strictEqual(yield* journal.messageOf(3), "PX refused it.")
                assert.strictEqual(yield* journal.changed, 0)
                assert.strictEqual((yield* journal.contradictions).count, 0)
              }),
            other("sha-2"),
          )
        }
        assert.strictEqual(yield* text(`${path}.before`), before)
        const lines = (yield* text(path))
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line))
        assert.deepInclude(lines[0], { v: 4, continues: "accounts.csv.import.ndjson.before" })
        assert.deepInclude(
          lines.find(({ id, row }) => id === "a3" && row === undefined),
          { s: "known", was: "failed", message: "PX refused it." },
        )
        assert.deepInclude(
          lines.find(({ row }) => row === 5),
          { s: "known", was: "created", id: "a1", line: 6 },
        )
      }),
    ),
  )

  it.effect("takes accounts that were updated, or may have been, for those that were there before", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fields = [{ path: "plan", from: "free", to: "pro" }]
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            for (const row of [1, 2]) yield* journal.sent({ row, id: `a${row}` }, fields)
            yield* journal.ended({ _tag: "Updated", row: 1, id: "a1", confirmed: false })
          }),
        )
        yield* run(
          path,
          (journal) =>
            Effect.gen(function* () {
              const rows = [ref(1, "n1"), ref(2, "a1"), ref(3, "a2")]
              assert.deepStrictEqual(yield* journal.states(rows), ["New", "Duplicate", "Duplicate"])
              // A row that changes its account is planned against PX, whatever an earlier file came to.
              assert.deepStrictEqual(yield* journal.states([{ row: 4, id: "a1" }]), ["New"])
            }),
          other("sha-2"),
        )
      }),
    ),
  )

  it.effect("leaves behind every journal that holds what updates overwrote, however often the file changes", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        for (const [index, from] of ["free", "pro", "basic"].entries()) {
          const fields = [{ path: "plan", from, to: "other" }]
          yield* run(path, (journal) => journal.sent({ row: 1, id: "a1" }, fields), other(`sha-${index}`))
          yield* TestClock.adjust("1 second")
        }
        const directory = path.slice(0, path.lastIndexOf("/"))
        const journals = (yield* fs.readDirectory(directory)).filter((name) => !name.endsWith(".lock"))
        const found = yield* Effect.forEach(journals, (name) =>
          Stream.runCollect(JournalFile.overwritten(`${directory}/${name}`)),
        )
        const plans = found.flat().flatMap(({ fields }) => fields.map(({ from }) => from))
        assert.deepStrictEqual(plans.toSorted(), ["basic", "free", "pro"])
      }),
    ),
  )

  it.effect("carries on what it knows from change to change, also of accounts that are in the file no more", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        yield* run(path, (journal) => journal.states([ref(1, "a1")]), other("sha-2"))
        yield* run(path, () => Effect.void, other("sha-3"))
        yield* run(
          path,
          (journal) =>
            Effect.gen(function* () {
              assert.deepStrictEqual(yield* journal.states(moved), states)
              // What became of one in this file counts from now on.
              yield* journal.ended({ _tag: "Created", row: 2, id: "a4", confirmed: true })
            }),
          other("sha-4"),
        )
        const length = (yield* text(path)).split("\n").length
        const again = yield* run(path, (journal) => journal.states(moved), other("sha-5"))
        assert.deepStrictEqual(again, states.with(1, "Created"))
        assert.isAtMost((yield* text(path)).split("\n").length, length, "no account is told more than twice")
      }),
    ),
  )

  it.effect("remembers the runs over the file as it was, those that were killed too", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const body = (by: string) => (journal: Service) =>
          Effect.gen(function* () {
            yield* journal.began({ by, settings: {} })
            yield* firstRun(journal)
            yield* journal.concluded({ why: "done", counts: {} })
          })
        yield* run(path, body("one"))
        yield* run(path, (journal) => journal.began({ by: "killed", settings: {} }), other("sha-2"))
        const runs = yield* run(path, (journal) => journal.runs, other("sha-3"))
        assert.deepStrictEqual(
          runs.map(({ end, start }) => [start.by, end?.why]),
          [
            ["one", "done"],
            ["killed", undefined],
          ],
        )
        assert.deepStrictEqual(yield* run(path, (journal) => journal.states(moved), other("sha-3")), states)
      }),
    ),
  )

  it.effect("tells rows that say something else than was sent, until they say it again", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        const rows = [ref(1, "a1", "Another"), ref(2, "a2"), ref(3, "a3", "Another")]
        const changed = (content: string, these: ReadonlyArray<RowRef>) =>
          run(path, (journal) => Effect.andThen(journal.states(these), journal.changed), other(content))
        // What failed is sent as it is now.
        assert.strictEqual(yield* changed("sha-2", rows), 1)
        assert.strictEqual(yield* changed("sha-2", rows), 1)
        const existing = run(path, ({ existing }) => Stream.runCollect(existing), other("sha-2"))
        assert.deepStrictEqual(yield* existing, [
          { row: 1, line: 2, id: "a1", why: "changed" },
          { row: 2, line: 3, id: "a2", why: "duplicate", values: [] },
        ])
        assert.strictEqual(yield* changed("sha-3", [ref(1), ref(2), ref(3)]), 0)
        assert.strictEqual(yield* changed("sha-4", rows), 1)
      }),
    ),
  )

  it.effect("keeps what PX holds otherwise of an account that was there before, from change to change", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const values = [{ path: "name", sent: "Acme", found: "Other" }]
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            for (const row of [1, 2, 3]) yield* journal.sent(ref(row))
            yield* journal.ended(created(1))
            yield* journal.ended({ _tag: "Duplicate", row: 2, line: 3, id: "a2", differences: ["name"], values })
            yield* journal.ended({ _tag: "Duplicate", row: 3, line: 4, id: "a3", differences: [] })
          }),
        )
        const existing = (content: string, rows: ReadonlyArray<RowRef>) =>
          run(
            path,
            (journal) =>
              Effect.gen(function* () {
                yield* journal.states(rows)
                yield* journal.flush
                assert.strictEqual((yield* journal.contradictions).count, 0)
                return yield* Stream.runCollect(journal.existing)
              }),
            other(content),
          )
        const at = (row: number) => [ref(row, "a1"), ref(row + 1, "a3"), ref(row + 2, "a2")]
        for (const [content, row] of [
          ["sha-2", 1],
          ["sha-2", 1],
          ["sha-3", 5],
        ] as const) {
          assert.sameDeepMembers(yield* existing(content, at(row)), [
            { row: row + 1, line: row + 2, id: "a3", why: "duplicate", values: [] },
            { row: row + 2, line: row + 3, id: "a2", why: "duplicate", values },
          ])
        }
        // In a file without it nothing is told of it, and nothing is forgotten.
        assert.deepStrictEqual(yield* existing("sha-4", [ref(1, "a1")]), [])
        assert.lengthOf(yield* existing("sha-5", at(1)), 2)
      }),
    ),
  )

  it.effect("tells what PX holds otherwise than a row that changed, once it was compared", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        const values = [{ path: "name", sent: "Another", found: "Acme" }]
        const rows = [ref(1, "a1", "Another"), ref(2, "a2", "Another")]
        yield* run(
          path,
          (journal) =>
            Effect.gen(function* () {
              yield* journal.states(rows)
              assert.isTrue(yield* journal.isToCompare(1))
              yield* journal.compared(rows[0]!, values)
              assert.isFalse(yield* journal.isToCompare(1))
            }),
          other("sha-2"),
        )
        yield* run(
          path,
          (journal) =>
            Effect.gen(function* () {
              assert.deepStrictEqual(yield* journal.states(rows), ["Created", "Duplicate"])
              assert.deepStrictEqual([yield* journal.isToCompare(1), yield* journal.isToCompare(2)], [false, true])
              assert.strictEqual(yield* journal.changed, 2)
              assert.sameDeepMembers(yield* Stream.runCollect(journal.existing), [
                { row: 1, line: 2, id: "a1", why: "changed", values },
                { row: 2, line: 3, id: "a2", why: "changed" },
              ])
              assert.strictEqual((yield* journal.contradictions).count, 0)
            }),
          other("sha-2"),
        )
      }),
    ),
  )

  it.effect("leaves rows that may not be sent without what is known of their ids", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        const invalid = { row: 1, line: 2, id: "a1" }
        assert.deepStrictEqual(yield* run(path, (journal) => journal.states([invalid]), other("sha-2")), ["New"])
      }),
    ),
  )

  it.effect("is refused without onChange, and for another file, server or a report that is damaged", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        const whole = yield* text(path)
        const refused = (options: Partial<JournalFile.Options>) =>
          Effect.map(Effect.flip(run(path, () => Effect.void, options)), ({ kind }) => kind)
        assert.strictEqual(yield* refused({ subject: other("sha-2").subject }), "Mismatch")
        for (const different of [{ file: "other.csv" }, { target: "https://other" }]) {
          const subjectThen = { ...subject, content: "sha-2", ...different }
          assert.strictEqual(yield* refused({ subject: subjectThen, onChange: "continue" }), "Mismatch")
        }
        for (const damaged of [whole.replace('"id":"a2"', '"id":"x2"'), whole.split("\n").slice(0, -2).join("\n")]) {
          yield* write(path, damaged)
          assert.strictEqual(yield* refused(other("sha-2")), "Damaged")
          assert.strictEqual(yield* text(path), damaged)
        }
        assert.isFalse(yield* (yield* FileSystem.FileSystem).exists(`${path}.before`))
      }),
    ),
  )

  it.effect("settles what a run left behind that was killed", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        const cut = (yield* text(path)).split("\n").slice(0, -2).join("\n").concat('\n{"s":"sent","row":6')
        yield* write(path, cut)
        yield* leaveLock(path)
        const known = yield* pastLock(run(path, (journal) => journal.states(moved), other("sha-2")))
        assert.deepStrictEqual(known, states)
      }),
    ),
  )

  it.effect.each(["open", "link", "rename"] as const)("is left whole by a disk that refuses to %s", (operation) =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        const before = yield* text(path)
        const refusing = filesWith((fs) => ({
          [operation]: (name: string, ...rest: ReadonlyArray<never>) =>
            name.endsWith(".next") || operation === "link"
              ? Effect.fail(refusal("ENOSPC"))
              : (fs[operation] as (...all: ReadonlyArray<unknown>) => Effect.Effect<never>)(name, ...rest),
        }))
        const tried = Effect.exit(run(path, (journal) => journal.states(moved), other("sha-2")))
        const exit = yield* Effect.provide(tried, refusing, { local: true })
        // A disk without links keeps a copy.
        assert.strictEqual(exit._tag, operation === "link" ? "Success" : "Failure")
        if (operation !== "link") assert.strictEqual(yield* text(path), before)
        assert.deepStrictEqual(yield* run(path, (journal) => journal.states(moved), other("sha-2")), states)
      }),
    ),
  )

  it.effect.each([2, 3, 4, 5, 6])("looks up what it cannot know for sure when line %i is gone", (line) =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        yield* run(path, () => Effect.void, other("sha-2"))
        const lines = (yield* text(path)).split("\n")
        yield* write(path, lines.toSpliced(line - 1, 1).join("\n"))
        const known = yield* run(path, (journal) => journal.states(moved), other("sha-2"))
        for (const [index, state] of known.entries()) {
          assert.include([states[index], "InDoubt"], state)
          assert.notStrictEqual(state, "New")
        }
      }),
    ),
  )
})

describe("a journal of version 2, which tells nothing of runs and contents", () => {
  const older = (text: string) => {
    const [header, ...lines] = text
      .trimEnd()
      .split("\n")
      .map((line) => {
        const { check: _check, content: _content, ...entry } = JSON.parse(line)
        return JSON.stringify("v" in entry ? { ...entry, v: 2 } : entry)
      })
    const first = seal(header!, 0)
    return [first, ...lines.map((line) => seal(line, hash(first))), ""].join("\n")
  }

  it.effect("is continued as it is by the same file, and by ids when the file changes", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, firstRun)
        yield* write(path, older(yield* text(path)))
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* journal.began({ by: "test", settings: {} })
            assert.deepStrictEqual(yield* journal.states([ref(1), ref(4)]), ["Created", "InDoubt"])
            yield* journal.concluded({ why: "done", counts: {} })
          }),
        )
        assert.notMatch(yield* text(path), /"s":"run"|"why"/)
        yield* run(
          path,
          (journal) =>
            Effect.gen(function* () {
              const rows = moved.with(4, ref(5, "a1", "Another"))
              assert.deepStrictEqual(yield* journal.states(rows), states)
              assert.strictEqual(yield* journal.changed, 0, "what it held is not known")
              assert.strictEqual((yield* journal.contradictions).count, 0)
            }),
          other("sha-2"),
        )
      }),
    ),
  )
})

describe("what a journal knows of a file that changed", () => {
  it.effect("is told without taking it: by id, with what changed", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        assert.isUndefined(yield* earlier({ path, ...other("sha-2") }))
        yield* run(path, firstRun)
        assert.isUndefined(yield* earlier({ path, subject }))
        const ids: Array<string> = []
        const found = (yield* earlier({ path, ...other("sha-2"), onId: (id) => ids.push(id) }))!
        assert.deepStrictEqual(
          moved.map((row) => found.find(row)?.state ?? "New"),
          states,
        )
        assert.deepStrictEqual(found.find(ref(9, "a1", "Another")), { state: "Created", isChanged: true })
        assert.deepStrictEqual(ids.toSorted(), ["a1", "a2", "a4"])
      }),
    ),
  )
})

describe("the checksum of an account", () => {
  it("is that of what it says, in whatever order", () => {
    const one = contentOf({ id: "a", name: "A", propertyKeys: ["P"], location: { city: "B", countryCode: "DE" } })
    assert.strictEqual(
      contentOf({ location: { countryCode: "DE", city: "B" }, propertyKeys: ["P"], name: "A", id: "a" }),
      one,
    )
    assert.notStrictEqual(contentOf({ id: "a", name: "A", propertyKeys: ["P"], location: { city: "C" } }), one)
  })
})
