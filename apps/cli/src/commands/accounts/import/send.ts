/**
 * The sending half of an import: the journal, the key, the run, what came of it.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import { standing } from "@effect-aptrinsic/bulk/internal/shared/earlier"
import { Journal, type JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { Row, RowResult } from "@effect-aptrinsic/bulk/Row"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
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
import * as Pace from "../../../Pace.ts"
import { Platform } from "../../../Platform.ts"
import * as Earlier from "./earlier.ts"
import { end, type Ending } from "./ending.ts"
import * as failures from "./failures.ts"
import { type Planned, writes } from "./following.ts"
import { type AnyJob, checked, isFile, toImport } from "./Job.ts"
import { reportOf } from "./options.ts"
import { leave } from "./page.ts"
import { plan, requestsOf } from "./planned.ts"
import * as Preflight from "./preflight/preflight.ts"
import * as Progress from "./Progress.ts"
import * as record from "./record.ts"
import { subjectOf } from "./subject.ts"
import * as Tally from "./Tally.ts"
import * as words from "./words.ts"

/** What PX may ask a row to wait before the import gives up on the day. */
export const patience = Duration.minutes(10)

/** Says what is done already; returns the rows by state before this run, and how many of them are done. */
const resuming = Effect.fnUntraced(function* ({ known, label, summary, updates }: AnyJob) {
  const output = yield* Output
  const before = yield* (yield* Journal).totals
  if (known?.isOfOtherContent === true) {
    yield* output.note(`Resuming ${label}, which changed: ${Earlier.parts(known, summary.rows)}.`)
    return { before, done: known.done }
  }
  // A report that was continued by ids knows more accounts than rows.
  const { done, failed, inDoubt } = known ?? {
    done: before.Created + before.Updated + before.Duplicate,
    failed: before.Failed,
    inDoubt: before.InDoubt,
  }
  if (done + failed + inDoubt > 0) {
    const doubt = inDoubt === 0 ? "" : `, ${words.count(inDoubt)} sent without an answer will be checked`
    const how = updates === undefined ? "sent" : "looked at"
    const again = failed === 0 ? "" : `, ${words.count(failed)} that failed will be ${how} again`
    yield* output.note(
      `Resuming ${label}: ${words.count(done)} of ${words.plural(summary.rows, "row")} ${done === 1 ? "is" : "are"} already done${doubt}${again}.`,
    )
  }
  return { before, done }
})

/** `atMost`: with those for accounts that exist. */
const warnOfQuota = Effect.fnUntraced(function* (requests: number, atMost: number) {
  const output = yield* Output
  const left = yield* Accounts.Accounts.use(({ remainingToday }) => remainingToday)
  if (atMost <= left) return
  if (requests <= left) {
    return yield* output.note(
      `This import takes ${words.plural(requests, "request")}, two for each account that exists, and the day's quota has ${words.count(left)} left: it may stop there.`,
    )
  }
  yield* output.warn(
    `This import takes ${words.plural(requests, "request")} and the day's quota has ${words.count(left)} left: it will stop there. Run it again a day later to continue, or raise --daily-quota.`,
  )
})

/** What to say should a second signal end the process at once. */
const lastWords = Effect.fnUntraced(function* (inFlight: () => number, isUpdating: boolean) {
  const output = yield* Output
  const platform = yield* Platform
  yield* platform.onAbort(() => {
    const rows = inFlight()
    const hint =
      rows === 0
        ? ""
        : `${words.plural(rows, "row")} may or may not have been ${isUpdating ? "written" : "created"}; run the same command to check and continue.`
    return output.json ? { stdout: aborted("Aborted.", hint) } : { stderr: `\nAborted. ${hint}`.trimEnd().concat("\n") }
  })
})

type Rows = Stream.Stream<Row, SourceError | JournalError>

