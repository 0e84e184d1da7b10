/**
 * Imports one chunk of a job. It may be begun again at any time, by another worker too: the journal knows what was sent, and who claims the chunk
 * anew has it alone.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import { Journal, type JournalError } from "@effect-aptrinsic/bulk/Journal"
import { Accounts } from "@effect-aptrinsic/core/Accounts"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { describe } from "../database/failure.ts"
import { decodeSettings } from "../jobs/settings.ts"
import type { StoredJob } from "../jobs/told.ts"
import { openPart } from "../journal/part.ts"
import { unavailable } from "../journal/records.ts"
import { AccountsPool } from "./accountsPool.ts"
import { countingFailures } from "./failures.ts"
import { end, haltJob } from "./halt.ts"
import { untilAnswered } from "./laneEnd.ts"
import type { LanePayload } from "./payload.ts"
import { rowsOf } from "./rows.ts"
import { Running } from "./running.ts"
import { countFailure, countRow } from "./telemetry.ts"

/** How long requests on the wire are awaited when another worker is to go on with the chunk. */
const grace = "2 seconds"

/** How long a chunk is left to the worker that took it over, unless this one is told to end meanwhile. */
const retreat = "10 seconds"

/** Milliseconds before a journal that could not be written is opened again; they double. */
const [firstWait, longestWait] = [250, 5000]

/** The job of a lane, when its run goes on. */
const activeJob = ({ journal, run }: LanePayload) =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const [job] = yield* sql<StoredJob>`
      select * from aptrinsic_jobs
      where journal = ${journal} and run = ${run} and state in ('Queued', 'Running')`
    return job
  }).pipe(untilAnswered, Effect.orDie)

/** `done`, or why not: the job is over, the import was stopped or is to begin anew, this process is to end, or the journal could not be written. */
type Ended = "done" | "over" | "stopped" | "draining" | JournalError

const isHalt = (error: ImportHalted | JournalError): error is ImportHalted => error._tag === "ImportHalted"

/** Imports what the journal does not know as done. */
const importChunk = Effect.fnUntraced(function* (lane: LanePayload, chunk: number, job: StoredJob) {
  const settings = decodeSettings(job.settings)
  const pool = yield* AccountsPool
  const running = yield* Running
  const { accounts, renew } = yield* pool.get(job.api_key, settings)
  const part = yield* openPart({ journal: lane.journal, part: chunk, parts: lane.chunks })
  const { maxFailures } = settings
  const stop = Effect.suspend(() => importer.stop)
  const journal = maxFailures === undefined ? part : yield* countingFailures(lane, part, maxFailures, stop)
  // The failures of all lanes are counted together.
  const each = { ...settings.importer, ...(maxFailures === undefined ? {} : { maxFailures: Number.POSITIVE_INFINITY }) }
  const importer: Importer.Importer = yield* Importer.make(each).pipe(
    Effect.provideService(Accounts, accounts),
    Effect.provideService(Journal, journal),
  )
  const sending = rowsOf(lane.journal, chunk, lane.chunks).pipe(
    BulkAccounts.through(importer),
    Stream.runForEach(countRow),
  )
  const fiber = yield* Effect.forkScoped(sending)
  const landed = Effect.andThen(importer.stop, Effect.timeoutOption(Fiber.await(fiber), grace))
  yield* running.track(
    lane,
    importer.stop,
    Effect.onInterrupt(Fiber.join(fiber), () => landed),
  )
  const halted = importer.halted()
  if (halted !== undefined && !isHalt(halted)) return halted
  // Who sees that the job is over sees all that became of its rows here.
  yield* journal.flush
  if (halted !== undefined) {
    // A key may be replaced while jobs run.
    if (halted.kind === "Refused" && (yield* renew)) return "stopped"
    return yield* end(lane, halted)
  }
  if (running.isDraining()) return "draining"
  return importer.stopped() ? "stopped" : "done"
})

const attempt = Effect.fnUntraced(function* (
  lane: LanePayload,
  chunk: number,
): Effect.fn.Return<Ended, never, AccountsPool | Running | SqlClient.SqlClient> {
  const job = yield* activeJob(lane)
  if (job === undefined) return "over"
  const attributes = { "aptrinsic.job": job.id, "aptrinsic.job.lane": lane.lane, "aptrinsic.job.chunk": chunk }
  return yield* Effect.scoped(importChunk(lane, chunk, job)).pipe(
    Effect.withSpan("JobWorker.chunk", { root: true, attributes }),
    // What goes on around it asks the database all the time.
    Effect.withTracerEnabled(true),
    Effect.catchTags({
      JournalError: (error) => Effect.succeed(error),
      SqlError: (error) => Effect.succeed(unavailable(error)),
      ApiKeyError: ({ hint, message }) => haltJob(lane, { kind: "ApiKey", message, hint }),
      AccountsError: ({ hint, reason }) => haltJob(lane, { kind: reason._tag, message: reason.message, hint }),
      ImportHalted: (halted) => end(lane, halted),
    }),
    // A lane that dies would leave its job without an end.
    Effect.catchDefect((defect) =>
      haltJob(lane, { kind: "Internal", message: `A worker failed: ${describe(defect)}.`, hint: "Report this bug." }),
    ),
  )
})

/** Imports a chunk to its end; `false` when its job is over. Ends not at all when this process is to end: another worker begins it again. */
export const makeChunk = (lane: LanePayload, chunk: number) =>
  Effect.gen(function* () {
    let wait = firstWait
    while (true) {
      const ended = yield* attempt(lane, chunk)
      if (ended === "done") return true
      if (ended === "over") return false
      // What stopped it has ended its job, which is looked at again: a lane that ends for nothing would never come to the end of its job.
      if (ended === "stopped") continue
      if (ended === "draining") return yield* Effect.never
      yield* countFailure(ended)
      yield* Effect.sleep(ended.kind === "TakenOver" ? retreat : wait)
      wait = Math.min(wait * 2, longestWait)
    }
  })
