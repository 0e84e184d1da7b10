/** The end of an import, whatever brought it about: the file of failed rows, the summary, the exit code. */
import type { Outage } from "@effect-aptrinsic/bulk/Importer"
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import { Journal, type JournalError } from "@effect-aptrinsic/bulk/Journal"
import type { Contradictions, Totals } from "@effect-aptrinsic/bulk/Row"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as FailedRows from "@effect-aptrinsic/files/FailedRows"
import { digest } from "@effect-aptrinsic/files/internal/shared/content"
import type { SourceError } from "@effect-aptrinsic/files/SourceError"
import * as Effect from "effect/Effect"
import type * as Connection from "../../../Connection.ts"
import * as InputText from "../../../input/InputText.ts"
import { exitCodes } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import * as Differing from "./differing.ts"
import * as failures from "./failures.ts"
import type { Planned } from "./following.ts"
import { type AnyJob, checked, isFile } from "./Job.ts"
import * as record from "./record.ts"
import * as summary from "./summary.ts"
import type { Tally } from "./Tally.ts"
import * as words from "./words.ts"
import * as written from "./written.ts"

export interface Ending {
  /** What kept the file from being read to its end, or the journal from being written. */
  readonly broken: SourceError | JournalError | undefined
  readonly halted: ImportHalted | JournalError | undefined
  readonly interrupted: boolean
  /** Milliseconds of this run. */
  readonly elapsed: number
  /** Rows by state before this run. */
  readonly before: Totals
  /** Rows that were known to have changed since they were sent, before this run. */
  readonly changedBefore: number
  readonly outages: ReadonlyArray<Outage>
  readonly reportPath: string
  /** Requests that the key has left, as far as this user's imports count them. */
  readonly remainingToday: number
  /** The plan of an import that updates. */
  readonly plan: Planned | undefined
}

/** Contradictions that are told; the others are counted. The document has a hundred. */
const told = 5

/** Tells where the report contradicted itself, and what that means for the rows concerned, of which there may be none. */
const warnOfContradictions = Effect.fnUntraced(function* (reportPath: string, { count, first }: Contradictions) {
  const output = yield* Output
  // The document has them.
  if (count === 0 || output.json) return
  const places = first.slice(0, told).map(({ message }) => `\n  ${visible(message, 300)}`)
  const rest = count > told ? `\n  … and ${words.count(count - told)} more` : ""
  yield* output.warn(
    `The report ${InputText.label(reportPath)} is damaged in ${words.plural(count, "place")}; rows that this concerns are looked up before they are sent:${places.join("")}${rest}`,
  )
})

/** The file whose neighbours are written: that of stdin is nowhere. */
const besideOf = ({ args }: AnyJob, reportPath: string) => (args.file === "-" ? reportPath : args.file)

