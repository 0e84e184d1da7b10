/**
 * Checks rows before anything is sent: every problem of every row, ids that are there twice, what is doubtful.
 *
 * @since 0.1.0
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { FieldIssue } from "@effect-aptrinsic/core/FieldIssue"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { CheckedRow } from "./CheckedRow.ts"
import * as Duplicates from "./Duplicates.ts"
import type { Repetitions } from "./internal/check/repetitions.ts"
import { columnOf, problemOf } from "./internal/mapping/problemOf.ts"
import { quote } from "./internal/quote.ts"
import { mapChunks } from "./internal/streams.ts"
import type { Reading, RowReader } from "./Mapping.ts"
import type { Problem } from "./Problem.ts"
import * as ProblemGroups from "./ProblemGroups.ts"
import type { SourceRow } from "./SourceRow.ts"
import { warningsOf } from "./Warnings.ts"

/** A value is told as the row has it: what was read may have lost digits, or be Infinity. */
const asWritten = (row: SourceRow, reader: RowReader, { expected, message, path }: FieldIssue): string => {
  const text = expected === undefined ? undefined : reader.textOf(row, path)
  const own = `${text?.trim()} is not ${expected}`
  return text === undefined || message === own ? message : `${quote(text)} is not ${expected}`
}

const toProblem = (row: SourceRow, reader: RowReader, issue: FieldIssue): Problem => {
  const { code, path } = issue
  const message = visible(asWritten(row, reader, issue), 300)
  const column = columnOf(reader, path)
  const suggestion =
    path === "propertyKeys" ? "Name a product tag key, or give all rows one with --product-key." : undefined
  return problemOf(row, path, column, undefined, { code, message, suggestion })
}

/** The account of a row, or everything that is wrong with it. */
const accountOf = (
  row: SourceRow,
  reader: RowReader,
  reading: Reading,
): Result.Result<NewAccount, ReadonlyArray<Problem>> => {
  const { certain, input, problems } = reading
  // Every value was converted to what the contract takes: nothing is left to check.
  if (certain && problems.length === 0) return Result.succeed(input as unknown as NewAccount)
  const checked = reader.check(input)
  if (Result.isSuccess(checked)) return problems.length === 0 ? Result.succeed(checked.success) : Result.fail(problems)
  const told = new Set(problems.map(({ field }) => field))
  return Result.fail([
    ...problems,
    ...checked.failure.filter(({ path }) => !told.has(path)).map((issue) => toProblem(row, reader, issue)),
  ])
}

const placeName = ({ line }: SourceRow, place: number) => `${line === undefined ? "in row" : "on line"} ${place}`

const sentBefore = (row: SourceRow, reader: RowReader, id: string): Problem => {
  const problem = {
    code: "salesforce_id" as const,
    message: `${quote(id)} is a Salesforce id that an earlier import of this file sent in its other length`,
    suggestion: "PX takes them for two accounts: write it as it was sent.",
  }
  return { ...problemOf(row, "id", reader.columnOf("id"), undefined, problem, "warning"), serious: true }
}

const repeated = (row: SourceRow, reader: RowReader, id: string, earlier: Duplicates.Earlier): Problem => {
  const column = reader.columnOf("id")
  const shown = quote(id)
  if (earlier.kind === "salesforce") {
    const problem = {
      code: "salesforce_id" as const,
      message: `${shown} is the Salesforce id ${placeName(row, earlier.place)}, in its other length`,
      suggestion: "PX takes them for two accounts; say --sfdc-id 18 to write all with 18 characters.",
    }
    return { ...problemOf(row, "id", column, undefined, problem, "warning"), serious: true }
  }
  return earlier.kind === "same"
    ? problemOf(row, "id", column, undefined, {
        code: "duplicate_id",
        message: `${shown} is already ${placeName(row, earlier.place)}`,
        suggestion: undefined,
      })
    : problemOf(
        row,
        "id",
        column,
        undefined,
        {
          code: "similar_id",
          message: `${shown} differs only by case, Unicode form or spaces from the one ${placeName(row, earlier.place)}`,
          suggestion: "PX takes them for two accounts.",
        },
        "warning",
      )
}

