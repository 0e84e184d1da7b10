/**
 * What a run has done so far, and what it comes to: the numbers of the progress line, of the summary and of the JSON document.
 */
import type { Summary } from "@effect-aptrinsic/bulk/Check"
import type { RowResult } from "@effect-aptrinsic/bulk/Importer"
import type { Totals } from "@effect-aptrinsic/bulk/Journal"
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Arguments } from "../commands/accounts/import.ts"
import type { Row } from "../Failure.ts"
import * as InputText from "../InputText.ts"
import { type Paint, type Result, table } from "../Output.ts"
import { bar, type Parts } from "./Progress.ts"
import * as words from "./words.ts"

/** Reasons that are told apart in the summary; the rest is counted together. */
const maxReasons = 8
/** Milliseconds over which the rate is measured. */
const window = 10_000

export interface Tally {
  readonly count: (result: RowResult) => void
  readonly observe: (event: AccountsEvent) => (clock: Clock.Clock) => Effect.Effect<void>
  readonly draw: (now: number) => Parts
  readonly tell: (now: number) => string
  readonly requests: () => number
  readonly retries: () => number
  readonly rateLimited: () => number
  /** Why rows failed, most frequent first. */
  readonly reasons: () => ReadonlyArray<readonly [reason: string, rows: number]>
}

export const make = (rows: number, startedAt: number): Tally => {
  const counts = { Created: 0, Duplicate: 0, Failed: 0, InDoubt: 0, Invalid: 0 }
  let passed = 0
  let requests = 0
  let retries = 0
  // A request after a lookup is a retry too, and of that no event tells.
  const posted = new Set<string>()
  let rateLimited = 0
  let pausedUntil = 0
  const reasons = new Map<string, number>()
  let marks: Array<readonly [at: number, done: number]> = [[startedAt, 0]]

  const ended = () => counts.Created + counts.Duplicate + counts.Failed + counts.InDoubt
  const done = () => passed + ended()
  const rate = (now: number) => {
    marks = marks.filter(([at], index) => now - at < window || index === marks.length - 1)
    marks.push([now, ended()])
    const [at, before] = marks[0]!
    return now > at ? ((ended() - before) * 1000) / (now - at) : 0
  }
  const symbols = () =>
    `✔ ${words.count(counts.Created)}  = ${words.count(counts.Duplicate)}  ✖ ${words.count(counts.Failed + counts.InDoubt)}`

  return {
    count: (result) => {
      if (result._tag === "AlreadyDone" && result.state !== "Invalid") passed++
      if (result._tag !== "Ended") return
      const { outcome } = result
      posted.delete(outcome.id)
      counts[outcome._tag]++
      if (outcome._tag !== "Failed" && outcome._tag !== "InDoubt") return
      const reason = visible(outcome.message, 160)
      if (reasons.has(reason) || reasons.size < 1000) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    },
    observe: (event) => (clock) =>
      Effect.sync(() => {
        if (event._tag === "Sending") {
          requests++
          if (event.request === "POST" && posted.has(event.accountId)) retries++
          if (event.request === "POST") posted.add(event.accountId)
        }
        if (event._tag !== "Pausing") return
        rateLimited++
        pausedUntil = Math.max(pausedUntil, clock.currentTimeMillisUnsafe() + event.delay)
      }),
    draw: (now) => {
      const speed = rate(now)
      const left = rows - done()
      const pace =
        pausedUntil > now
          ? `waiting ${words.duration((pausedUntil - now) / 1000)} (PX asked for it: rate limit)`
          : speed === 0
            ? "starting"
            : `${words.count(Math.round(speed))}/s · ${words.duration(left / speed)} left`
      const share = rows === 0 ? 1 : done() / rows
      return [
        `Importing  ${bar(share)} ${String(Math.floor(share * 100)).padStart(3)}%`,
        `${words.count(done())}/${words.count(rows)}`,
        pace,
        symbols(),
      ]
    },
    tell: (now) => {
      const waiting = pausedUntil > now ? ` waiting=${Math.ceil((pausedUntil - now) / 1000)}s` : ""
      return `import: ${done()}/${rows} (${Math.floor((100 * done()) / Math.max(1, rows))}%) created=${counts.Created} duplicate=${counts.Duplicate} failed=${counts.Failed} in-doubt=${counts.InDoubt} rate=${Math.round(rate(now))}/s${waiting}`
    },
    requests: () => requests,
    retries: () => retries,
    rateLimited: () => rateLimited,
    reasons: () => [...reasons].toSorted((one, other) => other[1] - one[1]),
  }
}

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
  readonly summary: Summary
  /** Over all runs. */
  readonly totals: Totals
  readonly before: Totals
  /** Valid rows that were not sent. */
  readonly remaining: number
  /** Milliseconds of this run. */
  readonly elapsed: number
  readonly interrupted: boolean
  /** The file is not what it was when it was checked: its report cannot be continued. */
  readonly isChanged: boolean
  readonly reportPath: string
  readonly failedRows: string | undefined
  readonly halted: Halted | undefined
}

