/** The end of an import: one document, or a few lines. */
import type { Outage } from "@effect-aptrinsic/bulk/Importer"
import type { Contradictions, Totals } from "@effect-aptrinsic/bulk/Row"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as InputText from "../../../input/InputText.ts"
import type { Row } from "../../../output/Failure.ts"
import { type Paint, type Result, table } from "../../../output/Output.ts"
import { type Differing, phrase } from "./differing.ts"
import * as Earlier from "./earlier.ts"
import type { Arguments } from "./flags.ts"
import type { Planned } from "./following.ts"
import type { AnyJob } from "./Job.ts"
import { isAllSetBack, lines as staysLines, document as staysDocument } from "./stays.ts"
import type { Tally } from "./Tally.ts"
import * as words from "./words.ts"

/** Reasons that are told apart in the summary; the rest is counted together. */
const maxReasons = 8

/** Why a run halted by itself. */
export interface Halted {
  readonly kind: string
  readonly message: string
  readonly rows: ReadonlyArray<Row>
  readonly hints: ReadonlyArray<string>
}

export interface Ended {
  readonly args: Arguments
  readonly label: string
  readonly summary: AnyJob["summary"]
  /** Over all runs. */
  readonly totals: Totals
  readonly before: Totals
  /** Rows that PX held as they are. */
  readonly unchanged: number
  /** The plan of an import that updates. */
  readonly plan: Planned | undefined
  readonly contradictions: Contradictions
  /** Valid rows that were not sent. */
  readonly remaining: number
  /** Milliseconds of this run. */
  readonly elapsed: number
  readonly interrupted: boolean
  /** The file is known to be another than it was when it was checked: its report cannot be continued. */
  readonly isChanged: boolean
  readonly outages: ReadonlyArray<Outage>
  readonly reportPath: string
  readonly remainingToday: number
  /** The file of failed rows, and whether this run wrote it. */
  readonly failedRows: { readonly name: string; readonly isNew: boolean } | undefined
  readonly differing: Differing
  /** Rows that were done by earlier runs and say something else now. */
  readonly changedRows: number
  readonly halted: Halted | undefined
  readonly target: string
}

/** What became of the rows, over all runs. */
export const rowCounts = ({ plan, remaining, summary, totals, unchanged }: Ended) => ({
  rows: summary.rows,
  created: totals.Created,
  ...(plan === undefined ? {} : { updated: totals.Updated, unchanged }),
  duplicate: totals.Duplicate,
  invalid: plan === undefined ? summary.invalid : totals.Invalid,
  failed: totals.Failed,
  inDoubt: totals.InDoubt,
  remaining,
})

const done = ({ Created, Duplicate, Updated }: Totals) => Created + Updated + Duplicate

const isOk = ({ args, halted, interrupted, isChanged, plan, summary, totals, unchanged }: Ended) =>
  done(totals) + unchanged === summary.rows &&
  (plan === undefined || (plan.leftAlone() === 0 && (plan.stays === undefined || isAllSetBack(plan.stays)))) &&
  !(args.ifExists === "fail" && totals.Duplicate > 0) &&
  !interrupted &&
  !isChanged &&
  halted === undefined

/** Whether everything that can be done was done by earlier runs. */
const isOver = ({ before, halted, interrupted, isChanged, plan, remaining, totals }: Ended) =>
  plan === undefined &&
  done(totals) === done(before) &&
  totals.Failed + totals.InDoubt + remaining === 0 &&
  !interrupted &&
  !isChanged &&
  halted === undefined

/** `Created 1 account`, `Updated 2 accounts`, `Created 1 and updated 2 accounts`, `Set 2 accounts back`. */
const deeds = (created: number, updated: number, isBack: boolean): string => {
  if (isBack) return `Set ${words.plural(updated, "account")} back`
  if (updated === 0 && created > 0) return `Created ${words.plural(created, "account")}`
  if (created === 0) return `Updated ${words.plural(updated, "account")}`
  return `Created ${words.count(created)} and updated ${words.plural(updated, "account")}`
}

/** The end of a plan that was carried out. */
const planHeadline = ({ elapsed, halted, interrupted }: Ended, { counts, stays }: Planned, tally: Tally): string => {
  const { created, updated = 0 } = tally.ended()
  const seconds = elapsed / 1000
  const perSecond = seconds > 0 ? Math.round((created + updated) / seconds) : 0
  const of = `${words.count(created + updated)} of ${words.plural(counts.create + counts.change, "account")}`
  const what = interrupted
    ? `Stopped after ${of}`
    : halted === undefined
      ? deeds(created, updated, stays !== undefined)
      : `Halted after ${of}`
  return `${what} in ${words.duration(seconds)} (${words.count(perSecond)}/s)`
}

