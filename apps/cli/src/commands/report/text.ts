/** What an import came to, as lines for a terminal. */
import {
  bounds,
  type Counts,
  type ImportSummary,
  type OpenRow,
  type Reason,
  type RunSummary,
} from "@effect-aptrinsic/bulk/ImportSummary"
import * as DateTime from "effect/DateTime"
import { type Paint, pad } from "../../output/Output.ts"
import { shown } from "../../output/shown.ts"
import * as words from "../accounts/import/words.ts"
import * as back from "./back.ts"
import { regroup } from "./rates.ts"

/** Reasons, runs and intervals that are told; `--json` has more. */
const most = { reasons: 8, runs: 10, rows: 5, answers: 8, fields: 4 }

/** `2027-01-31 09:05`, in UTC. */
export const timeOf = (time: DateTime.Utc): string => DateTime.formatIso(time).slice(0, 16).replace("T", " ")

const seconds = (milliseconds: number) => words.duration(milliseconds / 1000)

/** `40 ms`, `2.1 s`. */
const took = (milliseconds: number) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : words.duration(milliseconds / 1000)

const heading = (paint: Paint, text: string) => ["", paint("bold", text)]

const line = (what: string, rows: number, explanation = "") =>
  `  ${what.padEnd(11)}${words.count(rows).padStart(11)}  ${explanation}`.trimEnd()

export const leftOf = ({ failed, inDoubt, invalid, remaining = 0, underWay = 0 }: Counts) =>
  failed + inDoubt + invalid + underWay + remaining

const inPx = ({ created, duplicate, unchanged = 0, updated }: Counts) => created + updated + duplicate + unchanged

/** Rows of which nothing is known: a run that updates says only at its end how many were unchanged. */
export const untoldOf = ({ counts, rows }: { readonly counts: Counts; readonly rows?: number | undefined }): number => {
  if (rows === undefined || counts.remaining !== undefined) return 0
  return Math.max(0, rows - inPx(counts) - leftOf(counts))
}

const headline = (summary: ImportSummary, paint: Paint): string => {
  const takenBack = back.takenBack(summary, paint)
  if (takenBack !== undefined) return takenBack
  if (summary.wayBack !== undefined) return back.headline(summary, paint)
  const { counts, rows, state } = summary
  if (state === "complete") {
    return `${paint("green", "✔")} ${rows === 1 ? "The one row is in PX" : `All ${words.count(rows ?? 0)} rows are in PX`}`
  }
  const untold = untoldOf(summary)
  const left = leftOf(counts) + untold
  const part = rows === undefined ? words.plural(left, "row") : `${words.count(left)} of ${words.plural(rows, "row")}`
  const open = `${part} ${left === 1 ? "is" : "are"} left`
  if (state === "running") return `… A run goes on: ${untold > 0 ? "up to " : ""}${open}`
  if (left + inPx(counts) === 0) return `${paint("yellow", "!")} The report tells of no row yet`
  return left === 0
    ? `${paint("yellow", "!")} Every row that the report knows is in PX; how many there are it does not say`
    : `${paint("yellow", "!")} ${untold > 0 ? "Up to " : ""}${open}`
}

/** ` (2 differ: plan 2)`. */
const differing = ({ differences }: ImportSummary, why: "duplicate" | "changed" | "updated") => {
  const found = differences.find((each) => each.why === why)
  if (found === undefined || found.differing === 0) return ""
  const fields = found.fields.slice(0, most.fields).map(({ path, rows }) => `${path} ${words.count(rows)}`)
  const more = found.fields.length > most.fields ? ", …" : ""
  const verb = why === "updated" ? "" : found.differing === 1 ? "differs" : "differ"
  return why === "updated"
    ? `: ${fields.join(", ")}${more}`
    : ` (${words.count(found.differing)} ${verb}: ${fields.join(", ")}${more})`
}

/** Whether a run changed what it found, as its plan said. */
export const updates = (run: RunSummary | undefined): boolean => run?.settings["ifExists"] === "update"

const whyUntold = ({ runs: all }: ImportSummary) =>
  updates(all.at(-1))
    ? "unchanged or not sent: a run says at its end which"
    : "not sent, or told on lines that are missing at the end of the report"