/** Reads, sends and records every row; succeeds with what broke it off. */
const importRows = Effect.fnUntraced(function* (
  rows: Rows,
  importer: Importer.Importer,
  count: (result: RowResult) => void,
  tally: Tally.Tally,
) {
  const journal = yield* Journal
  return yield* rows.pipe(
    BulkAccounts.through(importer),
    Stream.runForEach((result) => Effect.sync(() => count(result))),
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

/** The requests that were sent before the run. */
type Asked = ReadonlyArray<AccountsEvent.AccountsEvent>

/** The tally of the run, once there is one, for the page that shows it. */
export interface Held {
  tally?: Tally.Tally
}

const run = Effect.fnUntraced(function* (
  job: AnyJob,
  connection: Connection.Connection,
  rows: Rows,
  plan: Planned | undefined,
  asked: Asked,
  held: Held,
) {
  const { args, outage, summary } = job
  const reportPath = reportOf(args)
  const startedAt = yield* Clock.currentTimeMillis
  const { before, done } = yield* resuming(job)
  const sent = asked.filter(({ _tag }) => _tag === "Sending").length + (plan?.requests ?? 0)
  yield* (yield* Journal).began(record.start(job, sent, plan))
  const requests = plan === undefined ? summary.valid - done : requestsOf(plan.counts, args)
  yield* warnOfQuota(requests, plan === undefined ? 2 * requests : requests)
  const changedBefore = yield* (yield* Journal).changed
  const importer = yield* Effect.mapError(
    Importer.make({
      concurrency: args.concurrency,
      maxFailures: args.maxFailures,
      outage,
      verify: args.checkBeforeWrite,
      rateLimit: yield* Pace.Limit,
    }),
    ({ hint, message }) => usage(message, hint),
  )
  const total = plan === undefined ? summary.valid : writes(plan.counts)
  const tally = Tally.make(total, startedAt, importer.outage, plan !== undefined)
  held.tally = tally
  yield* Effect.forEach(asked, (event) => Clock.clockWith(tally.observe(event)), { discard: true })
  const progress = yield* Progress.show(tally, args.progress)
  yield* lastWords(importer.inFlight, plan !== undefined)

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
      plan,
      remainingToday: yield* Accounts.remainingToday,
    }
    return yield* end(job, ending, tally, connection)
  })
  // Detached, because an interrupt has to let it come to its end: requests on the wire are awaited, not abandoned.
  const count = (result: RowResult) => {
    tally.count(result)
    plan?.count(result)
  }
  const fiber = yield* Effect.forkDetach(importRows(rows, importer, count, tally))
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

const web = Effect.promise(() => import("./web.ts"))

/** Runs under the report of an import; one that is over is put aside when its file is planned anew, so that each tells what it overwrote. */
const recorded = Effect.fnUntraced(function* <A, E, R>(
  job: AnyJob,
  subject: JournalFile.Subject,
  isOver: boolean,
  running: (held: Held) => Effect.Effect<A, E, R>,
  unchanged = 0,
) {
  const { hostName, processId } = yield* Platform
  const { args } = job
  const path = reportOf(args)
  const file = JournalFile.layer({
    path,
    subject,
    restart: args.restart || isOver,
    onChange: "continue",
    by: `process ${processId} on ${hostName}`,
  })
  const held: Held = {}
  const journal = args.web ? (yield* web).watched(job, path, unchanged, held, file) : file
  let began = false
  const open = Effect.andThen(
    Journal,
    Effect.sync(() => void (began = true)),
  )
  return yield* Effect.andThen(open, running(held)).pipe(
    Effect.provide(journal),
    // The journal is closed by now, and says that the run ended.
    Effect.ensuring(Effect.suspend(() => (began && args.html !== undefined ? leave(args.html, path) : Effect.void))),
  )
})

/** Makes the plan, and carries it out when that is confirmed. */
const sendPlanned = Effect.fnUntraced(function* (
  job: AnyJob,
  connection: Connection.Connection,
  subject: JournalFile.Subject,
  asked: Asked,
) {
  const before = job.args.restart ? undefined : yield* standing({ path: reportOf(job.args), subject })
  const { Failed = 0, InDoubt = 0, Invalid = 0 } = before?.totals ?? {}
  const planned = yield* plan(job, connection, Failed + InDoubt + Invalid)
  if (planned === undefined) return
  const { counts, rows } = planned
  const running = (held: Held) => run(job, connection, rows, planned, asked, held)
  yield* recorded(job, subject, before?.isOver === true, running, counts.unchanged)
})

export const send = Effect.fnUntraced(function* (job: AnyJob) {
  const { args, label, settings } = job
  const apiKey = yield* ApiKey.require(settings)
  const timeout = settings.timeout ?? { value: patience, source: "default" }
  const options = {
    ...(yield* toOptions({ ...settings, timeout }, apiKey.value)),
    requestsPerSecond: args.rate,
    requestsPerDay: args.dailyQuota,
  }
  const { httpClient } = yield* Platform
  const connection = { settings, apiKey }
  const subject = isFile(job) ? yield* subjectOf(job) : job.subject
  const accounts = Accounts.layerWithQuotaStore(options).pipe(
    Layer.provide(yield* httpClient),
    Layer.provideMerge(Pace.layer),
  )
  const carriedOut = (asked: Asked) =>
    isFile(job) && job.updates === undefined
      ? recorded(job, subject, false, (held) =>
          run(job, connection, Stream.map(checked(job), toImport), undefined, asked, held),
        )
      : sendPlanned(job, connection, subject, asked)
  const asked = isFile(job) ? Preflight.before(job, subject, connection) : Effect.succeed([])
  return yield* Effect.flatMap(asked, carriedOut).pipe(
    Effect.provide(accounts),
    Effect.catchTags({
      AccountsError: (error) => Effect.fail(AccountsFailure.make(error, connection)),
      JournalError: (error) => Effect.fail(failures.ofJournal(error)),
      PlanError: ({ hint, message }) => Effect.fail(usage(message, hint)),
      SourceError: (error) => Effect.fail(failures.ofSource(label)(error)),
    }),
  )
}, Effect.scoped)