const headline = (ended: Ended, tally: Tally): string => {
  if (ended.plan !== undefined) return planHeadline(ended, ended.plan, tally)
  const { before, elapsed, halted, interrupted, summary, totals } = ended
  const { rows } = summary
  if (isOver(ended)) {
    if (done(totals) === rows) {
      return `${rows === 1 ? "The one row was" : `All ${words.count(rows)} rows were`} imported before. Nothing was sent.`
    }
    return `${words.count(done(totals))} of ${words.plural(rows, "row")} were imported before, the others are invalid. Nothing was sent.`
  }
  const seconds = elapsed / 1000
  const doneNow = done(totals) - done(before)
  const perSecond = seconds > 0 ? Math.round(doneNow / seconds) : 0
  const what = interrupted
    ? `Stopped after ${words.count(doneNow)}`
    : halted === undefined
      ? `Created ${words.count(totals.Created - before.Created)}`
      : `Halted after ${words.count(doneNow)}`
  const left = rows - done(before)
  const whole = left === rows ? words.plural(rows, "row") : `the ${words.plural(left, "row")} left`
  return `${what} of ${whole} in ${words.duration(seconds)} (${words.count(perSecond)}/s)`
}

/** A check mark is for what was created, or needed not to be. */
const sign = (ended: Ended, paint: Paint): string => {
  if (!isOk(ended)) return paint("yellow", "!")
  return ended.totals.Created + ended.totals.Updated > 0 || isOver(ended) ? paint("green", "✔") : "="
}

const line = (what: string, rows: number, explanation: string) =>
  `  ${what.padEnd(11)}${words.count(rows).padStart(9)}  ${explanation}`.trimEnd()

/** A row that an earlier run created may have been updated since. */
const earlier = (before: number, rows: number) =>
  before === 0 || rows === 0 ? "" : `${words.count(Math.min(before, rows))} of them in earlier runs`

const counts = ({ before, differing, plan, remaining, summary, totals, unchanged }: Ended): ReadonlyArray<string> => {
  const isPlanned = plan !== undefined
  const others: ReadonlyArray<readonly [string, number, string]> = [
    [plan?.stays === undefined ? "updated" : "set back", totals.Updated, earlier(before.Updated, totals.Updated)],
    ["unchanged", unchanged, ""],
    ["duplicate", totals.Duplicate, `already in PX, left unchanged${phrase(differing)}`],
    plan?.stays === undefined
      ? ["invalid", isPlanned ? totals.Invalid : summary.invalid, "not sent"]
      : ["left alone", totals.Invalid, "the report says why"],
    ["failed", totals.Failed, isPlanned ? "neither created nor updated" : "not created"],
    ["in doubt", totals.InDoubt, `may or may not be ${isPlanned ? "written" : "created"}; the next run finds out`],
    ["not sent", remaining, ""],
  ]
  return [
    ...(isPlanned && totals.Created === 0
      ? []
      : [line("created", totals.Created, earlier(before.Created, totals.Created))]),
    ...others.filter(([, rows]) => rows > 0).map(([what, rows, explanation]) => line(what, rows, explanation)),
    ...(plan?.stays === undefined ? [] : staysLines(plan.stays, 7)),
  ]
}

const away = (outages: ReadonlyArray<Outage>): ReadonlyArray<string> => {
  const last = outages.at(-1)
  if (last === undefined) return []
  const duration = outages.reduce((sum, outage) => Duration.sum(sum, outage.duration), Duration.zero)
  const times = outages.length === 1 ? "" : `${outages.length} times, in all `
  return [`  PX was away  ${times}${words.outage({ ...last, duration })}`]
}

/** Why rows failed, or were not sent since nobody can say what they would do. */
const reasonsOf = (plan: Planned | undefined, tally: Tally) => [
  ...tally.reasons(),
  ...[...(plan?.reasons() ?? [])]
    .toSorted(([, one], [, other]) => other - one)
    .map(([message, rows]) => [visible(message, 160), rows] as const),
]

