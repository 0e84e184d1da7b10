import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { Traffic } from "@effect-aptrinsic/bulk/Run"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
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
        for (const [index, part] of parts.slice(1).entries()) assert.strictEqual(part.from, parts[index]!.until)
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
