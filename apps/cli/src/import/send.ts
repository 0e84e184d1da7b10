/**
 * The sending half of an import: the journal, the key, the run, what came of it.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Check from "@effect-aptrinsic/bulk/Check"
import type { CheckedRow } from "@effect-aptrinsic/bulk/CheckedRow"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import { Journal, type JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { RowReader } from "@effect-aptrinsic/bulk/Mapping"
import type { MappingOptions } from "@effect-aptrinsic/bulk/MappingOptions"
import * as Source from "@effect-aptrinsic/bulk/Source"
import type { SourceError } from "@effect-aptrinsic/bulk/SourceError"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import * as RateBudget from "@effect-aptrinsic/core/RateBudget"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as AccountsFailure from "../AccountsFailure.ts"
import * as ApiKey from "../ApiKey.ts"
import type { Arguments } from "../commands/accounts/import.ts"
import type * as Connection from "../Connection.ts"
import { ExitWith, usage } from "../Failure.ts"
import { aborted, Output } from "../Output.ts"
import { Platform } from "../Platform.ts"
import { type Settings, toOptions } from "../Settings.ts"
import { end, type Ending } from "./ending.ts"
import * as failures from "./failures.ts"
import { reportOf } from "./options.ts"
import * as Progress from "./Progress.ts"
import * as Tally from "./Tally.ts"
import * as words from "./words.ts"

export interface Job {
  readonly args: Arguments
  readonly settings: Settings
  readonly source: Source.Source
  readonly reader: RowReader
  readonly bytes: Stream.Stream<Uint8Array, SourceError>
  readonly summary: Check.Summary
  readonly options: MappingOptions
  readonly label: string
}

/** What PX may ask a row to wait before the import gives up on the day. */
const patience = Duration.minutes(10)

/** The day's count, which all imports of this user share, kept where programs keep their state; in memory where that cannot be. */
const quota = Layer.unwrap(
  Effect.gen(function* () {
    const directory = yield* (yield* UserDirectories.UserDirectories).state("aptrinsic")
    return QuotaStore.layerFile({ directory })
  }),
).pipe(
  Layer.provide(UserDirectories.layer),
  Layer.catch(() => QuotaStore.layerMemory),
)