/** The rows that failed or are invalid, in a file unless an earlier run wrote the same. */
const writeFailedRows = Effect.fnUntraced(function* (
  job: AnyJob,
  { before, plan, reportPath }: Ending,
  totals: Totals,
) {
  const output = yield* Output
  if (!isFile(job) || totals.Failed + Math.max(job.summary.invalid, totals.Invalid) === 0) return undefined
  const { messageOf } = yield* Journal
  const beside = besideOf(job, reportPath)
  const isKnown =
    plan === undefined && totals.Failed === 0 && before.Failed === 0 && before.Invalid === job.summary.invalid
  const earlier = yield* written.before("failed", beside)
  if (isKnown && earlier !== undefined) return { name: earlier.name, isNew: false }
  const replaces = earlier?.isOurs === true ? earlier.name : undefined
  const whyFailed = (row: number) => Effect.map(messageOf(row), (message) => message ?? plan?.whyNot(row))
  return yield* FailedRows.write(beside, job.source, checked(job), { whyFailed, replaces }).pipe(
    Effect.map((name) => ({ name, isNew: true })),
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

/** Whether rows were read that are not those that were checked; what was not read to its end, nobody knows. */
const isKnownToBeChanged = Effect.fnUntraced(function* (job: AnyJob, ending: Ending) {
  const { broken, halted, interrupted } = ending
  if (!isFile(job)) return false
  const { content, file } = job
  if (broken?._tag === "SourceError") return broken.kind !== "Read"
  const known = file.lastDigest()
  if (known !== undefined) return known !== content
  // A list may end before its file does.
  if (halted !== undefined || interrupted || broken !== undefined) return false
  return (yield* Effect.orElseSucceed(digest(file.bytes), () => content)) !== content
})

/** Rows by what became of them over all runs. Of rows that failed or were in doubt before, the plan of a run says what they are now. */
const standOf = Effect.fnUntraced(function* ({ summary }: AnyJob, { plan }: Ending, tally: Tally) {
  const recorded = yield* Effect.mapError((yield* Journal).totals, failures.ofJournal)
  const { Created, Duplicate, Failed, InDoubt, Updated } = recorded
  const done = Created + Updated + Duplicate
  if (plan === undefined) {
    return { totals: recorded, unchanged: 0, remaining: summary.valid - done - Failed - InDoubt }
  }
  const { failed, inDoubt } = tally.ended()
  const remaining = plan.remaining()
  const { incomparable } = plan.counts
  const totals = { ...recorded, Failed: failed, InDoubt: inDoubt, Invalid: incomparable }
  return {
    totals,
    unchanged: Math.max(0, summary.rows - done - failed - inDoubt - incomparable - remaining),
    remaining,
  }
})

/** Why a run halted, in words. */
const haltedBy = (
  halted: NonNullable<Ending["halted"] | Ending["broken"]>,
  label: string,
  connection: Connection.Connection,
): summary.Halted => ({
  kind: halted._tag === "SourceError" ? "Unreadable" : halted.kind,
  ...failures.haltLines(halted, label, connection),
})

/** Tells how the run ended and returns its exit code: 0 only when every row was created or there before. */
export const end = Effect.fnUntraced(function* (
  job: AnyJob,
  ending: Ending,
  tally: Tally,
  connection: Connection.Connection,
) {
  const { args, label, settings } = job
  const { broken, interrupted, reportPath } = ending
  const output = yield* Output
  const isChanged = yield* isKnownToBeChanged(job, ending)
  const halted = ending.halted ?? (isChanged ? undefined : broken)
  const journal = yield* Journal
  const standing = yield* standOf(job, ending, tally)
  const { remaining, totals } = standing
  const hasEnded = !interrupted && !isChanged && (halted === undefined || remaining === 0)
  const failedRows = hasEnded ? yield* writeFailedRows(job, ending, totals) : undefined
  const changed = yield* Effect.mapError(journal.changed, failures.ofJournal)
  const kind = args.ifExists === "fail" ? "exists" : "differs"
  const isNew = totals.Duplicate > ending.before.Duplicate || changed > ending.changedBefore
  const differing =
    totals.Duplicate + changed === 0
      ? Differing.none
      : yield* Differing.tell(journal.existing, besideOf(job, reportPath), isNew, kind)
  if (isChanged) {
    const why = broken?._tag === "SourceError" ? ` It ${visible(broken.message, 300)}` : ""
    yield* output.warn(`${label} was changed while it was imported. Its report tells what was sent.${why}`)
  }
  const contradictions = yield* journal.contradictions
  yield* warnOfContradictions(reportPath, contradictions)
  const ended: summary.Ended = {
    ...ending,
    // PX counts what others send with the key, too.
    remainingToday: halted?.kind === "DailyQuotaExhausted" ? 0 : ending.remainingToday,
    args,
    label,
    summary: job.summary,
    ...standing,
    contradictions,
    isChanged,
    failedRows,
    differing,
    changedRows: changed,
    halted: halted === undefined ? undefined : haltedBy(halted, label, connection),
    target: settings.server.value.origin,
  }
  // The summary says what became of the rows, whether the report takes that or not.
  const files = yield* written.noted({
    failed: failedRows?.isNew === true ? failedRows.name : undefined,
    [kind]: differing.file,
  })
  yield* Effect.ignore(journal.concluded(record.end(ended, tally, files)))
  const conclusion = summary.conclusion(ended, tally, output.paint)
  yield* output.succeed(conclusion)
  if (halted !== undefined) return failures.haltCode(halted)
  if (totals.InDoubt > 0 || (remaining > 0 && !isChanged)) return exitCodes.unreachable
  return conclusion.ok === false ? exitCodes.rowsFailed : 0
})
