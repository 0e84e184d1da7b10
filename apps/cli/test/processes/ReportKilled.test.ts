import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { aptrinsic, layerSandbox, offline } from "../support/aptrinsic.ts"
import { environmentFor, rows } from "../support/importing.ts"
import * as Process from "../support/process.ts"
import { layerServices } from "../support/runtime.ts"

const total = 150
const concurrency = 8

interface Line {
  readonly s: string
  readonly row?: number
  readonly from?: string
  readonly until?: string
  readonly reason?: string
  readonly limit?: number
}

/** What the lines of a journal add up to, counted without what the report counts with. */
const fold = (lines: ReadonlyArray<Line>) => {
  const states = new Map<number, string>()
  const runs: Array<Record<string, number>> = []
  for (const { row, s } of lines) {
    if (s === "run") runs.push({})
    if (row === undefined || s === "released") continue
    states.set(row, s)
    if (s !== "sent") runs.at(-1)![s] = (runs.at(-1)![s] ?? 0) + 1
  }
  const counts: Record<string, number> = {}
  for (const state of states.values()) counts[state] = (counts[state] ?? 0) + 1
  return { counts, runs }
}

/** A PX with a limit and faults, which tells when it holds 50 accounts. */
const world = Effect.gen(function* () {
  const reached = yield* Deferred.make<void>()
  let inserted = 0
  const store = Layer.effect(
    Store.Store,
    Effect.map(Store.Store, (made) =>
      Store.Store.of({
        ...made,
        insert: (stored) =>
          Effect.tap(made.insert(stored), () =>
            ++inserted === 50 ? Deferred.succeed(reached, undefined) : Effect.void,
          ),
      }),
    ),
  ).pipe(Layer.provide(Store.layerMemory))
  const sandbox = Context.get(
    yield* Layer.build(layerSandbox({ store, limits: { perSecond: { requests: 120 } } })),
    Sandbox.Sandbox,
  )
  yield* sandbox.faults.set([
    { fault: "drop-after-commit", method: "POST", rate: 0.03 },
    { fault: "server-error", status: 503, method: "POST", rate: 0.03 },
    { fault: "rate-limit-burst", method: "POST", requests: 3, retryAfter: 1, after: 70, times: 1 },
    { fault: "refusal", status: 400, method: "POST", accountId: "a110" },
  ])
  const file = join(yield* Process.temporaryDirectory, "accounts.csv")
  writeFileSync(file, rows(total).replace("a120,Account 120", "a120,"))
  const env = environmentFor(sandbox)
  const args = ["accounts", "import", file, "--skip-invalid", "--rate", "200", "--concurrency", `${concurrency}`]
  return { sandbox, file, env, args, isReached: Deferred.await(reached) }
})

/** An import in the middle of its rows; `kill` ends its process on the spot. */
const underWay = Effect.gen(function* () {
  const { args, env, file, isReached, sandbox } = yield* world
  const run = yield* Process.start(Process.commandLine(Process.source, args), { env, cwd: join(file, "..") })
  yield* isReached
  return {
    sandbox,
    file,
    kill: Effect.suspend(() => {
      run.signal("SIGKILL")
      return run.ended
    }),
    again: aptrinsic(args, { env }),
    summary: Effect.map(aptrinsic(["report", file, "--json"], offline), ({ stdout }) => JSON.parse(stdout)),
  }
})