/** JSON with the members of every object in one order, so that what says the same is the same. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    Predicate.isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )

const subjectOf = Effect.fnUntraced(function* ({ bytes, label, options, settings, source }: Job) {
  const { delimiter, encoding, format } = source
  const reading = canonical({ format, delimiter, encoding, options })
  return {
    file: label,
    content: yield* Source.digest(bytes),
    mapping: yield* Source.digest(Stream.make(new TextEncoder().encode(reading))),
    target: settings.server.value.origin,
  } satisfies JournalFile.Subject
})

const checked = ({ reader, source }: Job): Stream.Stream<CheckedRow, SourceError> => Check.check(reader)(source.rows)

const toImport = (row: CheckedRow): Importer.ImportRow => {
  if (row._tag === "Valid") return row
  const problem = row.problems.map(({ field, message }) => `${field} ${message}`.trim()).join("; ")
  return { row: row.row, line: row.line, id: row.id ?? "", problem }
}

const resuming = Effect.fnUntraced(function* ({ label, summary }: Job) {
  const output = yield* Output
  const before = yield* (yield* Journal).totals
  const done = before.Created + before.Duplicate
  if (done + before.Failed + before.InDoubt > 0) {
    const doubt = before.InDoubt === 0 ? "" : `, ${words.count(before.InDoubt)} sent without an answer will be checked`
    const again = before.Failed === 0 ? "" : `, ${words.count(before.Failed)} that failed will be sent again`
    yield* output.note(
      `Resuming ${label}: ${words.count(done)} of ${words.plural(summary.rows, "row")} ${done === 1 ? "is" : "are"} already done${doubt}${again}.`,
    )
  }
  return before
})

const warnOfQuota = Effect.fnUntraced(function* (rows: number) {
  const output = yield* Output
  const left = yield* Accounts.Accounts.use(({ remainingToday }) => remainingToday)
  if (rows <= left) return
  yield* output.warn(
    `This import takes ${words.plural(rows, "request")} and the day's quota has ${words.count(left)} left: it will stop there. Run it again a day later to continue, or raise --daily-quota.`,
  )
})

const run = Effect.fnUntraced(function* (
  job: Job,
  connection: Connection.Connection,
  reportPath: string,
  content: string,
) {
  const { args, summary } = job
  const output = yield* Output
  const platform = yield* Platform
  const journal = yield* Journal
  const startedAt = yield* Clock.currentTimeMillis
  const before = yield* resuming(job)
  yield* warnOfQuota(summary.valid - before.Created - before.Duplicate)
  const tally = Tally.make(summary.valid, startedAt)
  const importer = yield* Effect.mapError(
    Importer.make({ concurrency: args.concurrency, maxFailures: args.maxFailures }),
    ({ hint, message }) => usage(message, hint),
  )
  const progress = yield* Progress.show(tally.draw, tally.tell)
  yield* platform.onAbort(() => {
    const rows = importer.inFlight()
    const hint =
      rows === 0
        ? ""
        : `${words.plural(rows, "row")} may or may not have been created; run the same command to check and continue.`
    return output.json ? { stdout: aborted("Aborted.", hint) } : { stderr: `\nAborted. ${hint}`.trimEnd().concat("\n") }
  })

  let broken: SourceError | JournalError | undefined
  const importing = Stream.map(checked(job), toImport).pipe(
    BulkAccounts.through(importer),
    Stream.runForEach((result) => Effect.sync(() => tally.count(result))),
    AccountsEvent.observe((event) => Clock.clockWith(tally.observe(event))),
    Effect.andThen(journal.flush),
    Effect.catch((error) =>
      Effect.sync(() => {
        broken = error
      }),
    ),
  )
  const conclude = (interrupted: boolean) =>
    Effect.gen(function* () {
      yield* progress.clear
      const halted = importer.halted() ?? (broken?._tag === "JournalError" ? broken : undefined)
      const reread = yield* Effect.result(Source.digest(job.bytes))
      const isChanged = Result.isSuccess(reread) && reread.success !== content
      const unreadable = broken?._tag === "SourceError" ? broken : Result.isFailure(reread) ? reread.failure : undefined
      const now = yield* Clock.currentTimeMillis
      const elapsed = now - startedAt
      const ending: Ending = { unreadable, halted, interrupted, isChanged, elapsed, before, reportPath }
      return yield* end(job, ending, tally, connection, checked(job))
    })

  // Detached, because an interrupt has to let it come to its end: requests on the wire are awaited, not abandoned.
  const fiber = yield* Effect.forkDetach(importing)
  yield* Fiber.join(fiber).pipe(
    Effect.onInterrupt(() =>
      Effect.gen(function* () {
        const requests = importer.inFlight()
        yield* importer.stop
        yield* progress.end
        if (requests > 0) {
          yield* output.note(
            `Stopping: waiting for the ${requests === 1 ? "answer to the request" : `answers to ${words.plural(requests, "request")}`} in flight. Press Ctrl-C again to abort.`,
          )
        }
        yield* Fiber.await(fiber)
        yield* Effect.ignore(conclude(true))
      }),
    ),
  )
  const exitCode = yield* conclude(false)
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
  const httpClient = yield* (yield* Platform).httpClient
  const reportPath = reportOf(args)
  const subject = yield* Effect.mapError(subjectOf(job), failures.ofSource(job.label))
  const journal = JournalFile.layer({ path: reportPath, subject, restart: args.restart })
  const accounts = Accounts.layerNoDeps(options).pipe(
    Layer.provide([httpClient, Layer.provide(RateBudget.layerNoDeps, quota)]),
  )
  return yield* run(job, { settings, apiKey }, reportPath, subject.content).pipe(
    Effect.provide(Layer.merge(accounts, journal)),
    Effect.catchTags({
      AccountsError: (error) => Effect.fail(AccountsFailure.make(error, { settings, apiKey })),
      JournalError: (error) => Effect.fail(failures.ofJournal(error)),
    }),
  )
}, Effect.scoped)
