import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { Pause, Traffic } from "@effect-aptrinsic/bulk/Run"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Struct from "effect/Struct"
import { importing } from "./support/importing.ts"
import { inDirectory, run, subject, text, write } from "./support/journal.ts"
import { type Create, px, success } from "./support/px.ts"

const aPost = { request: "POST", kind: "write" } as const

/** A PX that takes so many milliseconds for a create, and answers the first try of each seventh account with nothing. */
const create =
  (took: number): Create =>
  (input, _, tell) =>
    Effect.gen(function* () {
      const accountId = input.id
      const answered = (answer: string, outcome: "created" | "unknown") =>
        tell({ accountId, ...aPost, _tag: "Answered", answer, took: Duration.millis(took), outcome })
      yield* Effect.sleep(took)
      if (Number(accountId.slice(1)) % 7 === 0) {
        yield* answered("lost: other side closed", "unknown")
        yield* tell({ accountId, ...aPost, _tag: "Sending", waited: Duration.zero })
        yield* Effect.sleep(took)
      }
      yield* answered("201", "created")
      return success(input)
    })

const linesOf = (path: string) =>
  Effect.map(text(path), (content) =>
    content
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  )

const lengthOf = ({ from, until }: Pick<Pause, "from" | "until">) =>
  DateTime.toEpochMillis(until) - DateTime.toEpochMillis(from)

/** A journal that keeps what it is told of a run, and says when it was told of a pause. */
const recording = Effect.gen(function* () {
  const [parts, pauses]: [Array<Traffic>, Array<Pause>] = [[], []]
  const waiting: Array<{ readonly isIt: (pause: Pause) => boolean; readonly told: Deferred.Deferred<void> }> = []
  const memory = yield* Journal.makeMemory
  const journal = Journal.Journal.of({
    ...memory,
    measured: (traffic) => Effect.sync(() => void parts.push(traffic)),
    paused: (pause) =>
      Effect.sync(() => {
        pauses.push(pause)
        for (const { isIt, told } of waiting) if (isIt(pause)) Deferred.doneUnsafe(told, Exit.void)
      }),
  })
  const heard = Effect.fnUntraced(function* (isIt: (pause: Pause) => boolean) {
    const told = yield* Deferred.make<void>()
    waiting.push({ isIt, told })
    yield* Deferred.await(told)
  })
  return { parts, pauses, heard, layer: Layer.succeed(Journal.Journal, journal) }
})

const importInto = (path: string, count: number, took: number) =>
  importing(count, { concurrency: 1 }, 100).pipe(
    Effect.provide([px(create(took)).layer, Layer.fresh(JournalFile.layer({ path, subject }))], { local: true }),
  )