describe("the report of an import that was killed and continued", () => {
  it.live(
    "agrees with its journal, with what PX holds and with every request that PX saw",
    () =>
      Effect.gen(function* () {
        const { again, file, kill, sandbox, summary: summarized } = yield* underWay
        yield* kill
        const { length } = yield* sandbox.log.entries()
        assert.strictEqual((yield* again).exitCode, 6)
        const entries = yield* sandbox.log.entries()
        // What the killed one left unanswered is logged late, yet before the first request of the other one, which reads the subscription.
        const start = entries.findIndex(({ path }, index) => index >= length && path === "/v1/admin/subscription")
        const [before, later] = [entries.slice(0, start), entries.slice(start)]
        const lines: ReadonlyArray<Line> = readFileSync(`${file}.import.ndjson`, "utf8")
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => JSON.parse(line))
        const summary = yield* summarized

        // The rows: as the journal has them, and as PX does.
        const folded = fold(lines)
        const { created, duplicate, failed, inDoubt, invalid, remaining } = summary.counts
        assert.deepEqual(
          [created, failed, invalid],
          [folded.counts["created"], folded.counts["failed"], folded.counts["invalid"]],
        )
        assert.deepEqual([created + duplicate, failed, invalid, inDoubt, remaining], [total - 2, 1, 1, 0, 0])
        const held = yield* sandbox.store.list({ limit: 1000 })
        assert.strictEqual(created + duplicate, held.length)
        assert.deepEqual(
          // Which of them ends first is left to the moment of the kill.
          Object.fromEntries(
            summary.reasons.map(({ code, first }: { code: string; first: ReadonlyArray<{ row: number }> }) => [
              code,
              first[0]!.row,
            ]),
          ),
          { BadRequest: 110, required: 120 },
        )
        // The runs: each with its own rows, pauses and requests.
        assert.deepEqual(
          summary.runs.map(({ state }: { state: string }) => state),
          ["killed", "done"],
        )
        for (const [index, { rows: ended }] of summary.runs.entries()) {
          assert.strictEqual(ended.created, folded.runs[index]!["created"] ?? 0)
          const ofRun = summary.intervals.filter((interval: { run: number }) => interval.run === index)
          assert.strictEqual(
            ofRun.reduce((sum: number, interval: { rows: { created: number } }) => sum + interval.rows.created, 0),
            ended.created,
          )
        }
        // The limits that were learned; a machine that is too busy never meets that of the server.
        const limits = lines.flatMap(({ limit }) => limit ?? [])
        assert.isNotEmpty(limits)
        assert.strictEqual(
          Math.min(...summary.intervals.flatMap(({ limit }: { limit?: number }) => limit ?? [])),
          Math.min(...limits),
        )
        // One that lasts is told again while it does.
        const pauses = new Set(lines.flatMap(({ from, reason, s }) => (s === "pause" ? `${from} ${reason}` : [])))
        assert.isNotEmpty(pauses)
        assert.strictEqual(summary.pauses.length, pauses.size)
        const [first, second] = summary.runs
        assert.strictEqual(second.requests, later.length)
        assert.strictEqual(second.rateLimited, later.filter(({ status }) => status === 429).length)
        // Nobody counted the requests after the last word of a run that was killed.
        const said = lines.findLast(
          ({ s }, index) => s === "traffic" && index < lines.findLastIndex((line) => line.s === "run"),
        )
        const until = said?.until === undefined ? 0 : DateTime.toEpochMillis(DateTime.makeUnsafe(said.until))
        const unsaid = before.filter(({ at }) => DateTime.toEpochMillis(at) >= until).length
        assert.isAtMost(Math.abs(before.length - unsaid - first.requests), concurrency)
      }).pipe(Effect.scoped, Effect.provide(layerServices)),
    { timeout: 60_000 },
  )

  it.live(
    "tells of the outage in which it was killed, and of the requests that PX refused in it",
    () =>
      Effect.gen(function* () {
        const { file, kill, sandbox, summary: summarized } = yield* underWay
        yield* sandbox.faults.set([{ fault: "server-error", status: 503 }])
        // A pause that PX asked for may go on, too. A pause is told before the answers in it.
        const isTold = Effect.sync(() =>
          /"503"[^\n]*"goesOn":true[^]*"503":\d/.test(readFileSync(`${file}.import.ndjson`, "utf8")),
        )
        yield* Effect.repeat(isTold, { schedule: Schedule.spaced("50 millis"), until: (told) => told })
        yield* kill
        const summary = yield* summarized
        const away = summary.pauseReasons.find(({ reason }: { reason: string }) => reason === "503")
        assert.deepInclude(away, { goesOn: true })
        assert.isAtLeast(away.durationMs, 900)
        assert.strictEqual(summary.runs[0].state, "killed")
        const { from, until } = summary.pauses.at(-1)
        assert.isAtLeast(Date.parse(summary.runs[0].endedAt), Date.parse(until))
        assert.isAbove(Date.parse(until), Date.parse(from))
        assert.isNotEmpty(summary.requests.filter(({ answer }: { answer: string }) => answer === "503"))
        const { stdout } = yield* aptrinsic(["report", file], offline)
        assert.match(stdout, /PX was away [^\n]*, at least [\d.]+ s in all \(503\)/)
      }).pipe(Effect.scoped, Effect.provide(layerServices)),
    { timeout: 60_000 },
  )
})