const checkRow = (
  row: SourceRow,
  reader: RowReader,
  earlierOf: (id: string, row: SourceRow) => Duplicates.Earlier | undefined,
  earlierIds: Options["earlierIds"],
): CheckedRow => {
  const place = { row: row.row, line: row.line, source: row }
  if (row._tag === "Unreadable") {
    const { code, message } = row
    const problem = problemOf(row, "", undefined, undefined, { code, message, suggestion: undefined })
    return { _tag: "Invalid", ...place, id: undefined, problems: [problem] }
  }
  const reading = reader.read(row)
  const account = accountOf(row, reader, reading)
  const { id } = reading.input
  const known = typeof id === "string" && id !== "" ? id : undefined
  const earlier = known === undefined ? undefined : earlierOf(known, row)
  const isSentBefore = known !== undefined && earlierIds?.find(known)?.kind === "salesforce"
  const repetition =
    earlier !== undefined
      ? repeated(row, reader, known!, earlier)
      : isSentBefore
        ? sentBefore(row, reader, known)
        : undefined
  if (Result.isSuccess(account) && repetition?.severity !== "error") {
    const warnings = warningsOf(account.success, row, reader)
    return {
      _tag: "Valid",
      ...place,
      account: account.success,
      warnings: repetition === undefined ? warnings : [repetition, ...warnings],
    }
  }
  const problems = Result.isSuccess(account) ? [] : account.failure
  return {
    _tag: "Invalid",
    ...place,
    id: typeof id === "string" ? id : undefined,
    problems: repetition?.severity === "error" ? [...problems, repetition] : problems,
  }
}

/**
 * Options of a check.
 *
 * @since 0.1.0
 */
export interface Options {
  /**
   * Ids that an earlier import of the file sent: a row with a Salesforce id among them in its other length is warned about.
   *
   * @default none
   */
  readonly earlierIds?: Pick<Duplicates.Duplicates, "find"> | undefined
  /**
   * What `makeRepetitions` makes, for all checks of the same rows: the first that comes to its end leaves in it which ids were there before, and
   * those after it need no memory for ids.
   *
   * @default each check finds them
   */
  readonly repetitions?: Repetitions | undefined
}

export { makeRepetitions, type Repetitions } from "./internal/check/repetitions.ts"

/** How the earlier row of an id is found. */
const finding = (repetitions: Repetitions | undefined) => {
  if (repetitions?.begin() === true) return (_id: string, { row }: SourceRow) => repetitions.find(row)
  const ids = Duplicates.make()
  return (id: string, { line, row }: SourceRow) => {
    const earlier = ids.note(id, line ?? row)
    if (earlier !== undefined) repetitions?.note(row, earlier)
    return earlier
  }
}

/**
 * Checks rows in their order. The same rows come out the same each time: a run that sends checks once more and leaves out what is invalid.
 *
 * **Details**
 *
 * The second row of an id is invalid (`duplicate_id`); one that differs only by case, Unicode form or surrounding spaces is warned about. Memory is
 * that of `Duplicates`.
 *
 * @since 0.1.0
 */
export const check =
  (reader: RowReader, { earlierIds, repetitions }: Options = {}) =>
  <E, R>(rows: Stream.Stream<SourceRow, E, R>): Stream.Stream<CheckedRow, E, R> =>
    Stream.suspend(() => {
      const earlierOf = finding(repetitions)
      const checked = mapChunks((chunk: ReadonlyArray<SourceRow>) =>
        chunk.map((row) => checkRow(row, reader, earlierOf, earlierIds)),
      )(rows)
      return repetitions === undefined ? checked : Stream.onEnd(checked, Effect.sync(repetitions.end))
    })

/**
 * What a check found.
 *
 * @since 0.1.0
 */
