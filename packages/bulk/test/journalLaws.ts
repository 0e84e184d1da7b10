/**
 * What every journal keeps to, whatever keeps it: run over memory and files here, and over any other from its own tests.
 */
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { RowOutcome, RowRef } from "@effect-aptrinsic/bulk/Row"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

const refOf = (row: number, id = `a${row}`): RowRef => ({ row, line: row + 1, id })
const place = (row: number) => ({ row, id: `a${row}` })

const ends: ReadonlyArray<RowOutcome> = [
  { _tag: "Created", ...place(1), confirmed: false },
  { _tag: "Duplicate", ...place(2), differences: ["plan"] },
  { _tag: "Failed", ...place(3), code: "BadRequest", message: "PX refused it." },
  { _tag: "InDoubt", ...place(4), message: "No answer came." },
  { _tag: "Updated", ...place(6), confirmed: false },
]
const pause = {
  from: DateTime.makeUnsafe("2027-01-01T00:00:00Z"),
  until: DateTime.makeUnsafe("2027-01-01T00:01:00Z"),
  reason: "503",
}
const invalid: RowOutcome = { _tag: "Invalid", row: 5, id: "", message: "id is required" }

/** One use of the journal is a run; each of two runs is given the layer anew, and finds what the one before it left. */
export const journalLaws = (
  what: string,
  /** Makes an empty journal. */
  make: Effect.Effect<Layer.Layer<Journal.Journal, Journal.JournalError>, never, Scope.Scope>,
) => {
  type Body<A> = (journal: Journal.Journal["Service"]) => Effect.Effect<A, Journal.JournalError>
  /** The second run is told what the first one came to. */
  const inRuns = <A>(first: Body<unknown>, second: Body<A>) =>
    Effect.gen(function* () {
      const layer = yield* make
      yield* Effect.provide(Journal.Journal.use(first), layer, { local: true })
      return yield* Effect.provide(Journal.Journal.use(second), layer, { local: true })
    }).pipe(Effect.scoped)
  const inOneRun = <A>(body: Body<A>) => inRuns(() => Effect.void, body)

  describe(`${what}, as every journal`, () => {
    it.effect("knows nothing of a row at first", () =>
      inOneRun((journal) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* journal.states([refOf(1), refOf(1_000_000)]), ["New", "New"])
          assert.deepStrictEqual(yield* journal.states([]), [])
          assert.isTrue(yield* journal.mayLeave)
          const { totals } = journal
          assert.deepStrictEqual(yield* totals, {
            Created: 0,
            Updated: 0,
            Duplicate: 0,
            Failed: 0,
            InDoubt: 0,
            Invalid: 0,
          })
        }),
      ),
    )

    it.effect("takes a row that was sent for doubtful until it has an end", () =>
      inOneRun((journal) =>
        Effect.gen(function* () {
          yield* journal.sent(refOf(1))
          assert.deepStrictEqual(yield* journal.states([refOf(1)]), ["InDoubt"])
          yield* journal.ended(ends[0]!)
          assert.deepStrictEqual(yield* journal.states([refOf(1)]), ["Created"])
        }),
      ),
    )

    it.effect.each(ends)("tells the next run of a row that ended as $_tag", (end) =>
      inRuns(
        ({ ended, sent }) => Effect.andThen(sent(refOf(end.row)), ended(end)),
        (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([refOf(end.row)]), [end._tag])
            assert.strictEqual((yield* journal.totals)[end._tag], 1)
            const why = end._tag === "Failed" ? end.message : undefined
            assert.strictEqual(yield* journal.messageOf(end.row), why)
            assert.strictEqual((yield* journal.contradictions).count, 0)
          }),
      ),
    )

    it.effect("tells the next run of a row that is not valid, whether it has an id or not", () =>
      inRuns(
        ({ ended }) => ended(invalid),
        (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([refOf(5, "")]), ["Invalid"])
            assert.strictEqual((yield* journal.contradictions).count, 0)
          }),
      ),
    )

    it.effect("tells the next run of a row without an end that it is in doubt", () =>
      inRuns(
        ({ sent }) => sent(refOf(1)),
        (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([refOf(1), refOf(2)]), ["InDoubt", "New"])
          }),
      ),
    )

    it.effect("takes an update for doubtful until it has an end, whatever its row came to before", () =>
      inRuns(
        ({ ended, sent }) =>
          Effect.gen(function* () {
            for (const row of [1, 6]) yield* sent(refOf(row))
            yield* ended(ends[0]!)
            for (const row of [1, 2, 6]) yield* sent(refOf(row), [{ path: "plan", from: "free", to: "pro" }])
            yield* ended({ _tag: "Updated", ...place(6), confirmed: true })
            yield* ended({ _tag: "InDoubt", ...place(2), message: "No answer." })
          }),
        (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([1, 2, 6].map((row) => refOf(row))), [
              "InDoubt",
              "InDoubt",
              "Updated",
            ])
            assert.deepStrictEqual(yield* Effect.forEach([1, 2, 6], journal.isUpdate), [true, true, false])
            yield* journal.sent(refOf(2))
            assert.isFalse(yield* journal.isUpdate(2))
            assert.strictEqual((yield* journal.contradictions).count, 0)
          }),
      ),
    )

    it.effect("takes a row that was released for one that was never sent", () =>
      inRuns(
        ({ ended, released, sent }) =>
          Effect.gen(function* () {
            for (const row of [1, 3]) yield* sent(refOf(row))
            yield* ended(ends[2]!)
            yield* ended(invalid)
            for (const ref of [refOf(1), refOf(3), refOf(5, "")]) yield* released(ref)
          }),
        (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([refOf(1), refOf(3), refOf(5, "")]), ["New", "New", "New"])
            assert.deepInclude(yield* journal.totals, { Failed: 0, InDoubt: 0, Invalid: 0 })
            assert.isUndefined(yield* journal.messageOf(3))
            assert.strictEqual((yield* journal.contradictions).count, 0)
          }),
      ),
    )

    it.effect("lets the last word about a row hold", () =>
      inRuns(
        ({ ended, sent }) =>
          Effect.gen(function* () {
            yield* sent(refOf(3))
            yield* ended(ends[2]!)
            yield* sent(refOf(3))
            yield* ended({ _tag: "Created", ...place(3), confirmed: true })
          }),
        (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([refOf(3)]), ["Created"])
            assert.strictEqual(yield* journal.messageOf(3), undefined)
          }),
      ),
    )

    it.effect("tells of every row whose account was there before, over all runs, what PX holds otherwise", () => {
      const plan = { path: "plan", sent: "pro", found: "free" }
      return inRuns(
        ({ ended, sent }) =>
          Effect.gen(function* () {
            for (const row of [1, 2, 3]) yield* sent(refOf(row))
            yield* ended(ends[0]!)
            yield* ended({ _tag: "Duplicate", ...place(2), differences: ["plan"], values: [plan] })
          }),
        (journal) =>
          Effect.gen(function* () {
            yield* journal.ended({ _tag: "Duplicate", ...place(3), differences: [] })
            yield* journal.flush
            assert.deepStrictEqual(yield* Stream.runCollect(journal.existing), [
              { ...place(2), why: "duplicate", values: [plan] },
              { ...place(3), why: "duplicate", values: [] },
            ])
            assert.isFalse(yield* journal.isToCompare(2))
          }),
      )
    })

    it.effect("takes a row that it knows under another id for doubtful, and says so", () =>
      inRuns(
        ({ ended, sent }) => Effect.andThen(sent(refOf(1)), ended(ends[0]!)),
        (journal) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* journal.states([refOf(1, "z1")]), ["InDoubt"])
            const { count, first } = yield* journal.contradictions
            assert.deepStrictEqual([count, first.map(({ row }) => row)], [1, [1]])
            assert.include(first[0]!.message, "z1")
            yield* journal.ended({ _tag: "Created", row: 1, id: "z1", confirmed: true })
            assert.deepStrictEqual(yield* journal.states([refOf(1, "z1")]), ["Created"])
          }),
      ),
    )

    it.effect(
      "tells ids apart that hold U+0000, U+001A or halves of surrogate pairs, and keeps what is said of them",
      () => {
        const ids = ["a\0b", "a\u001A0000b", "a\u001Ab", "a\uD800b", "a\uDC00b", "a\uFFFDb", "a\uD83D\uDE00b"]
        const refs = ids.map((id, index) => refOf(index + 1, id))
        return inRuns(
          ({ ended, paused, began, sent }) =>
            Effect.gen(function* () {
              yield* began({ by: "test \0", settings: { file: ids.join("") } })
              yield* paused({ ...pause, reason: ids.join("") })
              for (const ref of refs) {
                yield* sent(ref, [{ path: "plan", from: ref.id, to: ids.join("") }])
                yield* ended({ _tag: "Failed", row: ref.row, id: ref.id, code: "BadRequest", message: ref.id })
              }
            }),
          (journal) =>
            Effect.gen(function* () {
              const states = yield* journal.states(refs)
              assert.deepStrictEqual([...new Set(states)], ["Failed"])
              assert.strictEqual((yield* journal.contradictions).count, 0)
              assert.deepStrictEqual(yield* Effect.forEach(refs, ({ row }) => journal.messageOf(row)), ids)
              const [run] = yield* journal.runs
              assert.deepStrictEqual([run!.start.by, run!.pauses[0]!.reason], ["test \0", ids.join("")])
              assert.deepStrictEqual(yield* journal.states([refOf(1, ids[1])]), ["InDoubt"])
            }),
        )
      },
    )

    it.effect("tells the next run of the runs before it: by what, what held them up, how they ended", () =>
      inRuns(
        ({ began, concluded, paused }) =>
          Effect.gen(function* () {
            yield* began({ by: "test 1", settings: { rate: 100, map: ["A=id"] } })
            for (const [seconds, reason] of [
              [1, "refused"],
              [2, "503"],
            ] as const) {
              yield* paused({ ...pause, until: DateTime.add(pause.from, { seconds }), reason, goesOn: true })
            }
            yield* paused(pause)
            yield* concluded({ why: "done", counts: { created: 3 } })
            // This one does not come to its end.
            yield* began({ by: "test 2", settings: {} })
          }),
        ({ began, concluded, contradictions, runs }) =>
          Effect.gen(function* () {
            yield* began({ by: "test 3", settings: {} })
            yield* concluded({ why: "Refused", message: "PX refuses the key.", counts: {} })
            const all = yield* runs
            assert.deepStrictEqual(
              all.map(({ start }) => start.by),
              ["test 1", "test 2", "test 3"],
            )
            const [first, second, third] = all
            assert.deepStrictEqual(first!.start.settings, { rate: 100, map: ["A=id"] })
            assert.deepEqual(first!.pauses, [pause])
            assert.deepInclude(first!.end, { why: "done", counts: { created: 3 } })
            assert.isUndefined(second!.end)
            assert.deepInclude(third!.end, { why: "Refused", message: "PX refuses the key." })
            for (const at of [first!.start.at, first!.end!.at, third!.end!.at]) assert.isTrue(DateTime.isUtc(at))
            assert.strictEqual((yield* contradictions).count, 0)
          }),
      ),
    )

    it.effect("loses nothing of many rows at once", () =>
      inRuns(
        ({ ended, sent }) =>
          Effect.forEach(
            Array.from({ length: 500 }, (_, index) => index + 1),
            (row) => Effect.andThen(sent(refOf(row)), ended({ _tag: "Created", ...place(row), confirmed: false })),
            { concurrency: 50, discard: true },
          ),
        (journal) =>
          Effect.gen(function* () {
            yield* journal.flush
            assert.strictEqual((yield* journal.totals).Created, 500)
          }),
      ),
    )
  })
}