const causes = ({ changedRows, differing, halted, plan }: Ended, tally: Tally, paint: Paint): ReadonlyArray<string> => {
  const reasons = reasonsOf(plan, tally)
  const kept = tally.keptOtherwise()
  const cross = paint("red", "✖")
  const leftAlone = plan?.leftAlone() ?? 0
  return [
    ...(leftAlone === 0
      ? []
      : [
          `  ${paint("yellow", "!")} ${words.plural(leftAlone, "row")}: an earlier run was done with ${leftAlone === 1 ? "it" : "them"}, and PX holds something else since; --restart sends ${leftAlone === 1 ? "it" : "them"}`,
        ]),
    ...(changedRows === 0
      ? []
      : [`  ${paint("yellow", "!")} ${Earlier.changedPhrase(changedRows, phrase(differing.changed))}`]),
    ...(kept === 0
      ? []
      : [
          `  ${paint("yellow", "!")} PX keeps some fields of ${words.plural(kept, plan === undefined ? "created account" : "account")} differently than sent: see "differences" in the report`,
        ]),
    ...reasons.slice(0, maxReasons).map(([reason, count]) => `  ${cross} ${words.count(count)} × ${reason}`),
    ...(reasons.length > maxReasons
      ? [`  … and ${words.count(reasons.length - maxReasons)} other reasons: see the report`]
      : []),
    ...(halted === undefined
      ? []
      : [
          `  ${cross} ${halted.message}`,
          ...table(halted.rows, 1).map((row) => `    ${row}`),
          ...halted.hints.map((hint) => `    ${hint}`),
        ]),
  ]
}

const files = ({
  args,
  differing,
  failedRows,
  isChanged,
  remaining,
  reportPath,
  totals,
}: Ended): ReadonlyArray<string> => [
  ...(failedRows === undefined
    ? []
    : [
        `  Failed rows  ${InputText.label(failedRows.name)}  (${failedRows.isNew ? "" : "written before; "}correct it, then import this file with the same flags)`,
      ]),
  ...(differing.file === undefined
    ? []
    : [
        args.ifExists === "fail"
          ? `  Existing     ${InputText.label(differing.file)}  (every account that existed, and what differs in PX)`
          : `  Differing    ${InputText.label(differing.file)}  (what the file says and what PX holds)`,
      ]),
  `  Report       ${InputText.label(reportPath)}`,
  ...(isChanged
    ? ["  Run the same command to import the file as it is now: rows that were sent are known by their ids."]
    : remaining > 0 || totals.InDoubt > 0
      ? ["  Run the same command to continue."]
      : []),
]

const document = (ended: Ended, tally: Tally) => {
  const { args, before, contradictions, differing, halted, outages, plan, summary } = ended
  return {
    command: "accounts import",
    file: args.file,
    target: ended.target,
    ...rowCounts(ended),
    alreadyDone: done(before),
    thisRun: tally.ended(),
    interrupted: ended.interrupted,
    changed: ended.isChanged,
    warningCount: summary.warningCount,
    ...(halted === undefined
      ? {}
      : { halted: { kind: halted.kind, message: halted.message, hint: halted.hints.join(" ") } }),
    durationMs: ended.elapsed,
    ...(plan === undefined
      ? {}
      : { plan: { ...plan.counts }, leftAlone: plan.leftAlone(), ...staysDocument(plan.stays) }),
    requests: tally.requests() + (plan?.requests ?? 0),
    retries: tally.retries(),
    rateLimited: tally.rateLimited(),
    outages: outages.map(({ duration, reason, since }) => ({
      since: DateTime.formatIso(since),
      durationMs: Duration.toMillis(duration),
      reason,
    })),
    keptOtherwise: tally.keptOtherwise(),
    reasons: reasonsOf(plan, tally)
      .slice(0, 100)
      .map(([reason, count]) => ({ message: reason, rows: count })),
    contradictionCount: contradictions.count,
    contradictions: contradictions.first.map(({ line, message, row }) => ({
      ...(line === undefined ? {} : { line }),
      ...(row === undefined ? {} : { row }),
      message,
    })),
    report: ended.reportPath,
    failedRows: ended.failedRows?.name ?? null,
    changedRows: ended.changedRows,
    changedFields: Object.fromEntries(differing.changed.fields),
    differing: differing.rows,
    differingFields: Object.fromEntries(differing.fields),
    differingRows: differing.file ?? null,
  }
}

export const conclusion = (ended: Ended, tally: Tally, paint: Paint): Result => {
  const ok = isOk(ended)
  return {
    ok,
    confirmation: ok,
    lines: [
      `${sign(ended, paint)} ${headline(ended, tally)}`,
      ...counts(ended),
      ...away(ended.outages),
      ...causes(ended, tally, paint),
      ...files(ended),
    ],
    document: document(ended, tally),
  }
}