const line = (what: string, rows: number, explanation: string) =>
  `  ${what.padEnd(11)}${words.count(rows).padStart(9)}  ${explanation}`.trimEnd()

/** The end of an import: one document, or a few lines. */
export const conclusion = (ended: Ended, tally: Tally, paint: Paint, target: string): Result => {
  const { args, elapsed, failedRows, halted, interrupted, isChanged, remaining, reportPath, summary, totals } = ended
  const { invalid, rows } = summary
  const doneBefore = ended.before.Created + ended.before.Duplicate
  const done = totals.Created + totals.Duplicate
  const duplicatesFail = args.ifExists === "fail" && totals.Duplicate > 0
  const ok = done === rows && !duplicatesFail && !interrupted && !isChanged && halted === undefined
  const seconds = elapsed / 1000
  const perSecond = seconds > 0 ? Math.round((done - doneBefore) / seconds) : 0
  const failedFile =
    failedRows === undefined
      ? []
      : [`  Failed rows  ${failedRows}  (correct it, then import this file with the same flags)`]
  const mark = ok ? paint("green", "✔") : paint("yellow", "!")
  const reasons = tally.reasons()
  const verb = interrupted ? "Stopped after" : halted === undefined ? "Imported" : "Halted after"
  const headline =
    ok && done === doneBefore
      ? `${rows === 1 ? "The one row was" : `All ${words.count(rows)} rows were`} imported before. Nothing was sent.`
      : `${verb} ${words.count(done)} of ${words.plural(rows, "row")} in ${words.duration(seconds)} (${words.count(perSecond)}/s)`
  const lines = [
    `${mark} ${headline}`,
    line(
      "created",
      totals.Created,
      ended.before.Created === 0 ? "" : `${words.count(ended.before.Created)} of them in earlier runs`,
    ),
    ...(totals.Duplicate === 0 ? [] : [line("duplicate", totals.Duplicate, "already in PX, left unchanged")]),
    ...(invalid === 0 ? [] : [line("invalid", invalid, "not sent")]),
    ...(totals.Failed === 0 ? [] : [line("failed", totals.Failed, "not created")]),
    ...(totals.InDoubt === 0
      ? []
      : [line("in doubt", totals.InDoubt, "may or may not be created; the next run finds out")]),
    ...(remaining <= 0 ? [] : [line("not sent", remaining, "")]),
    ...reasons
      .slice(0, maxReasons)
      .map(([reason, count]) => `  ${paint("red", "✖")} ${words.count(count)} × ${reason}`),
    ...(reasons.length > maxReasons
      ? [`  … and ${words.count(reasons.length - maxReasons)} other reasons: see the report`]
      : []),
    ...(halted === undefined
      ? []
      : [
          `  ${paint("red", "✖")} ${halted.message}`,
          ...table(halted.rows, 1).map((row) => `    ${row}`),
          ...halted.hints.map((hint) => `    ${hint}`),
        ]),
    ...failedFile,
    `  Report       ${InputText.label(reportPath)}`,
    ...(isChanged
      ? ["  The file was changed, so this report cannot be continued: import it anew with --restart."]
      : remaining > 0 || totals.InDoubt > 0
        ? ["  Run the same command to continue."]
        : []),
  ]
  return {
    ok,
    confirmation: ok,
    lines,
    document: {
      command: "accounts import",
      file: args.file,
      target,
      rows,
      created: totals.Created,
      duplicate: totals.Duplicate,
      invalid,
      failed: totals.Failed,
      inDoubt: totals.InDoubt,
      remaining,
      alreadyDone: doneBefore,
      interrupted,
      changed: isChanged,
      warningCount: summary.warningCount,
      ...(halted === undefined
        ? {}
        : { halted: { kind: halted.kind, message: halted.message, hint: halted.hints.join(" ") } }),
      durationMs: elapsed,
      requests: tally.requests(),
      retries: tally.retries(),
      rateLimited: tally.rateLimited(),
      reasons: reasons.slice(0, 100).map(([reason, count]) => ({ message: reason, rows: count })),
      report: reportPath,
      failedRows: failedRows ?? null,
    },
  }
}
