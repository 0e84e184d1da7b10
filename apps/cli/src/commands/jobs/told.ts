/** Jobs in words, and as JSON. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { JobStatus } from "@effect-aptrinsic/jobs/ImportJob"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { exitCodes } from "../../output/Failure.ts"
import { type Paint, pad } from "../../output/Output.ts"
import { haltCodes } from "../accounts/import/failures.ts"
import * as words from "../accounts/import/words.ts"

const encode = Schema.encodeSync(JobStatus)

export const document = (status: JobStatus) => ({ ...encode(status), remaining: remainingOf(status) })

/** Rows that are to come. */
export const remainingOf = ({ rows, totals, underWay }: JobStatus): number =>
  Math.max(0, rows - underWay - Object.values(totals).reduce((sum, count) => sum + count, 0))

const phrases = [
  ["Created", "created"],
  ["Updated", "changed"],
  ["Duplicate", "existed"],
  ["Failed", "failed"],
  ["Invalid", "invalid"],
  ["InDoubt", "in doubt"],
] as const

/** `1,200 created, 3 failed, 2 under way, 40 to come`. */
export const countsOf = (status: JobStatus): string => {
  const parts = phrases.flatMap(([state, phrase]) => {
    const count = status.totals[state]
    return count === 0 ? [] : [`${words.count(count)} ${phrase}`]
  })
  if (status.underWay > 0) parts.push(`${words.count(status.underWay)} under way`)
  const remaining = remainingOf(status)
  if (remaining > 0) parts.push(`${words.count(remaining)} to come`)
  return parts.length === 0 ? "no rows" : parts.join(", ")
}

const marks = {
  Queued: ["dim", "·"],
  Running: ["dim", "·"],
  Waiting: ["yellow", "·"],
  Done: ["green", "✔"],
  Halted: ["red", "✖"],
  Cancelled: ["yellow", "!"],
} as const

/** `2027-05-01T08:00:00Z`. */
const timeOf = (time: DateTime.Utc) => DateTime.formatIso(time).replace(/\.\d+Z$/u, "Z")

/** `waiting until 2027-05-01T08:00:00Z`. */
const stateOf = ({ state, waitsUntil }: JobStatus): string =>
  waitsUntil === undefined ? state.toLowerCase() : `waiting until ${timeOf(waitsUntil)}`

/** A job as a few lines. */
export const linesOf = (status: JobStatus, paint: Paint): ReadonlyArray<string> => {
  const [color, mark] = marks[status.state]
  return [
    `${paint(color, mark)} ${status.id}: ${stateOf(status)}; ${countsOf(status)}.`,
    ...(status.halt === undefined ? [] : [`  ${visible(status.halt.message, 400)}`]),
    // It says when to try again, which nobody has to.
    ...(status.halt === undefined || status.state === "Waiting" ? [] : [`  ${visible(status.halt.hint, 400)}`]),
  ]
}

/** Jobs as a table, one a line. */
export const tableOf = (all: ReadonlyArray<JobStatus>, paint: Paint): ReadonlyArray<string> => {
  const rows = [
    ["JOB", "STATE", "SUBMITTED", "ROWS"],
    ...all.map((status) => [
      status.id,
      stateOf(status),
      timeOf(status.submittedAt),
      `${words.count(status.rows)}: ${countsOf(status)}`,
    ]),
  ]
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => row[at]!.length)))
  return rows.map((row, index) => {
    const line = row
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd()
    return index === 0 ? paint("bold", line) : line
  })
}

/** What halts a job is mostly what halts an import. */
const codeOf = (kind = ""): number => {
  if (kind === "ApiKey") return exitCodes.denied
  const codes: Readonly<Record<string, number>> = haltCodes
  return codes[kind] ?? exitCodes.unreachable
}

/** The exit code of a command that saw a job to its end. `existFails`: accounts that exist count as failures. */
export const exitCodeOf = ({ halt, state, totals }: JobStatus, existFails: boolean): number => {
  if (state === "Halted") return codeOf(halt?.kind)
  const failed = totals.Failed + totals.Invalid + totals.InDoubt + (existFails ? totals.Duplicate : 0)
  const isWhole = state === "Done" && failed === 0
  return isWhole ? 0 : exitCodes.rowsFailed
}
