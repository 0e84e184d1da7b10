/** The plan of an import that updates, or sets back: made, shown, held against its limits and confirmed before anything is written. */
import * as Estimate from "@effect-aptrinsic/bulk/Estimate"
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { PlanRow } from "@effect-aptrinsic/bulk/PlannedRow"
import * as Revert from "@effect-aptrinsic/bulk/Revert"
import type { SourceError } from "@effect-aptrinsic/files/SourceError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { conceal } from "../../../config/Secret.ts"
import type * as Connection from "../../../Connection.ts"
import { canAsk } from "../../../input/Ask.ts"
import { exitCodes, ExitWith, Failure } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import * as Doubts from "../Doubts.ts"
import { changeLines, countLines, document, isSame, type Shown } from "../plan/lines.ts"
import * as planning from "../plan/planning.ts"
import * as checked from "./checked.ts"
import { follow, writes } from "./following.ts"
import { type AnyJob, checked as checkedRows, isFile, toImport } from "./Job.ts"
import * as staying from "./stays.ts"
import * as words from "./words.ts"

/** What a plan came to, and the first rows of it. */
interface Found extends Shown {
  readonly requests: number
  readonly stays: staying.Stays | undefined
}

/** `create 1 account and change 2`, `set 2 accounts back`. */
const deedsOf = ({ counts: { change, create }, stays }: Found): string => {
  if (stays !== undefined) return `set ${words.plural(change, "account")} back`
  if (change === 0) return `create ${words.plural(create, "account")}`
  if (create === 0) return `change ${words.plural(change, "account")}`
  return `create ${words.plural(create, "account")} and change ${words.count(change)}`
}

const capitalized = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

/** Requests when all goes well. */
export const requestsOf = ({ change, create }: Plan.Counts, { checkBeforeWrite }: AnyJob["args"]): number =>
  create + (checkBeforeWrite ? 2 : 1) * change

export const estimateOf = ({ counts }: Found, args: AnyJob["args"]) =>
  Estimate.estimate(requestsOf(counts, args), { requestsPerSecond: args.rate, requestsPerDay: args.dailyQuota })

export const linesOf = ({ args }: AnyJob, found: Found): ReadonlyArray<string> => {
  const how = found.stays === undefined ? "'aptrinsic accounts diff --changes FILE' writes all of them" : undefined
  return [
    ...countLines(found.counts),
    ...(found.stays === undefined ? [] : staying.lines(found.stays, 9)),
    ...changeLines(found, { file: undefined, how }),
    ...(writes(found.counts) === 0 ? [] : [checked.takesLine(estimateOf(found, args), args)]),
  ]
}

export const documentOf = ({ changes, counts, creates, incomparable, stays }: Found) => ({
  plan: {
    ...counts,
    creates: creates.map(document),
    changes: changes.map(document),
    notCompared: incomparable.map(document),
  },
  ...staying.document(stays),
})

/** What a plan that is not carried out says. */
const refusal = (code: "limits" | "unconfirmed", message: string, hints: ReadonlyArray<string>, found: Found) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code,
    message: `${message} Nothing was sent.`,
    hints,
    extra: documentOf(found),
  })

export const withinLimits = ({ label, updates }: AnyJob, found: Found) =>
  Effect.mapError(Plan.checkLimits(found.counts, updates?.limits ?? {}), ({ hint, kind, message }) => {
    const flags = kind === "TooManyCreates" ? "--max-creates" : "--max-changes or --max-change-share"
    return refusal("limits", `${label}: ${message}`, [hint.replace("Raise the limit", `Raise ${flags}`)], found)
  })

const confirm = Effect.fnUntraced(function* ({ args, label }: AnyJob, found: Found) {
  if (args.yes) return
  const deeds = deedsOf(found)
  const hint =
    found.stays === undefined
      ? "--yes carries the plan out without asking; with --max-changes N, --max-change-share 20% and --max-creates N a file that is not as it should be is refused."
      : "--yes carries the plan out without asking."
  if (!(yield* canAsk)) {
    return yield* refusal("unconfirmed", `${label} would ${deeds}, which nobody confirmed.`, [hint], found)
  }
  if (yield* Doubts.isConfirmed(`${capitalized(deeds)}?`)) return
  return yield* refusal("unconfirmed", `${label} would ${deeds}.`, [], found)
})