const counts = (summary: ImportSummary): ReadonlyArray<string> => {
  const { created, duplicate, failed, inDoubt, invalid, unchanged = 0, updated } = summary.counts
  const { remaining = 0, underWay = 0, unreached = 0 } = summary.counts
  const isRunning = summary.state === "running"
  const isBack = summary.wayBack !== undefined
  const [notDone, done] = isBack
    ? ["not set back", "set back"]
    : updates(summary.runs.at(-1))
      ? ["neither created nor updated", "written"]
      : ["not created", "created"]
  const recovered = summary.recovered === 0 ? "" : `${words.count(summary.recovered)} by files of failed rows`
  const others: ReadonlyArray<readonly [string, number, string]> = [
    [isBack ? "set back" : "updated", updated, `changed${differing(summary, "updated")}`],
    isBack
      ? ["as before", unchanged, "they held already what they held before the import"]
      : ["unchanged", unchanged, "PX held what they say"],
    ["duplicate", duplicate, `in PX before, left unchanged${differing(summary, "duplicate")}`],
    isBack
      ? ["left alone", invalid, "for the reasons below"]
      : [
          "invalid",
          invalid,
          `not sent${unreached === 0 ? "" : `; no run came to ${words.count(unreached)} of them yet`}`,
        ],
    ["failed", failed, notDone],
    ["in doubt", inDoubt, `may or may not be ${done}; the ${isRunning ? "run that goes on" : "next run"} finds out`],
    ["under way", underWay, "sent by the run that goes on, which waits for their answers"],
    ["not sent", remaining, ""],
    ["not known", untoldOf(summary), whyUntold(summary)],
  ]
  const changed = summary.differences.find(({ why }) => why === "changed")
  return [
    ...(isBack ? [] : [line("created", created, recovered)]),
    ...others.filter(([, rows]) => rows > 0).map(([what, rows, explanation]) => line(what, rows, explanation)),
    ...(changed === undefined
      ? []
      : [line("changed", changed.rows, `since they were sent, and not sent again${differing(summary, "changed")}`)]),
  ]
}

/** In which file a row stands, and where in it. */
const placeOf =
  ({ journals }: ImportSummary) =>
  ({ id, journal, line: at, row }: OpenRow) => {
    const of = journal === 0 ? "" : ` of ${journals[journal]?.file ?? ""}`
    return `${at === undefined ? `row ${row}` : `line ${at}`}${id === "" ? "" : ` ${id}`}${of}`
  }

/** The message of the first row, and how many others say something else. */
const saying = ({ different, message }: Reason) => {
  if (different === undefined) return message
  const others = different - 1
  const many = different < bounds.messages ? words.count(others) : `${words.count(others)} or more`
  return `${message.replace(/\.$/, "")}, and ${many} ${others === 1 ? "other" : "others"} like it`
}

const reason = (each: Reason, summary: ImportSummary, paint: Paint): ReadonlyArray<string> => {
  const { code, field, first, rows } = each
  const column = first[0]?.cells?.[0]?.column
  const where =
    field === undefined ? "" : `${field}${column === undefined || column === field ? "" : ` (column ${column})`} `
  const places = first.slice(0, most.rows).map(placeOf(summary))
  return [
    `  ${paint("red", "✖")} ${words.count(rows)} × ${where}${saying(each)}  [${code}]`,
    `      ${places.join(", ")}${rows > places.length ? ", …" : ""}`,
  ]
}

const reasons = (summary: ImportSummary, paint: Paint): ReadonlyArray<string> => {
  const { otherRows, reasons: all, wayBack } = summary
  if (all.length === 0) return []
  const rest = all.slice(most.reasons)
  const others = otherRows + rest.reduce((sum, { rows }) => sum + rows, 0)
  return [
    ...heading(
      paint,
      wayBack === undefined ? "Rows that are left, by reason" : "Accounts that are not set back, by reason",
    ),
    ...all.slice(0, most.reasons).flatMap((each) => reason(each, summary, paint)),
    ...(others === 0 ? [] : [`  … and ${words.plural(others, "row")} for other reasons: --failed has all`]),
  ]
}

const pace = (summary: ImportSummary, paint: Paint): ReadonlyArray<string> => {
  const { intervals, per } = regroup(summary)
  if (intervals.length === 0) return []
  const fullest = Math.max(...intervals.map(({ rows }) => rows))
  return [
    ...heading(paint, `Rows ${per}, in UTC`),
    ...intervals.map(({ at, latency, limit, perSecond, rateLimited, rows }) => {
      const bar = "█".repeat(Math.max(rows === 0 ? 0 : 1, Math.round((20 * rows) / Math.max(1, fullest))))
      const more = [
        `${words.count(Math.round(perSecond))}/s`,
        ...(latency === undefined ? [] : [`p95 ${took(latency)}`]),
        ...(limit === undefined ? [] : [`limit ${words.count(Math.round(limit))}/s`]),
        ...(rateLimited === 0 ? [] : [`${words.count(rateLimited)} × 429`]),
      ]
      return `  ${at}  ${pad(bar, 20)} ${words.count(rows).padStart(9)}  ${more.join("  ")}`
    }),
  ]
}

const answered = (request: string, answer: string) => {
  if (request === "before") return "before the rows"
  if (request === "any") return "whose answers are not recorded"
  return `${request} ${answer === "none" ? "without an answer" : answer}`
}

/** `2,020 POST 201, 17 POST 429`. */
const answers = ({ requestCount, requests }: ImportSummary) => {
  const told = requests
    .slice(0, most.answers)
    .map(({ answer, count, request }) => `${words.count(count)} ${answered(request, answer)}`)
  const more = requests.length > most.answers ? ", …" : ""
  return `  requests   ${words.count(requestCount).padStart(11)}  ${told.join(", ")}${more}`.trimEnd()
}

/** The first versions recorded neither runs nor requests, and other programs need not. */
const isSilent = ({ by, pauses, requests }: RunSummary) => by === "" && requests + pauses === 0

