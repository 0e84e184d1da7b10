/**
 * Which column gives which field. A mapping that is applied to the columns of a source reads its rows.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import type { RowReader } from "./internal/mapping/rowReader.ts"
import * as internal from "./internal/shared/mapping.ts"
import type { MappingError } from "./MappingError.ts"
import type { MappingOptions } from "./MappingOptions.ts"

export type { RowReader } from "./internal/mapping/rowReader.ts"

/**
 * A mapping, not yet applied to columns.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Mapping {
  /**
   * Applies it to the columns of a table, or to objects whose keys are matched as they come, where there are none: to `columns` of a source.
   * Fails with every column that matches nothing, and every required field that no column gives.
   */
  readonly forColumns: (columns: ReadonlyArray<string> | undefined) => Result.Result<RowReader, MappingError>
}

/**
 * A mapping from its options. Fails with everything that is wrong with them: a field that does not exist, a format that cannot be read,
 * a constant that no account may have.
 *
 * **Details**
 *
 * A column matches the field of its name, whatever its case, spaces and punctuation, and the names that exports of common CRMs use
 * (`Billing City`); `customAttributes.NAME` is a custom attribute, `customAttributes.NAME:date` one of this type. Columns that begin with `_`
 * are skipped, and without `unmapped` so are the standard columns of exports of Salesforce and HubSpot that have no field. A field is given by
 * one column or by a constant, never by both.
 *
 * **Example** (A format that no date has)
 *
 * ```ts
 * import { Mapping } from "@effect-aptrinsic/files"
 * import { Result } from "effect"
 *
 * console.log(Result.isSuccess(Mapping.make({ dates: ["DD.MM.YYYY"] }))) // true
 * console.log(Result.isFailure(Mapping.make({ dates: ["one day"] }))) // true
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make: (options?: MappingOptions) => Result.Result<Mapping, MappingError> = internal.make

/**
 * The reader of the rows that a first reading of all of them has settled: each column of a custom attribute without a declared type gets the
 * one type that all its cells have.
 *
 * **Details**
 *
 * A column is of numbers when each cell is a number that is written back as it stood, under the marks of the file; of `true` and `false`, or of
 * dates in a declared format, when all cells are; a cell that a workbook says is a number or a date is one. A zero in front, `1.10` or more digits than a number keeps make it text, and so does
 * anything else.
 *
 * Fails with `MappingError`: columns with numbers beside words, keys of objects that match no field, columns and keys that a flag names and no
 * row has.
 *
 * **Example** (A code that looks like a number in its first row)
 *
 * ```ts
 * import { Check, Mapping, Source } from "@effect-aptrinsic/files"
 * import { Effect, Stream } from "effect"
 *
 * const file = "id,name,customAttributes.code\n1,Duff,42\n2,Moe's,007\n"
 *
 * const program = Effect.gen(function* () {
 *   const source = yield* Source.open(Stream.make(new TextEncoder().encode(file)))
 *   const mapping = yield* Effect.fromResult(Mapping.make({ productKeys: ["AP-1-2"] }))
 *   const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
 *   yield* Check.summarize(Check.check(reader)(source.rows))
 *   const settled = yield* Effect.fromResult(Mapping.settle(reader))
 *   const [first] = yield* Stream.runCollect(Check.check(settled)(source.rows))
 *   return first?._tag === "Valid" ? first.account.customAttributes : undefined
 * })
 *
 * console.log(await Effect.runPromise(program)) // { code: '42' }
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const settle: (reader: RowReader) => Result.Result<RowReader, MappingError> = internal.settle
