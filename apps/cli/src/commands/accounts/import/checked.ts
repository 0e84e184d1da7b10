/** What the check of a file came to, as lines and as JSON. */
import * as Estimate from "@effect-aptrinsic/bulk/Estimate"
import { maxCompared } from "@effect-aptrinsic/bulk/internal/shared/compared"
import type * as Check from "@effect-aptrinsic/files/Check"
import type { Preview } from "@effect-aptrinsic/files/internal/shared/preview"
import type { Source } from "@effect-aptrinsic/files/Source"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as InputText from "../../../input/InputText.ts"
import { exitCodes, Failure } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import * as Earlier from "./earlier.ts"
import type { Arguments } from "./flags.ts"
import * as previews from "./preview.ts"
import * as problems from "./problems.ts"
import type { Standing } from "./standing.ts"
import * as words from "./words.ts"

/** What the check of a file came to. */
export interface Checked {
  readonly args: Arguments
  readonly label: string
  readonly summary: Check.Summary
  readonly preview: Preview
  /** The sheet that was read, and the others that could be. */
  readonly sheet: Source["sheet"]
  /** Doubts by code that keep the file from being sent: those that are serious, or with --strict all, without those that are accepted. */
  readonly open: ReadonlyMap<string, number>
  /**
   * What checks it.
   *
   * @default "accounts import"
   */
  readonly command?: string | undefined
}

/** The doubts that have to be accepted, by code. */
const openOf = (
  { serious, warningGroups }: Check.Summary,
  accepted: ReadonlySet<string>,
  strict: boolean,
): ReadonlyMap<string, number> => {
  const all = new Map(serious)
  if (strict) {
    for (const { count, first } of warningGroups) {
      const { code, serious } = first[0]
      if (serious !== true) all.set(code, (all.get(code) ?? 0) + count)
    }
  }
  return new Map([...all].filter(([code]) => !accepted.has(code)))
}

/** What the check of a file came to, by the flags of the command that asked for it. */
export const of = (
  {
    accepted,
    label,
    preview,
    source,
    summary,
  }: Pick<Checked, "label" | "summary" | "preview"> & {
    readonly accepted: ReadonlySet<string>
    readonly source: Pick<Source, "sheet">
  },
  args: Arguments,
  command?: string,
): Checked => ({
  args,
  label,
  summary,
  preview,
  sheet: source.sheet,
  open: openOf(summary, accepted, args.strict),
  command,
})

export const document = ({ args, command = "accounts import", open, preview, sheet, summary }: Checked) => ({
  command,
  file: args.file,
  dryRun: args.dryRun,
  ...(sheet === undefined ? {} : { sheet: { ...sheet } }),
  rows: summary.rows,
  valid: summary.valid,
  invalid: summary.invalid,
  doubtful: summary.doubtful,
  toAccept: [...open.keys()],
  problems: problems.document(summary.errors),
  problemCount: summary.errorCount,
  problemGroups: problems.groupsDocument(preview.errorGroups),
  warnings: problems.document(summary.warnings),
  warningCount: summary.warningCount,
  warningGroups: problems.groupsDocument(summary.warningGroups),
  ...previews.document(preview),
})

const writtenIn = ({ problems }: Arguments) => (problems === undefined ? undefined : InputText.label(problems))

/** The problems of rows, and what could be said of columns of text. */
export const linesOf = (args: Arguments, { errorCount }: Check.Summary, preview: Preview) => [
  ...problems.lines(preview.errorGroups, errorCount, writtenIn(args)),
  ...previews.notes(preview),
]

/** The rows that may not be sent, and the way out. */
const refuse = (checked: Checked) => {
  const { args, label, preview, summary } = checked
  const { errorCount, invalid, rows, valid } = summary
  return new Failure({
    exitCode: exitCodes.invalid,
    code: "invalid",
    message: `${label}: ${words.count(invalid)} of ${words.plural(rows, "row")} ${invalid === 1 ? "is" : "are"} invalid (${words.plural(errorCount, "problem")}). Nothing was sent.`,
    text: linesOf(args, summary, preview),
    hints: [
      `Correct ${invalid === 1 ? "it" : "them"} and run again${valid === 0 ? "." : `, or import the ${words.plural(valid, "valid row")} with --skip-invalid${args.skipInvalid ? " alone" : ""}.`}`,
    ],
    extra: document(checked),
  })
}

/** Tells what is doubtful, and shows the preview when it was asked for. A dry run without problems shows it with its result. */
const tell = Effect.fnUntraced(function* ({ args, open, preview, summary }: Checked) {
  const output = yield* Output
  const { invalid, warningCount, warningGroups } = summary
  if (args.preview !== undefined && (!args.dryRun || invalid > 0 || open.size > 0)) {
    yield* Effect.forEach(previews.lines(preview), output.note, { discard: true })
  } else if (!args.dryRun && (invalid === 0 || args.skipInvalid)) {
    // Columns that stay text; a refusal names them with the problems.
    yield* Effect.forEach(previews.notes(preview), output.note, { discard: true })
  }
  if (warningCount === 0) return
  yield* output.note(
    `${output.paint("yellow", "!")} ${words.plural(warningCount, "value")} to look at${open.size > 0 ? "" : `; ${warningCount === 1 ? "it is sent as it is" : "they are sent as they are"}`}.`,
  )
  yield* Effect.forEach(problems.lines(warningGroups, warningCount, writtenIn(args)), output.note, { discard: true })
})

