/** The plan of an import that updates: made, shown, held against its limits and confirmed before anything is written. */
import * as Estimate from "@effect-aptrinsic/bulk/Estimate"
import * as Plan from "@effect-aptrinsic/bulk/Plan"
import { type PlannedRow, type PlanRow, toRow } from "@effect-aptrinsic/bulk/PlannedRow"
import type { Row, RowResult } from "@effect-aptrinsic/bulk/Row"
import { SourceError } from "@effect-aptrinsic/files/SourceError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { conceal } from "../../../config/Secret.ts"
import type * as Connection from "../../../Connection.ts"
import { canAsk } from "../../../input/Ask.ts"
import { exitCodes, Failure } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import * as Doubts from "../Doubts.ts"
import { changeLines, countLines, document, isSame, type Shown } from "../plan/lines.ts"
import * as planning from "../plan/planning.ts"
import * as checked from "./checked.ts"
import type { Job } from "./Job.ts"
import * as words from "./words.ts"

/** A plan that may be carried out, and how much of it was. */
export interface Planned {
  readonly counts: Plan.Counts
  /** Requests that it took to make it. */
  readonly requests: number
  /** The rows as an importer takes them. */
  readonly rows: Stream.Stream<Row, SourceError>
  /** Takes what came of a row. */
  readonly count: (result: RowResult) => void
  /** Rows to create or change that did not come to an end yet. */
  readonly remaining: () => number
  /** Those of them that an earlier run had done, and that were left alone for it. */
  readonly leftAlone: () => number
}

/** How many rows create or change an account. */
export const writes = ({ change, create }: Plan.Counts): number => create + change

/** `create 1 account and change 2`. */
const deedsOf = ({ change, create }: Plan.Counts): string => {
  if (change === 0) return `create ${words.plural(create, "account")}`
  if (create === 0) return `change ${words.plural(change, "account")}`
  return `create ${words.plural(create, "account")} and change ${words.count(change)}`
}

const capitalized = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

/** Requests when all goes well. */
export const requestsOf = ({ change, create }: Plan.Counts, { checkBeforeWrite }: Job["args"]): number =>
  create + (checkBeforeWrite ? 2 : 1) * change

const linesOf = ({ args }: Job, found: Shown): ReadonlyArray<string> => {
  const pace = { requestsPerSecond: args.rate, requestsPerDay: args.dailyQuota }
  const how = "'aptrinsic accounts diff --changes FILE' writes all of them"
  return [
    ...countLines(found.counts),
    ...changeLines(found, { file: undefined, how }),
    checked.takesLine(Estimate.estimate(requestsOf(found.counts, args), pace), args),
  ]
}

const documentOf = ({ changes, counts, incomparable }: Shown) => ({
  plan: { ...counts, changes: changes.map(document), notCompared: incomparable.map(document) },
})

/** What a plan that is not carried out says. */
const refusal = (code: "limits" | "unconfirmed", message: string, hints: ReadonlyArray<string>, found: Shown) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code,
    message: `${message} Nothing was sent.`,
    hints,
    extra: documentOf(found),
  })

const withinLimits = ({ label, updates }: Job, found: Shown) =>
  Effect.mapError(Plan.checkLimits(found.counts, updates?.limits ?? {}), ({ hint, kind, message }) => {
    const flags = kind === "TooManyCreates" ? "--max-creates" : "--max-changes or --max-change-share"
    return refusal("limits", `${label}: ${message}`, [hint.replace("Raise the limit", `Raise ${flags}`)], found)
  })

const confirm = Effect.fnUntraced(function* ({ args, label }: Job, found: Shown) {
  if (args.yes) return
  const deeds = deedsOf(found.counts)
  const hint =
    "--yes carries the plan out without asking; with --max-changes N, --max-change-share 20% and --max-creates N a file that is not as it should be is refused."
  if (!(yield* canAsk)) {
    return yield* refusal("unconfirmed", `${label} would ${deeds}, which nobody confirmed.`, [hint], found)
  }
  if (yield* Doubts.isConfirmed(`${capitalized(deeds)}?`)) return
  return yield* refusal("unconfirmed", `${label} would ${deeds}.`, [], found)
})

/** The end of an import of what PX holds already. */
const tellSame = Effect.fnUntraced(function* (
  { args, label, settings, summary }: Job,
  counts: Plan.Counts,
  requests: number,
) {
  const output = yield* Output
  const rows = summary.rows === 1 ? "its one row as it is" : `all ${words.count(summary.rows)} rows as they are`
  yield* output.succeed({
    confirmation: true,
    document: {
      command: "accounts import",
      file: args.file,
      target: settings.server.value.origin,
      rows: summary.rows,
      created: 0,
      updated: 0,
      unchanged: counts.unchanged,
      plan: { ...counts },
      requests,
    },
    lines: [`= ${label}: PX holds ${rows} (${words.plural(requests, "request")}). Nothing was sent.`],
  })
})

/** Follows the rows that are to be written through the importer. */
const follow = ({ counts, rows }: Plan.Plan<SourceError, never>, requests: number): Planned => {
  const underWay = new Set<number>()
  let [ended, leftAlone] = [0, 0]
  const send = (row: PlannedRow): Row => {
    if (row._tag === "Create" || row._tag === "Change") underWay.add(row.row)
    return toRow(row)
  }
  return {
    counts,
    requests,
    rows: rows.pipe(
      Stream.map(send),
      Stream.catchTag("PlanError", ({ hint, message }) =>
        Stream.fail(new SourceError({ kind: "Read", message: `cannot be sent on. ${message}`, hint })),
      ),
    ),
    count: (result) => {
      const isWrite = underWay.delete(result._tag === "Ended" ? result.outcome.row : result.row)
      if (!isWrite || result._tag === "NotSent") return
      ended++
      if (result._tag === "AlreadyDone") leftAlone++
    },
    remaining: () => writes(counts) - ended,
    leftAlone: () => leftAlone,
  }
}

/** The plan that is to be carried out; nothing when PX holds all of it, unless a report has rows `inDoubt`, which end by that. */
export const plan = Effect.fnUntraced(function* (
  job: Job,
  rows: Stream.Stream<PlanRow, SourceError>,
  connection: Connection.Connection,
  inDoubt: number,
) {
  const { args, label, updates } = job
  const output = yield* Output
  const planned = yield* planning.make(rows, { label, only: updates?.only, progress: args.progress })
  const { requests } = planned.asked
  const found = yield* planning.collect(planned, (value) => conceal(value, connection.apiKey.value))
  const { counts } = found
  if (isSame(counts) && inDoubt === 0) return yield* tellSame(job, counts, requests)
  if (writes(counts) > 0) {
    yield* output.note(`${label} compared with PX (${words.plural(requests, "request")}):`)
    yield* Effect.forEach(linesOf(job, found), output.note, { discard: true })
    yield* withinLimits(job, found)
    yield* confirm(job, found)
  }
  return follow(planned, requests)
})
