/** The end of an import, whatever brought it about: the file of failed rows, the summary, the exit code. */
import type { CheckedRow } from "@effect-aptrinsic/bulk/CheckedRow"
import * as FailedRows from "@effect-aptrinsic/bulk/FailedRows"
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import { Journal, type JournalError, type Totals } from "@effect-aptrinsic/bulk/Journal"
import type { SourceError } from "@effect-aptrinsic/bulk/SourceError"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type * as Connection from "../Connection.ts"
import { exitCodes } from "../Failure.ts"
import * as InputText from "../InputText.ts"
import { Output } from "../Output.ts"
import * as failures from "./failures.ts"
import type { Job } from "./send.ts"
import * as Tally from "./Tally.ts"
import * as words from "./words.ts"

export interface Ending {
  /** What kept the file from being read again, to its end or after it: whether it was changed is not known then. */
  readonly unreadable: SourceError | undefined
  readonly halted: ImportHalted | JournalError | undefined
  readonly interrupted: boolean
  /** The file is not what it was when it was checked. */
  readonly isChanged: boolean
  /** Milliseconds of this run. */
  readonly elapsed: number
  /** Rows by state before this run. */
  readonly before: Totals
  readonly reportPath: string
}

/** Contradictions that are told; the others are counted. */
const told = 5

/** Tells where the report contradicted itself, and that the rows concerned were looked up for it. */
const warnOfContradictions = Effect.fnUntraced(function* (reportPath: string) {
  const output = yield* Output
  const { count, first } = yield* Effect.flatMap(Journal, ({ contradictions }) => contradictions)
  if (count === 0) return
  const places = first.slice(0, told).map(({ message }) => `\n  ${visible(message, 300)}`)
  const rest = count > told ? `\n  … and ${words.count(count - told)} more` : ""
  yield* output.warn(
    `The report ${InputText.label(reportPath)} contradicts itself in ${words.plural(count, "place")}; PX was asked about the rows concerned:${places.join("")}${rest}`,
  )
})

const writeFailedRows = Effect.fnUntraced(function* (
  { args, source }: Job,
  reportPath: string,
  rows: Stream.Stream<CheckedRow, SourceError>,
) {
  const output = yield* Output
  return yield* FailedRows.write(args.file === "-" ? reportPath : args.file, source, rows).pipe(
    Effect.catch((error) =>
      Effect.as(
        output.warn(
          `The rows that failed could not be written to a file: ${visible(error.message, 400)}${"hint" in error ? ` ${error.hint}` : ""}`,
        ),
        undefined,
      ),
    ),
  )
})

/** Tells how the run ended and returns its exit code: 0 only when every row was created or there before. */
export const end = Effect.fnUntraced(function* (
  job: Job,
  ending: Ending,
  tally: Tally.Tally,
  connection: Connection.Connection,
  rows: Stream.Stream<CheckedRow, SourceError>,
) {
  const { args, label, settings, summary } = job
  const { halted, interrupted, isChanged, reportPath, unreadable } = ending
  const output = yield* Output
  const totals = yield* Effect.flatMap(Journal, (journal) => Effect.mapError(journal.totals, failures.ofJournal))
  const remaining = summary.valid - totals.Created - totals.Duplicate - totals.Failed - totals.InDoubt
  const hasEnded = !interrupted && !isChanged && unreadable === undefined && (halted === undefined || remaining === 0)
  const failedRows =
    hasEnded && totals.Failed + summary.invalid > 0 ? yield* writeFailedRows(job, reportPath, rows) : undefined
  if (isChanged) {
    const why = unreadable === undefined ? "" : ` It ${visible(unreadable.message, 300)}`
    yield* output.warn(`${label} was changed while it was imported. Its report tells what was sent.${why}`)
  } else if (unreadable !== undefined) {
    yield* output.warn(
      `${label} ${visible(unreadable.message, 300)} ${unreadable.hint} Whether it was changed while it was imported is not known; its report tells what was sent.`,
    )
  }
  yield* warnOfContradictions(reportPath)
  const conclusion = Tally.conclusion(
    {
      ...ending,
      args,
      label,
      summary,
      totals,
      remaining,
      failedRows,
      halted: halted === undefined ? undefined : { kind: halted.kind, ...failures.haltLines(halted, connection) },
    },
    tally,
    output.paint,
    settings.server.value.origin,
  )
  yield* output.succeed(conclusion)
  if (halted !== undefined) return failures.haltCode(halted)
  if (totals.InDoubt > 0) return exitCodes.unreachable
  return conclusion.ok === false ? exitCodes.rowsFailed : 0
})