/** Tells what was found; fails where rows are invalid, unless the others are to be sent without them. */
export const review = Effect.fnUntraced(function* (found: Checked) {
  const { args, summary } = found
  yield* tell(found)
  const isRefused = args.dryRun || !args.skipInvalid || summary.valid === 0
  if (summary.invalid > 0 && isRefused) return yield* refuse(found)
})

const quotaWords = ({ days, requests }: Estimate.Estimate, dailyQuota: number) =>
  days > 1
    ? `over ${words.plural(days, "day")} with a quota of ${words.count(dailyQuota)} each`
    : `${words.share(requests, dailyQuota)} of a day's quota of ${words.count(dailyQuota)}`

/** What sending will take. */
export const takesLine = (estimate: Estimate.Estimate, { dailyQuota, rate }: Arguments): string => {
  const { duration, requests } = estimate
  return `  Importing takes ${words.plural(requests, "request")}: about ${words.duration(Duration.toSeconds(duration))} at ${words.count(rate)}/s, ${quotaWords(estimate, dailyQuota)}.`
}

/** The same, and what it will take when every account exists. */
const estimateLines = (estimate: Estimate.Estimate, args: Arguments): ReadonlyArray<string> => {
  const { atMost } = estimate
  return [
    takesLine(estimate, args),
    `  An account that exists takes two: up to ${words.plural(atMost.requests, "request")} and ${words.duration(Duration.toSeconds(atMost.duration))}${atMost.days > 1 ? ` of sending, over ${words.plural(atMost.days, "day")}` : ""}.`,
  ]
}

const standingLines = (standing: Standing | undefined, rows: number): ReadonlyArray<string> => {
  if (standing === undefined) return []
  if (standing._tag === "Refused") return [`  It would not begin: ${standing.message}`, `  ${standing.hint}`]
  if (standing._tag === "ContinuesById") {
    return [
      `  The file changed since ${InputText.label(standing.report)}: ${Earlier.parts(standing, rows)}.`,
      ...(standing.changed === 0 ? [] : [`  ${Earlier.changedPhrase(standing.changed)}`]),
    ]
  }
  const doubt =
    standing.inDoubt === 0 ? "" : `, ${words.count(standing.inDoubt)} sent without an answer will be checked`
  const done = standing.done === 1 ? "row is" : "rows are"
  return [
    `  It continues ${InputText.label(standing.report)}: ${words.count(standing.done)} ${done} already done${doubt}.`,
  ]
}

/** The end of an import of no rows. */
export const tellEmpty = Effect.fnUntraced(function* (checked: Checked) {
  const output = yield* Output
  yield* output.succeed({
    confirmation: true,
    document: { ...document(checked), created: 0, duplicate: 0, failed: 0, inDoubt: 0, remaining: 0 },
    lines: [`= ${checked.label} has no rows. Nothing was sent.`],
  })
})

/** What a dry run says beside the check, as lines and as members of its document. */
export interface Foreseen {
  readonly document: { readonly [name: string]: Schema.Json }
  readonly lines: ReadonlyArray<string>
}

export const inSeconds = ({ days, duration, requests }: Estimate.Effort) => ({
  requests,
  seconds: Duration.toSeconds(duration),
  days,
})

/** What sending the rows will take that are not done. */
const estimated = ({ args, summary }: Checked, standing: Standing | undefined): Foreseen => {
  const { dailyQuota, rate } = args
  const done = standing === undefined || standing._tag === "Refused" ? 0 : standing.done
  const changed = standing?._tag === "ContinuesById" ? standing.changed : 0
  const estimate = Estimate.estimate(
    Math.max(0, summary.valid - done),
    { requestsPerSecond: rate, requestsPerDay: dailyQuota },
    Math.min(changed, maxCompared),
  )
  return {
    document: { estimate: { ...inSeconds(estimate), atMost: inSeconds(estimate.atMost), dailyQuota } },
    lines: estimate.requests === 0 ? [] : estimateLines(estimate, args),
  }
}

/** The end of a dry run: the rows are valid, and what sending them will take, which of an update its plan says. */
export const tellDryRun = Effect.fnUntraced(function* (
  checked: Checked,
  standing: Standing | undefined,
  plan: Foreseen | undefined,
) {
  const { label, preview, summary } = checked
  const output = yield* Output
  const foreseen = plan ?? estimated(checked, standing)
  yield* output.succeed({
    confirmation: true,
    document: {
      ...document(checked),
      ...foreseen.document,
      continues: standing === undefined ? null : { ...standing },
    },
    lines: [
      `${output.paint("green", "✔")} ${label}: ${summary.rows === 1 ? "its one row is" : `all ${words.count(summary.rows)} rows are`} valid. Nothing was sent.`,
      ...standingLines(standing, summary.rows),
      ...foreseen.lines,
      ...previews.lines(preview),
    ],
  })
})
