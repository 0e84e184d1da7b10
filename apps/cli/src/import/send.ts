/**
 * The sending half of an import: the journal, the key, the run, what came of it.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Check from "@effect-aptrinsic/bulk/Check"
import type { CheckedRow } from "@effect-aptrinsic/bulk/CheckedRow"
import * as FailedRows from "@effect-aptrinsic/bulk/FailedRows"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import { Journal } from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { RowReader } from "@effect-aptrinsic/bulk/Mapping"
import type { MappingOptions } from "@effect-aptrinsic/bulk/MappingOptions"
import * as Source from "@effect-aptrinsic/bulk/Source"
import type { SourceError } from "@effect-aptrinsic/bulk/SourceError"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import * as RateBudget from "@effect-aptrinsic/core/RateBudget"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as Stream from "effect/Stream"
import * as ApiKey from "../ApiKey.ts"
import type { Arguments } from "../commands/accounts/import.ts"
import * as Connection from "../Connection.ts"
import { exitCodes, ExitWith, Failure } from "../Failure.ts"
import { Output } from "../Output.ts"
import { Platform } from "../Platform.ts"
import { type Settings, toOptions } from "../Settings.ts"
import * as Steps from "../Steps.ts"
import * as failures from "./failures.ts"
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

/** The day's count of this user's requests, kept where programs keep their state; in memory where that cannot be. */
const quota = Layer.unwrap(
  Effect.gen(function* () {
    const directory = yield* (yield* UserDirectories.UserDirectories).state("aptrinsic")
    return QuotaStore.layerKeyValueStore.pipe(Layer.provide(KeyValueStore.layerFileSystem(directory)))
  }),
).pipe(
  Layer.provide(UserDirectories.layer),
  Layer.catch(() => QuotaStore.layerMemory),
)

const subjectOf = Effect.fnUntraced(function* ({ args, bytes, label, options, settings, source }: Job) {
  const { delimiter, encoding, format } = source
  const reading = JSON.stringify({ format, delimiter, encoding, options, skipInvalid: args.skipInvalid })
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
      `Resuming ${label}: ${words.count(done)} of ${words.plural(summary.rows, "row")} are already done${doubt}${again}.`,
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
  const { args, label, summary } = job
  const output = yield* Output
  const platform = yield* Platform
  const startedAt = yield* Clock.currentTimeMillis
  const before = yield* resuming(job)
  yield* warnOfQuota(summary.valid - before.Created - before.Duplicate)
  const tally = Tally.make(summary.valid, startedAt)
  const importer = yield* Importer.make({
    concurrency: args.concurrency,
    maxFailures: args.maxFailures,
  })
  yield* platform.onAbort(() =>
    importer.inFlight() === 0
      ? "Aborted.\n"
      : `Aborted. ${words.plural(importer.inFlight(), "row")} may or may not have been created; run the same command to check and continue.\n`,
  )
  const progress = yield* Progress.show(tally.draw, tally.tell)
  const importing = Stream.map(checked(job), toImport).pipe(
    BulkAccounts.through(importer),
    Stream.runForEach((result) => Effect.sync(() => tally.count(result))),
    AccountsEvent.observe((event) => Effect.andThen(Clock.clockWith(tally.observe(event)), Steps.log(event))),
    Effect.catchTag("SourceError", (error) => Effect.fail(failures.ofSource(label)(error))),
    Effect.andThen(Effect.flatMap(Journal, ({ flush }) => Effect.mapError(flush, failures.ofJournal))),
  )

  const conclude = (interrupted: boolean) =>
    Effect.gen(function* () {
      yield* progress.clear
      const totals = yield* Effect.flatMap(Journal, (journal) => Effect.mapError(journal.totals, failures.ofJournal))
      const halted = importer.halted()
      const isComplete = halted === undefined && !interrupted
      const hasFailed = totals.Failed + summary.invalid > 0
      const failedRows =
        isComplete && hasFailed
          ? yield* FailedRows.write(args.file === "-" ? reportPath : args.file, job.source, checked(job)).pipe(
              Effect.catch((error) =>
                Effect.as(
                  output.warn(`The rows that failed could not be written to a file: ${visible(error.message)}`),
                  undefined,
                ),
              ),
            )
          : undefined
      if ((yield* Effect.orElseSucceed(Source.digest(job.bytes), () => undefined)) !== content) {
        yield* output.warn(`${label} was changed while it was imported. Its report tells what was sent.`)
      }
      const elapsed = (yield* Clock.currentTimeMillis) - startedAt
      const ended = {
        args,
        label,
        summary,
        totals,
        before,
        elapsed,
        interrupted,
        reportPath,
        failedRows,
        halted: halted === undefined ? undefined : { kind: halted.kind, ...failures.haltLines(halted, connection) },
      }
      return yield* output.succeed(Tally.conclusion(ended, tally, output.paint, job.settings.server.value.origin))
    })

  // Detached, because an interrupt has to let it come to its end: rows in flight are finished, not abandoned.
  const fiber = yield* Effect.forkDetach(importing)
  const exit = yield* Fiber.await(fiber).pipe(
    Effect.onInterrupt(() =>
      Effect.gen(function* () {
        yield* importer.stop
        yield* progress.clear
        const rows = importer.inFlight()
        if (rows > 0) {
          yield* output.note(`Stopping: finishing ${words.plural(rows, "row")} in flight. Press Ctrl-C again to abort.`)
        }
        yield* Fiber.await(fiber)
        yield* Effect.ignore(conclude(true))
      }),
    ),
  )
  yield* exit
  yield* conclude(false)
  const halted = importer.halted()
  const totals = yield* Effect.flatMap(Journal, (journal) => Effect.mapError(journal.totals, failures.ofJournal))
  if (halted !== undefined) return yield* new ExitWith({ exitCode: failures.haltCode(halted) })
  if (totals.InDoubt > 0) return yield* new ExitWith({ exitCode: exitCodes.unreachable })
  const refused = totals.Failed + summary.invalid + (args.ifExists === "fail" ? totals.Duplicate : 0)
  if (refused > 0) return yield* new ExitWith({ exitCode: exitCodes.rowsFailed })
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
  const reportPath = args.report ?? `${args.file}.import.ndjson`
  const subject = yield* Effect.mapError(subjectOf(job), failures.ofSource(job.label))
  const journal = JournalFile.layer({ path: reportPath, subject, restart: args.restart })
  const accounts = Accounts.layerNoDeps(options).pipe(
    Layer.provide([httpClient, Layer.provide(RateBudget.layerNoDeps, quota)]),
  )
  return yield* run(job, { settings, apiKey }, reportPath, subject.content).pipe(
    Effect.provide(Layer.merge(accounts, journal)),
    Effect.catchTags({
      AccountsError: (error) => Effect.fail(new Failure(Connection.explain(error, "", { settings, apiKey }))),
      JournalError: (error) => Effect.fail(failures.ofJournal(error)),
    }),
  )
}, Effect.scoped)