describe("the log of a run", () => {
  it.effect("is recorded with every request, by its answer, and how long the answers took", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* importInto(path, 70, 100)
        const parts = (yield* linesOf(path)).filter(({ s }) => s === "traffic") as unknown as ReadonlyArray<Traffic>
        const posts = parts.map(({ requests }) => requests.find(({ request }) => request === "POST")!)
        const sum = (values: ReadonlyArray<number>) => values.reduce((one, other) => one + other, 0)
        assert.strictEqual(sum(posts.map(({ sent }) => sent)), 80)
        assert.strictEqual(sum(posts.map(({ answers }) => answers["201"] ?? 0)), 70)
        assert.strictEqual(sum(posts.map(({ answers }) => answers["lost"] ?? 0)), 10)
        assert.isTrue(parts.every(({ latency }) => latency.every(([time]) => time === 100)))
        assert.strictEqual(sum(parts.flatMap(({ latency }) => latency.map(([, count]) => count))), 70)
        for (const [index, part] of parts.slice(1).entries()) {
          assert.isTrue(String(part.from) >= String(parts[index]!.until))
        }
      }),
    ),
  )

  it.effect("takes a line a second at first, and few of them in a long run", () =>
    Effect.gen(function* () {
      const parts: Array<Traffic> = []
      const measured = (traffic: Traffic) => Effect.sync(() => void parts.push(traffic))
      const journal = Effect.map(Journal.makeMemory, (memory) => Journal.Journal.of({ ...memory, measured }))
      yield* importing(2000, { concurrency: 10, rateLimit: () => 87.54 }, 1000).pipe(
        Effect.provide([px(create(1000)).layer, Layer.effect(Journal.Journal, journal)]),
      )
      // 229 seconds: one each second of the first hundred, then a hundredth of the time so far.
      assert.isAtLeast(parts.length, 100)
      assert.isBelow(parts.length, 190)
      assert.isTrue(parts.every(({ limit }) => limit === 87.5))
      assert.strictEqual(
        parts.flatMap(({ requests }) => requests).reduce((sum, { sent }) => sum + sent, 0),
        2285,
      )
    }),
  )

  it.effect("is recorded by the clock while PX is away, the outage too, and its end once it ends", () =>
    Effect.gen(function* () {
      const { heard, layer, parts, pauses } = yield* recording
      const away: Create = (input, _, tell) =>
        Effect.gen(function* () {
          const accountId = input.id
          const answered = (answer: string, outcome: "created" | "unknown") =>
            tell({ accountId, ...aPost, _tag: "Answered", answer, took: Duration.millis(10), outcome })
          for (let second = 0; second < 40; second++) {
            yield* answered("503", "unknown")
            yield* Effect.sleep("1 second")
            yield* tell({ accountId, ...aPost, _tag: "Sending", waited: Duration.zero })
          }
          yield* answered("201", "created")
          return success(input)
        })
      const fiber = yield* Effect.forkChild(
        importing(2, { concurrency: 2 }, 100).pipe(Effect.provide([px(away).layer, layer])),
      )
      yield* heard(({ from, goesOn, until }) => goesOn === true && lengthOf({ from, until }) > 20_000)
      const told = parts.flatMap(({ requests }) => requests.map(({ answers }) => answers["503"] ?? 0))
      assert.isAtLeast(
        told.reduce((one, other) => one + other, 0),
        40,
      )
      yield* Fiber.join(fiber)
      const [last, ...before] = pauses.toReversed()
      assert.deepStrictEqual([last?.goesOn, last?.reason], [undefined, "503"])
      assert.isTrue(before.every(({ from, goesOn }) => goesOn === true && DateTime.Equivalence(from, last!.from)))
      // Told again when it has lasted a second, and a tenth, longer.
      assert.isBelow(pauses.length, 30)
    }),
  )

  it.effect("has a pause that PX asked for as long as it lasts, and its end once", () =>
    Effect.gen(function* () {
      const { layer, pauses } = yield* recording
      const limited: Create = (input, _, tell) =>
        Effect.gen(function* () {
          const accountId = input.id
          yield* tell({ accountId, ...aPost, _tag: "Pausing", delay: Duration.seconds(5) })
          yield* Effect.sleep("5 seconds")
          yield* tell({ accountId, ...aPost, _tag: "Sending", waited: Duration.seconds(5) })
          return success(input)
        })
      yield* importing(1, { concurrency: 1 }, 100).pipe(Effect.provide([px(limited).layer, layer]))
      assert.deepStrictEqual(
        pauses.map((pause) => [lengthOf(pause), pause.goesOn]),
        [
          [900, true],
          [1900, true],
          [2900, true],
          [3900, true],
          [4900, true],
          [5000, undefined],
        ],
      )
    }),
  )

  it.effect("tells of a row whose request was lost what each of its requests got, and of no other", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* importInto(path, 8, 100)
        const told = (yield* linesOf(path)).filter(({ s }) => s === "created")
        assert.deepStrictEqual(
          told.flatMap(({ history, row }) =>
            Array.isArray(history) ? history.map(({ answer }) => [row, answer]) : [],
          ),
          [
            [7, "lost: other side closed"],
            [7, "201"],
          ],
        )
      }),
    ),
  )

  it.effect("is left out of a journal that an earlier version began", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const header = { v: 1, kind: "aptrinsic.import", subject, startedAt: "2027-01-01T00:00:00.000Z" }
        yield* write(path, `${JSON.stringify(header)}\n`)
        yield* importInto(path, 20, 100)
        const lines = yield* linesOf(path)
        assert.deepStrictEqual([...new Set(lines.slice(1).map(({ s }) => s))], ["sent", "created"])
      }),
    ),
  )

  it.effect("goes with the runs into the journal of a file that changed", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const from = DateTime.makeUnsafe("2027-01-01T00:00:00Z")
        const traffic: Traffic = {
          from,
          until: DateTime.add(from, { seconds: 1 }),
          requests: [{ request: "POST", sent: 3, answers: { "201": 2, "429": 1 } }],
          latency: [[40, 3]],
        }
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* journal.began({ by: "test 1", settings: { rate: 100 }, rows: 3 })
            yield* journal.measured!(traffic)
            yield* journal.paused({ from, until: from, reason: "429" })
            yield* journal.concluded({ why: "done", counts: { created: 2 } })
          }),
        )
        const ofRun = Effect.map(linesOf(path), (lines) =>
          lines
            .filter(({ row, s, why }) => row === undefined && s !== undefined && (s !== "end" || why !== undefined))
            .map(Struct.omit(["check", "n"])),
        )
        const before = yield* ofRun
        assert.deepStrictEqual(
          before.map(({ s }) => s),
          ["run", "traffic", "pause", "end"],
        )
        const other = { ...subject, content: "sha-2" }
        yield* run(
          path,
          (journal) =>
            Effect.gen(function* () {
              assert.deepStrictEqual(
                (yield* journal.runs).map(({ end, pauses, start }) => [start.rows, pauses.length, end?.why]),
                [[3, 1, "done"]],
              )
              assert.strictEqual((yield* journal.contradictions).count, 0)
            }),
          { subject: other, onChange: "continue" },
        )
        assert.deepStrictEqual(yield* ofRun, before)
      }),
    ),
  )
})
