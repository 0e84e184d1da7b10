/**
 * The sending half of an import: the journal, the key, the run, what came of it.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import { Journal } from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { InvalidRow, ValidRow } from "@effect-aptrinsic/bulk/Row"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import type { CheckedRow } from "@effect-aptrinsic/files/CheckedRow"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import type { SourceError } from "@effect-aptrinsic/files/SourceError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as ApiKey from "../../../config/ApiKey.ts"
import { toOptions } from "../../../config/Settings.ts"
import type * as Connection from "../../../Connection.ts"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { ExitWith, usage } from "../../../output/Failure.ts"
import { aborted, Output } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"
import * as Quota from "../../../Quota.ts"
import * as Earlier from "./earlier.ts"
import { end, type Ending } from "./ending.ts"
import * as failures from "./failures.ts"
import type { Job } from "./Job.ts"
import { reportOf } from "./options.ts"
import * as Progress from "./Progress.ts"
import * as record from "./record.ts"
import { subjectOf } from "./subject.ts"
import * as Tally from "./Tally.ts"
import * as words from "./words.ts"

/** What PX may ask a row to wait before the import gives up on the day. */
export const patience = Duration.minutes(10)

const checked = ({ reader, repetitions, source }: Job): Stream.Stream<CheckedRow, SourceError> =>
  Check.check(reader, { repetitions })(source.rows)

export const toImport = (row: CheckedRow): ValidRow | InvalidRow => {
  if (row._tag === "Valid") return row
  const problem = row.problems.map(({ field, message }) => `${field} ${message}`.trim()).join("; ")
  return { row: row.row, line: row.line, id: row.id ?? "", problem }
}

/** Says what is done already; returns the rows by state before this run, and how many of them are done. */
const resuming = Effect.fnUntraced(function* ({ known, label, summary }: Job) {
  const output = yield* Output
  const before = yield* (yield* Journal).totals
  if (known?.isOfOtherContent === true) {
    yield* output.note(`Resuming ${label}, which changed: ${Earlier.parts(known, summary.rows)}.`)
    return { before, done: known.done }
  }
  // A report that was continued by ids knows more accounts than rows.
  const { done, failed, inDoubt } = known ?? {
    done: before.Created + before.Duplicate,
    failed: before.Failed,
    inDoubt: before.InDoubt,
  }
  if (done + failed + inDoubt > 0) {
    const doubt = inDoubt === 0 ? "" : `, ${words.count(inDoubt)} sent without an answer will be checked`
    const again = failed === 0 ? "" : `, ${words.count(failed)} that failed will be sent again`
    yield* output.note(
      `Resuming ${label}: ${words.count(done)} of ${words.plural(summary.rows, "row")} ${done === 1 ? "is" : "are"} already done${doubt}${again}.`,
    )
  }
  return { before, done }
})

const warnOfQuota = Effect.fnUntraced(function* (rows: number) {
  const output = yield* Output
  const left = yield* Accounts.Accounts.use(({ remainingToday }) => remainingToday)
  if (2 * rows <= left) return
  if (rows <= left) {
    return yield* output.note(
      `This import takes ${words.plural(rows, "request")}, two for each account that exists, and the day's quota has ${words.count(left)} left: it may stop there.`,
    )
  }
  yield* output.warn(
    `This import takes ${words.plural(rows, "request")} and the day's quota has ${words.count(left)} left: it will stop there. Run it again a day later to continue, or raise --daily-quota.`,
  )
})

/** What to say should a second signal end the process at once. */
const lastWords = Effect.fnUntraced(function* (inFlight: () => number) {
  const output = yield* Output
  const platform = yield* Platform
  yield* platform.onAbort(() => {
    const rows = inFlight()
    const hint =
      rows === 0
        ? ""
        : `${words.plural(rows, "row")} may or may not have been created; run the same command to check and continue.`
    return output.json ? { stdout: aborted("Aborted.", hint) } : { stderr: `\nAborted. ${hint}`.trimEnd().concat("\n") }
  })
})