/** The end of a run that sends nothing: PX holds all of it, nothing can be set back, or only the plan was asked for. */
const tellPlan = Effect.fnUntraced(function* (job: AnyJob, found: Found) {
  const { args, label, settings, summary } = job
  const output = yield* Output
  const { counts, requests, stays } = found
  const rows = summary.rows === 1 ? "its one row as it is" : `all ${words.count(summary.rows)} rows as they are`
  const back = writes(counts) === 0 ? "there is nothing to set back" : `would ${deedsOf(found)}`
  const isAll = isSame(counts) && (stays === undefined || staying.isAllSetBack(stays))
  const ok = isAll || args.dryRun
  const first = `${label}: ${stays === undefined ? `PX holds ${rows}` : back} (${words.plural(requests, "request")}). Nothing was sent.`
  yield* output.succeed({
    ok,
    confirmation: isAll,
    document: {
      command: job.command ?? "accounts import",
      file: args.file,
      target: settings.server.value.origin,
      rows: summary.rows,
      created: 0,
      updated: 0,
      unchanged: counts.unchanged,
      ...documentOf(found),
      requests,
    },
    lines: [`${isAll ? "=" : output.paint("yellow", "!")} ${first}`, ...(isAll ? [] : linesOf(job, found))],
  })
  if (!ok) return yield* new ExitWith({ exitCode: exitCodes.rowsFailed })
  return undefined
})

interface Making extends Plan.Plan<SourceError | JournalError, never> {
  readonly stays: staying.Stays | undefined
}

const making = Effect.fnUntraced(function* (job: AnyJob) {
  if (isFile(job)) {
    const rows = Stream.map(checkedRows(job), (row): PlanRow => toImport(row))
    return { ...(yield* Plan.make(rows, { only: job.updates?.only })), stays: undefined } satisfies Making
  }
  const fs = yield* FileSystem.FileSystem
  const revert = yield* Revert.make(job.args.file)
  return {
    ...revert,
    rows: Stream.provideService(revert.rows, FileSystem.FileSystem, fs),
    stays: { ...revert.stays, created: job.created, lost: job.lost },
  } satisfies Making
})

/** Asks PX what it holds, and makes the plan. */
export const find = Effect.fnUntraced(function* (job: AnyJob, { apiKey }: Connection.Connection) {
  const planned: Making = yield* planning.make(making(job), job.label, job.args.progress)
  const shown = yield* planning.collect(planned, (value) => conceal(value, apiKey.value))
  const found: Found = { ...shown, requests: planned.asked.requests, stays: planned.stays }
  return { planned, found }
})

export const comparedLine = (label: string, { requests }: Found): string =>
  `${label} compared with PX (${words.plural(requests, "request")}):`

/** The plan that is to be carried out; nothing when there is nothing to send, unless a report has rows that are `open`, which end by that. */
export const plan = Effect.fnUntraced(function* (job: AnyJob, connection: Connection.Connection, open: number) {
  const { args, label } = job
  const output = yield* Output
  const { found, planned } = yield* find(job, connection)
  const { counts } = found
  const isIdle = open === 0 && (isFile(job) ? isSame(counts) : writes(counts) === 0)
  if (isIdle || args.dryRun) return yield* tellPlan(job, found)
  if (writes(counts) > 0) {
    // Nobody confirms what is not shown.
    const tell = !args.yes && (yield* canAsk) ? (line: string) => Console.error(line) : output.note
    yield* tell(comparedLine(label, found))
    yield* Effect.forEach(linesOf(job, found), tell, { discard: true })
    yield* withinLimits(job, found)
    yield* confirm(job, found)
  }
  return follow(planned, planned.stays)
})