export interface Summary {
  readonly rows: number
  readonly valid: number
  readonly invalid: number
  /** Rows with at least one warning. */
  readonly doubtful: number
  /** Invalid rows that could not be read as rows. */
  readonly unreadable: number
  /** The first valid rows, as many as were asked for. */
  readonly first: ReadonlyArray<SourceRow>
  /** The first problems, errors and warnings. */
  readonly errors: ReadonlyArray<Problem>
  readonly warnings: ReadonlyArray<Problem>
  /** All of them, counted. */
  readonly errorCount: number
  readonly warningCount: number
  /** All of them by their cause. */
  readonly errorGroups: ReadonlyArray<ProblemGroups.ProblemGroup>
  readonly warningGroups: ReadonlyArray<ProblemGroups.ProblemGroup>
  /** How many of each code, errors and warnings, the most frequent first. */
  readonly codes: ReadonlyMap<string, number>
  /** How many serious warnings of each code, the most frequent first. */
  readonly serious: ReadonlyMap<string, number>
}

const addTo = (counts: Map<string, number>, code: string) => counts.set(code, (counts.get(code) ?? 0) + 1)

/** Counts and groups the problems of one severity, and keeps the first of them. */
const makeTold = (keep: number) => {
  const first: Array<Problem> = []
  const groups = ProblemGroups.make()
  const codes = new Map<string, number>()
  const serious = new Map<string, number>()
  let count = 0
  return {
    first,
    groups,
    codes,
    serious,
    count: () => count,
    take: (problems: ReadonlyArray<Problem>) => {
      count += problems.length
      for (const problem of problems) {
        addTo(codes, problem.code)
        if (problem.serious === true) addTo(serious, problem.code)
        groups.note(problem)
        if (first.length < keep) first.push(problem)
      }
    },
  }
}

const merged = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>) => {
  const both = new Map(one)
  for (const [code, count] of other) both.set(code, (both.get(code) ?? 0) + count)
  return both
}

const mostFirst = (counts: Map<string, number>) => new Map([...counts].toSorted(([, one], [, other]) => other - one))

/**
 * Adds up checked rows.
 *
 * @since 0.1.0
 */
export const summarize = Effect.fnUntraced(function* <E, R, E2 = never>(
  rows: Stream.Stream<CheckedRow, E, R>,
  options: {
    /**
     * Errors, and warnings, that are kept; the others are counted.
     *
     * @default 1000
     */
    readonly keep?: number | undefined
    /**
     * Valid rows that are kept, as the source holds them.
     *
     * @default 0
     */
    readonly keepRows?: number | undefined
    /** Sees every chunk of rows, for progress. */
    readonly onRows?: ((total: number) => Effect.Effect<void>) | undefined
    /** Takes every problem, for a report. */
    readonly onProblems?: ((problems: ReadonlyArray<Problem>) => Effect.Effect<void, E2>) | undefined
  } = {},
): Effect.fn.Return<Summary, E | E2, R> {
  const { keep = 1000, keepRows = 0, onProblems, onRows } = options
  const [errors, warnings] = [makeTold(keep), makeTold(keep)]
  const first: Array<SourceRow> = []
  const counts = { rows: 0, valid: 0, invalid: 0, doubtful: 0, unreadable: 0 }
  yield* Stream.runForEachArray(rows, (chunk) =>
    Effect.suspend(() => {
      const problems: Array<Problem> = []
      for (const row of chunk) {
        counts.rows++
        if (row._tag === "Valid") {
          counts.valid++
          if (first.length < keepRows) first.push(row.source)
          if (row.warnings.length === 0) continue
          counts.doubtful++
          warnings.take(row.warnings)
          if (onProblems !== undefined) problems.push(...row.warnings)
        } else {
          counts.invalid++
          if (row.source._tag === "Unreadable") counts.unreadable++
          errors.take(row.problems)
          if (onProblems !== undefined) problems.push(...row.problems)
        }
      }
      const told = onProblems === undefined || problems.length === 0 ? Effect.void : onProblems(problems)
      return onRows === undefined ? told : Effect.andThen(told, onRows(counts.rows))
    }),
  )
  return {
    ...counts,
    first,
    errors: errors.first,
    warnings: warnings.first,
    errorCount: errors.count(),
    warningCount: warnings.count(),
    errorGroups: errors.groups.all(),
    warningGroups: warnings.groups.all(),
    codes: mostFirst(merged(errors.codes, warnings.codes)),
    serious: mostFirst(warnings.serious),
  }
})