/** Reads, sends and records every row; succeeds with what broke it off. */
const importRows = Effect.fnUntraced(function* (job: Job, importer: Importer.Importer, tally: Tally.Tally) {
  const journal = yield* Journal
  return yield* Stream.map(checked(job), toImport).pipe(
    BulkAccounts.through(importer),
    Stream.runForEach((result) => Effect.sync(() => tally.count(result))),
    AccountsEvent.observe((event) => Clock.clockWith(tally.observe(event))),
    Effect.andThen(journal.flush),
    Effect.match({
      onFailure: (error): Ending["broken"] => error,
      onSuccess: () => undefined,
    }),
  )
})

/** Lets the requests on the wire be answered, and nothing else. */
const stop = Effect.fnUntraced(function* (importer: Importer.Importer, progress: Progress.Progress) {
  const output = yield* Output
  const requests = importer.inFlight()
  yield* importer.stop
  yield* progress.end
  if (requests === 0) return
  yield* output.note(
    `Stopping: waiting for the ${requests === 1 ? "answer to the request" : `answers to ${words.plural(requests, "request")}`} in flight. Press Ctrl-C again to abort.`,
  )
})

const run = Effect.fnUntraced(function* (job: Job, connection: Connection.Connection, reportPath: string) {
  const { args, outage, summary } = job
  const startedAt = yield* Clock.currentTimeMillis
  const { before, done } = yield* resuming(job)
  yield* (yield* Journal).began(record.start(job))
  yield* warnOfQuota(summary.valid - done)
  const changedBefore = yield* (yield* Journal).changed
  const importer = yield* Effect.mapError(
    Importer.make({ concurrency: args.concurrency, maxFailures: args.maxFailures, outage }),
    ({ hint, message }) => usage(message, hint),
  )
  const tally = Tally.make(summary.valid, startedAt, importer.outage)
  const progress = yield* Progress.show(tally, args.progress)
  yield* lastWords(importer.inFlight)

  const conclude = Effect.fnUntraced(function* (interrupted: boolean, broken: Ending["broken"]) {
    yield* progress.clear
    const elapsed = (yield* Clock.currentTimeMillis) - startedAt
    const [halted, outages] = [importer.halted(), importer.outages()]
    const ending: Ending = {
      broken,
      halted,
      interrupted,
      elapsed,
      before: tally.before(before),
      changedBefore,
      outages,
      reportPath,
    }
    return yield* end(job, ending, tally, connection, checked(job))
  })
  // Detached, because an interrupt has to let it come to its end: requests on the wire are awaited, not abandoned.
  const fiber = yield* Effect.forkDetach(importRows(job, importer, tally))
  const broken = yield* Fiber.join(fiber).pipe(
    Effect.onInterrupt(() =>
      stop(importer, progress).pipe(
        Effect.andThen(Fiber.join(fiber)),
        Effect.flatMap((broken) => conclude(true, broken)),
        Effect.ignore,
      ),
    ),
  )
  const exitCode = yield* conclude(false, broken)
  if (exitCode !== 0) return yield* new ExitWith({ exitCode })
})

export const send = Effect.fnUntraced(function* (job: Job) {
  const { args, settings } = job
  const apiKey = yield* ApiKey.require(settings)
  const timeout = settings.timeout ?? { value: patience, source: "default" }
  const options = {
    ...(yield* toOptions({ ...settings, timeout }, apiKey.value)),
    requestsPerSecond: args.rate,
    requestsPerDay: args.dailyQuota,
  }
  const { hostName, httpClient, processId } = yield* Platform
  const reportPath = reportOf(args)
  const subject = yield* subjectOf(job)
  const journal = JournalFile.layer({
    path: reportPath,
    subject,
    restart: args.restart,
    onChange: "continue",
    by: `process ${processId} on ${hostName}`,
  })
  const accounts = Accounts.layerWithQuotaStore(options).pipe(Layer.provide([yield* httpClient, Quota.layer]))
  return yield* run(job, { settings, apiKey }, reportPath).pipe(
    Effect.provide(Layer.merge(accounts, journal)),
    Effect.catchTags({
      AccountsError: (error) => Effect.fail(AccountsFailure.make(error, { settings, apiKey })),
      JournalError: (error) => Effect.fail(failures.ofJournal(error)),
    }),
  )
}, Effect.scoped)
