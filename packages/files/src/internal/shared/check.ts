/**
 * Checks rows one by one as the command does: it checks them twice, and knows which ids an earlier import sent.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { FieldIssue } from "@effect-aptrinsic/core/FieldIssue"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { CheckedRow } from "../../CheckedRow.ts"
import type { Problem } from "../../Problem.ts"
import type { SourceRow } from "../../SourceRow.ts"
import type { Repetitions } from "../check/repetitions.ts"
import { warningsOf } from "../check/warnings.ts"
import { columnOf, problemOf } from "../mapping/problemOf.ts"
import type * as Sealed from "../mapping/rowReader.ts"
import { quote } from "../quote.ts"
import { mapChunks } from "../streams.ts"
import * as Duplicates from "./duplicates.ts"
import { opened, type Reading, type RowReader } from "./mapping.ts"

export { makeRepetitions, type Repetitions } from "../check/repetitions.ts"

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
      suggestion: "PX takes them for two accounts; pass --sfdc-id 18 to write all with 18 characters.",
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

/** Options of a check. */
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

/** Checks rows in their order; `Check` publishes it without options. */
export const check =
  (given: Sealed.RowReader, { earlierIds, repetitions }: Options = {}) =>
  <E, R>(rows: Stream.Stream<SourceRow, E, R>): Stream.Stream<CheckedRow, E, R> =>
    Stream.suspend(() => {
      const reader = opened(given)
      const earlierOf = finding(repetitions)
      const checked = mapChunks((chunk: ReadonlyArray<SourceRow>) =>
        chunk.map((row) => checkRow(row, reader, earlierOf, earlierIds)),
      )(rows)
      return repetitions === undefined ? checked : Stream.onEnd(checked, Effect.sync(repetitions.end))
    })
