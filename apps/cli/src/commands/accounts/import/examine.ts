/**
 * Reads every row of a file once. A problem with its columns or its encoding does not hide the others:
 * one dry run names everything that the next command has to say.
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { summarize as summarizeRows, type Summary } from "@effect-aptrinsic/files/Check"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import * as Preview from "@effect-aptrinsic/files/internal/shared/preview"
import type { MappingProblem } from "@effect-aptrinsic/files/MappingError"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { Problem } from "@effect-aptrinsic/files/Problem"
import type * as Source from "@effect-aptrinsic/files/Source"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import * as InputText from "../../../input/InputText.ts"
import { exitCodes, Failure, usage } from "../../../output/Failure.ts"
import * as Earlier from "./earlier.ts"
import * as failures from "./failures.ts"
import type { Arguments } from "./flags.ts"
import * as Uses from "./preflight/uses.ts"
import * as previews from "./preview.ts"
import * as problems from "./problems.ts"
import * as Progress from "./Progress.ts"
import * as words from "./words.ts"

/** A file whose rows are still to be read. */
interface Opened {
  readonly args: Arguments
  /** How it is called in messages. */
  readonly label: string
  readonly source: Source.Source
  readonly mapping: Mapping.Mapping
  readonly options: MappingOptions
  /** Takes the columns or keys, whatever is wrong with them. */
  readonly save: (names: ReadonlyArray<string>) => Effect.Effect<void, Failure>
  /** Takes the ids that are there twice, for the next check. */
  readonly repetitions: Check.Repetitions
}

/** What a row needs: an account that is there has a name and product keys. */
export const contractOf = ({ ifExists }: Arguments) => (ifExists === "update" ? Mapping.ofChanges : undefined)

/** Bytes that are not text in the encoding of the file. */
export const isEncoding = ({ extra }: Failure): boolean => extra?.["kind"] === "Encoding"

export const unwritable = (flag: string, path: string) => (error: PlatformError) =>
  usage(`${InputText.label(path)} cannot be written: ${phraseOf(error)[0]}.`, `Name another file with ${flag}.`)

/** Writes every problem as a line of JSON. */
const problemFile = Effect.fnUntraced(function* (path: string | undefined) {
  if (path === undefined) return undefined
  const fs = yield* FileSystem.FileSystem
  const failed = Effect.mapError(unwritable("--problems", path))
  const file = yield* failed(fs.open(path, { flag: "w", mode: 0o600 }))
  const encoder = new TextEncoder()
  return (found: ReadonlyArray<Problem>) =>
    failed(file.writeAll(encoder.encode(found.map((problem) => `${JSON.stringify(problem)}\n`).join(""))))
})

const summarize = Effect.fnUntraced(function* (
  { args, label, repetitions, source }: Opened,
  reader: Mapping.RowReader,
  earlier: Earlier.Earlier | undefined,
  uses: Uses.Uses,
) {
  let rows = 0
  const view: Progress.View = {
    draw: () => [`Checking ${label}`, words.plural(rows, "row")],
    tell: () => `check: ${rows} rows`,
    document: () => ({ event: "check", rows }),
  }
  yield* Progress.show(view, args.progress)
  const onProblems = yield* problemFile(args.problems)
  return yield* Check.check(reader, { earlierIds: earlier?.earlierIds, repetitions })(source.rows).pipe(
    Uses.noting(uses),
    (checked) =>
      summarizeRows(earlier === undefined ? checked : Earlier.counting(earlier)(checked), {
        keepRows: args.preview,
        onProblems,
        onRows: (total) => Effect.sync(() => void (rows = total)),
      }),
    Effect.catchTag("SourceError", (error) => Effect.fail(failures.ofSource(label)(error))),
  )
}, Effect.scoped)

/** A reader for columns that do not all match: those that do not give custom attributes, and every row has a product key. */
const lenient = (columns: ReadonlyArray<string>, { args, mapping, options }: Opened): Mapping.RowReader | undefined => {
  const passedOver = mapping.passedOver(columns)
  const { productKeys = ["AP-XXXXXXXXXX-2"] } = options
  const ignore = [...(options.ignore ?? []), ...(passedOver?.columns ?? [])]
  const readers = (["custom", "ignore"] as const).map((unmapped) =>
    Result.flatMap(Mapping.make({ ...options, ignore, unmapped, productKeys }, contractOf(args)), ({ forColumns }) =>
      forColumns(columns),
    ),
  )
  return readers.find(Result.isSuccess)?.success
}

/** Problems of the rows that no mapping would solve. A required field is not one of them: no column may give it yet. */
const advice = (preview: Preview.Preview): ReadonlyArray<string> => {
  const groups = preview.errorGroups.filter(({ first }) => first[0].code !== "required")
  const total = groups.reduce((sum, { count }) => sum + count, 0)
  return [...problems.lines(groups, total, undefined), ...previews.notes(preview)]
}

/** No row names a product key: one flag is missing, not a value in each row. */
const keyless = ({ errorGroups, rows, unreadable }: Summary): ReadonlyArray<MappingProblem> =>
  errorGroups.some(
    ({ count, first }) =>
      first[0].field === "propertyKeys" && first[0].code === "required" && count === rows - unreadable,
  )
    ? [{ subject: "propertyKeys", message: "is required and no row gives it", flags: ["--product-key AP-…"] }]
    : []

/** Reads all rows; fails with what is wrong with the columns. Problems of rows are in the summary, and `earlier` counts what it knows of them. */
export const examine = Effect.fnUntraced(function* (opened: Opened, earlier: Earlier.Earlier | undefined) {
  const { label, mapping, save, source } = opened
  const { columns } = source
  // A saved mapping helps most when the columns do not match.
  if (columns !== undefined) yield* save(columns)
  const applied = columns === undefined ? Result.succeed(mapping.forObjects()) : mapping.forColumns(columns)
  const unmatched = Result.isFailure(applied) ? applied.failure : undefined
  const reader = Result.isSuccess(applied) ? applied.success : lenient(columns ?? [], opened)
  if (reader === undefined) return yield* failures.ofMapping(label)(unmatched!.problems)
  const uses = Uses.make()
  const summary = yield* Effect.mapError(summarize(opened, reader, earlier, uses), (failure) =>
    unmatched === undefined || isEncoding(failure) ? failure : failures.ofMapping(label)(unmatched.problems),
  )
  if (columns === undefined) yield* save(reader.names())
  const settled = reader.settle()
  const preview = Preview.make(reader, settled, summary, mapping)
  const wrong = [...(unmatched?.problems ?? []), ...preview.problems, ...keyless(summary)]
  if (wrong.length > 0) return yield* failures.ofMapping(label, advice(preview), preview.languages)(wrong)
  if (summary.rows > 0 || opened.args.allowEmpty) return { summary, settled: settled.reader, preview, uses }
  return yield* new Failure({
    exitCode: exitCodes.invalid,
    code: "invalid",
    message: `${label} has no rows${columns === undefined ? "" : ", only a header"}. Nothing was sent.`,
    hints: ["If that is expected, pass --allow-empty."],
  })
})
