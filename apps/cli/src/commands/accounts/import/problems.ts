/** Problems of rows as lines and as JSON: one cause is told once. */
import type { ProblemGroup } from "@effect-aptrinsic/files/Check"
import type { MappingProblem } from "@effect-aptrinsic/files/MappingError"
import type { Problem } from "@effect-aptrinsic/files/Problem"
import type { Problem as FieldProblem } from "../../../output/Failure.ts"
import { pad } from "../../../output/Output.ts"
import * as words from "./words.ts"

/** Lines that fit a screen; what they do not tell is counted. */
const shown = 20

const place = ({ line, row }: Problem) => (line === undefined ? `row ${row}` : `line ${line}`)

/** `lines 3, 4, 5 …`. */
const places = ({ count, first }: ProblemGroup) =>
  `${first[0].line === undefined ? "rows" : "lines"} ${first.map(({ line, row }) => line ?? row).join(", ")}${count > first.length ? " …" : ""}`

const fieldOf = ({ column, field }: Problem) =>
  column === undefined || column === field ? field : `${field} (${column})`

const withAdvice = (message: string, { suggestion }: Problem) =>
  suggestion === undefined ? message : `${message}. ${suggestion}`

interface Line {
  readonly cells: readonly [at: string, field: string, message: string]
  /** How many problems it tells. */
  readonly told: number
  readonly problem: Problem
}

/** Few problems of a cause are told one by one, since each is to be corrected; many, or what one flag puts right, as one. */
const linesOf = (group: ProblemGroup): ReadonlyArray<Line> => {
  const { count, first } = group
  if (count === 1 || (count === first.length && first[0].suggestion === undefined)) {
    return first.map((problem) => ({
      cells: [place(problem), fieldOf(problem), withAdvice(problem.message, problem)],
      told: 1,
      problem,
    }))
  }
  const message = withAdvice(`${first[0].message} (${places(group)})`, first[0])
  return [{ cells: [`${words.count(count)} ×`, fieldOf(first[0]), message], told: count, problem: first[0] }]
}

/** The serious ones first, then those of many rows, then the others by their rows. */
const compare = (one: Line, other: Line): number =>
  Number(other.problem.serious === true) - Number(one.problem.serious === true) ||
  Number(other.told > 1) - Number(one.told > 1) ||
  one.problem.row - other.problem.row

/** Lines for these groups, and one for what they do not tell. `written` is the file that has all of it. */
export const lines = (
  groups: ReadonlyArray<ProblemGroup>,
  total: number,
  written: string | undefined,
): ReadonlyArray<string> => {
  const told = groups.flatMap(linesOf).toSorted(compare).slice(0, shown)
  const rows = told.map(({ cells }) => cells)
  const widths = [0, 1].map((index) => Math.max(0, ...rows.map((row) => Math.min(40, row[index]!.length))) + 2)
  const text = rows.map(([at, field, message]) => `  ${pad(at, widths[0]!)}${pad(field, widths[1]!)}${message}`)
  const rest = total - told.reduce((sum, { told }) => sum + told, 0)
  const where = written === undefined ? "--problems FILE writes all of them" : `all of them are in ${written}`
  if (rest > 0) return [...text, `  … and ${words.count(rest)} more; ${where}`]
  return told.length < total ? [...text, `  ${where.replace(/^a/, "A")}`] : text
}

export const document = (problems: ReadonlyArray<Problem>) => problems.map((problem) => ({ ...problem }))

/** `count` of each cause, with its first lines, or rows where there are none. */
export const groupsDocument = (groups: ReadonlyArray<ProblemGroup>) =>
  groups.map(({ count, first }) => {
    const { code, column, field, message, serious, suggestion } = first[0]
    return {
      count,
      code,
      ...(serious === undefined ? {} : { serious }),
      field,
      ...(column === undefined ? {} : { column }),
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
      first: first.map(({ line, row }) => (line === undefined ? { row } : { row, line })),
    }
  })

/** `Seats  →  --map Seats=customAttributes.seats or --ignore Seats`: the first of them, and a line for the rest. */
export const mappingProblems = (problems: ReadonlyArray<MappingProblem>) => ({
  problems: problems.slice(0, shown).map(({ flags, message, subject }): FieldProblem => ({
    field: subject,
    message: flags.length === 0 ? message : `${message}  →  ${flags.join(" or ")}`,
  })),
  text: problems.length > shown ? [`  … and ${words.count(problems.length - shown)} more`] : [],
})
