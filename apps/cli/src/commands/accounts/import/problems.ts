/** Problems of rows as lines and as JSON. */
import type { MappingProblem } from "@effect-aptrinsic/files/Mapping"
import type { Problem } from "@effect-aptrinsic/files/Problem"
import type { Problem as FieldProblem } from "../../../output/Failure.ts"
import { pad } from "../../../output/Output.ts"
import * as words from "./words.ts"

/** Problems that fit a screen; the others are counted. */
const shown = 20

const place = ({ line, row }: Problem) => (line === undefined ? `row ${row}` : `line ${line}`)

const what = ({ column, field, message, suggestion }: Problem): readonly [string, string] => [
  column === undefined || column === field ? field : `${field} (${column})`,
  suggestion === undefined ? message : `${message}. ${suggestion}`,
]

/** A line for each of the first problems, and one for the rest. */
export const lines = (problems: ReadonlyArray<Problem>, total: number, rest: string): ReadonlyArray<string> => {
  const rows = problems.slice(0, shown).map((problem) => [place(problem), ...what(problem)] as const)
  const widths = [0, 1].map((index) => Math.max(0, ...rows.map((row) => Math.min(40, row[index]!.length))) + 2)
  const text = rows.map(([at, field, message]) => `  ${pad(at, widths[0]!)}${pad(field, widths[1]!)}${message}`)
  return total > shown ? [...text, `  … and ${words.count(total - rows.length)} more${rest}`] : text
}

export const document = (problems: ReadonlyArray<Problem>) => problems.map((problem) => ({ ...problem }))

/** `Seats  →  --map Seats=customAttributes.seats or --ignore Seats`. */
export const mappingProblems = (problems: ReadonlyArray<MappingProblem>): ReadonlyArray<FieldProblem> =>
  problems.map(({ flags, message, subject }) => ({
    field: subject,
    message: flags.length === 0 ? message : `${message}  →  ${flags.join(" or ")}`,
  }))