const traffic = (summary: ImportSummary, paint: Paint): ReadonlyArray<string> => {
  const { latency, pauseReasons, quota } = summary
  if (summary.runs.every(isSilent)) return [...heading(paint, "PX"), "  The report does not say what was asked of PX"]
  const waits = pauseReasons.map(({ count, durationMs, goesOn, reason: why }) => {
    const times = count === 1 ? "once" : `${words.count(count)} times`
    // A run that was killed in a pause says only until when it lasted at least.
    const length = `${goesOn === true ? "at least " : ""}${seconds(durationMs)} in all`
    return why === "429" ? `  PX asked to wait ${times}, ${length} (429)` : `  PX was away ${times}, ${length} (${why})`
  })
  return [
    ...heading(paint, "PX"),
    answers(summary),
    ...(latency === undefined
      ? []
      : [`  answers in ${took(latency.p50)} (median), ${took(latency.p95)} (95 %), ${took(latency.max)} (longest)`]),
    ...(waits.length === 0 ? ["  PX never asked to wait, and was never away"] : waits.slice(0, most.reasons)),
    ...(quota?.remaining === undefined || quota.at === undefined
      ? []
      : [
          `  quota: ${words.count(quota.remaining)}${quota.perDay === undefined ? "" : ` of ${words.count(quota.perDay)}`} requests of the day were left at ${timeOf(quota.at)}`,
        ]),
  ]
}

/** The words for an end: what a run says of itself, or the kind of a halt. */
const ends: Record<string, string> = {
  running: "goes on",
  done: "came to its end",
  interrupted: "was stopped (Ctrl-C, or a signal)",
  killed: "was killed, and left no end",
  ended: "ended; the report does not say how",
  changed: "ended: the file changed under it",
}

/** How a run ended, as the end of a sentence. */
export const endOf = (state: string): string => ends[state] ?? `halted (${state})`

const flags = ({ settings }: RunSummary) =>
  Object.entries(settings)
    .filter(([name]) => name !== "target")
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ")

const run = (each: RunSummary, index: number, { journals }: ImportSummary): ReadonlyArray<string> => {
  const { asked = 0, endedAt, message, perSecond, rateLimited, requests, rows, startedAt, state } = each
  const length = DateTime.toEpochMillis(endedAt) - DateTime.toEpochMillis(startedAt)
  const ended = rows.created + rows.updated + rows.duplicate + rows.failed + rows.invalid + rows.inDoubt
  const of = each.journal === 0 ? "" : ` of ${journals[each.journal]?.file ?? ""}`
  const limited = rateLimited === 0 ? "" : `, ${words.count(rateLimited)} × 429`
  const before = asked === 0 ? "" : `, ${words.count(asked)} of them before the rows`
  const settings = flags(each)
  return [
    `  ${index + 1}  ${timeOf(startedAt)}  ${seconds(length)}${of}: ${endOf(state)}`,
    `     ${words.plural(ended, "row")} (${words.count(perSecond)}/s)${isSilent(each) ? "" : `, ${words.plural(requests, "request")}${before}${limited}`}`,
    ...(message === undefined ? [] : [`     ${message}`]),
    ...(each.by === "" ? [] : [`     ${each.by}${settings === "" ? "" : `  ${settings}`}`]),
  ]
}

const runs = (summary: ImportSummary, paint: Paint): ReadonlyArray<string> => {
  const hidden = Math.max(0, summary.runs.length - most.runs)
  const before = summary.runCount - summary.runs.length
  return [
    ...heading(paint, "Runs, in UTC"),
    ...(hidden + before === 0 ? [] : [`  … ${words.plural(hidden + before, "earlier run")}`]),
    ...summary.runs.slice(hidden).flatMap((each, index) => run(each, before + hidden + index, summary)),
  ]
}

const files = ({ journals }: ImportSummary, paint: Paint): ReadonlyArray<string> =>
  journals.length === 1
    ? []
    : [
        ...heading(paint, "Reports"),
        ...journals.map(({ counts: own, name, state }) => {
          const left = leftOf(own)
          return `  ${name}  ${state === "running" ? "a run goes on" : left === 0 ? "complete" : `${words.count(left)} left`}`
        }),
      ]

const damage = ({ contradictions: { count, first } }: ImportSummary, paint: Paint): ReadonlyArray<string> =>
  count === 0
    ? []
    : [
        "",
        `${paint("yellow", "!")} The report is damaged in ${words.plural(count, "place")}; what stands there counts for nothing:`,
        ...first.slice(0, most.rows).map((each) => `  ${each}`),
      ]

export const lines = (told: ImportSummary, paint: Paint): ReadonlyArray<string> => {
  const summary = shown(told)
  const { file, target, wayBack } = summary
  return [
    wayBack === undefined ? `Import of ${file} to ${target}` : `Way back from ${wayBack.report} in ${target}`,
    headline(summary, paint),
    ...counts(summary),
    ...back.stays(summary),
    ...back.lines(summary, paint),
    ...reasons(summary, paint),
    ...pace(summary, paint),
    ...traffic(summary, paint),
    ...runs(summary, paint),
    ...files(summary, paint),
    ...damage(summary, paint),
  ]
}
