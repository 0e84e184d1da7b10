/**
 * What a file says of itself that cannot be seen from it: which column is which field, constants, formats. As options of a program, as flags
 * of a command, as a file of its own.
 *
 * @since 0.1.0
 */
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { Format } from "./Format.ts"
import type { Options } from "./internal/format/fileFormat.ts"

/**
 * How a file is read, where it does not show it itself: those of the options of `Source` that a mapping keeps.
 *
 * **Example** (A sheet of a workbook)
 *
 * ```ts
 * import { MappingOptions } from "@effect-aptrinsic/files"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(MappingOptions.FileOptions)({ sheet: "Accounts", skipLines: 2 })) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const FileOptions = Schema.Struct({
  format: Schema.optional(Format),
  delimiter: Schema.optional(Schema.String),
  encoding: Schema.optional(Schema.String),
  sheet: Schema.optional(Schema.String),
  rows: Schema.optional(Schema.String),
  quote: Schema.optional(Schema.String),
  skipLines: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  skipFooter: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  header: Schema.optional(Schema.Boolean),
}) satisfies Schema.Schema<FileOptions>
/** @since 0.1.0 */
export interface FileOptions extends Omit<Options, "locale"> {}

/**
 * The options of a mapping, all of them optional.
 *
 * **Example** (A mapping as data)
 *
 * ```ts
 * import { MappingOptions } from "@effect-aptrinsic/files"
 * import { Schema } from "effect"
 *
 * const options = { columns: { Seats: "customAttributes.seats:number" }, unmapped: "ignore", locale: "de" }
 *
 * console.log(Schema.is(MappingOptions.MappingOptions)(options)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const MappingOptions = Schema.Struct({
  columns: Schema.optional(Schema.Record(Schema.String, Schema.String)),
  ignore: Schema.optional(Schema.Array(Schema.String)),
  unmapped: Schema.optional(Schema.Literals(["ignore", "custom", "refuse"])),
  set: Schema.optional(Schema.Record(Schema.String, Schema.Json)),
  productKeys: Schema.optional(Schema.Array(Schema.String)),
  dates: Schema.optional(Schema.Array(Schema.String)),
  timeZone: Schema.optional(Schema.String),
  yearPivot: Schema.optional(Schema.Int),
  locale: Schema.optional(Schema.String),
  decimal: Schema.optional(Schema.Literals([".", ","])),
  grouping: Schema.optional(Schema.Literals([",", ".", " ", "'"])),
  units: Schema.optional(Schema.Array(Schema.String)),
  nulls: Schema.optional(Schema.Array(Schema.String)),
  sfdcId: Schema.optional(Schema.Literal(18)),
  file: Schema.optional(FileOptions),
}) satisfies Schema.Schema<MappingOptions>
/**
 * The options of a mapping, all of them optional.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface MappingOptions {
  /**
   * Columns (or keys) and the field each one gives: `{"Seats": "customAttributes.seats"}`.
   *
   * @default by their names
   */
  readonly columns?: { readonly [column: string]: string } | undefined
  /**
   * Columns to skip.
   *
   * @default none
   */
  readonly ignore?: ReadonlyArray<string> | undefined
  /**
   * What becomes of a column or key that matches nothing and that neither of these names: it is skipped, gives a custom attribute of its
   * name (`Renewal Owner__c` gives `customAttributes.renewalOwner`), or refuses the file.
   *
   * @default it refuses the file unless it is standard in the system that the file was exported from: `SystemModstamp` of Salesforce is skipped
   */
  readonly unmapped?: "ignore" | "custom" | "refuse" | undefined
  /**
   * Values that every row gets: `{"plan": "pro"}`.
   *
   * @default none
   */
  readonly set?: { readonly [field: string]: Schema.Json } | undefined
  /**
   * Product tag keys of rows that name none.
   *
   * @default none: a row without one is invalid
   */
  readonly productKeys?: ReadonlyArray<string> | undefined
  /**
   * How dates are written, beside `2027-01-31`, `2027-01-31T09:00:00Z` and epoch milliseconds: `DD/MM/YYYY`, `D-MMM-YY`, `M/D/YYYY HH:mm`, or what
   * numbers count, `excel` (days, as in spreadsheets) or `seconds`. A text that two of them read as two moments is refused.
   *
   * @default those of `locale`, else none
   */
  readonly dates?: ReadonlyArray<string> | undefined
  /**
   * The IANA time zone of dates that name none.
   *
   * @default UTC for days; a time without a zone is refused
   */
  readonly timeZone?: string | undefined
  /**
   * The first of the two-digit years (`YY`) that is one of 1900: `70` stands for 1970, `69` for 2069. From 0 to 100.
   *
   * @default 70
   */
  readonly yearPivot?: number | undefined
  /**
   * The language of the file: `de`, `fr-CA`, `en-US`. Says the marks of numbers, the order of dates and the names of months as people of it write them,
   * where nothing above or below says otherwise; `en` alone says no order of dates.
   *
   * @default none: the names of months are English
   */
  readonly locale?: string | undefined
  /**
   * The decimal mark of numbers.
   *
   * @default that of `locale`, else "."
   */
  readonly decimal?: "." | "," | undefined
  /**
   * The mark between the thousands of a number.
   *
   * @default what `locale` has there, else nothing
   */
  readonly grouping?: "," | "." | " " | "'" | undefined
  /**
   * Signs that may stand before or behind a number and are dropped: `€`, `USD`.
   *
   * @default none
   */
  readonly units?: ReadonlyArray<string> | undefined
  /**
   * Texts that mean "not set", beside those of which nothing can be seen: `N/A`, `NULL`.
   *
   * @default none
   */
  readonly nulls?: ReadonlyArray<string> | undefined
  /**
   * The length to which Salesforce ids of 15 characters are completed, in `id` and `sfdcId`; the account is the same one.
   *
   * @default as they are written
   */
  readonly sfdcId?: 18 | undefined
  /**
   * How the file itself is read; `Source.open` takes it, and a mapping of columns that are known does not.
   *
   * @default as the file shows it
   */
  readonly file?: FileOptions | undefined
}

const MappingFile = Schema.Struct({ version: Schema.optionalKey(Schema.Literal(1)), ...MappingOptions.fields })

const decodeFile = Schema.decodeUnknownResult(MappingFile, { errors: "all", onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Whether a path is that of an option, rather than of something inside its value. */
const isOption = (names: ReadonlyArray<string>) => (names[0] === "file" ? names.length === 2 : names.length === 1)

/**
 * Reads the text of a mapping file: one JSON object with these options and its `version`, which is 1. Fails with everything that is wrong with it,
 * in phrases that continue the name of the file.
 *
 * **Example** (A misspelt option)
 *
 * ```ts
 * import { MappingOptions } from "@effect-aptrinsic/files"
 * import { Result } from "effect"
 *
 * const options = MappingOptions.parse('{ "colums": { "Seats": "numberOfEmployees" } }')
 *
 * console.log(Result.getOrElse(options, String)) // colums is not an option; did you mean columns?
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<MappingOptions, ReadonlyArray<string>> => {
  const json = Result.try(() => JSON.parse(text) as unknown)
  if (Result.isFailure(json)) {
    return Result.fail([`is not JSON: ${visible((json.failure as { readonly message: string }).message)}`])
  }
  const decoded = Result.map(decodeFile(json.success), ({ version: _version, ...options }): MappingOptions => options)
  return Result.mapError(decoded, (error) =>
    format(error.issue).issues.map(({ message, path }) => {
      const names = (path ?? []).map(String)
      const [name, known] = [
        names.join("."),
        Object.keys(names[0] === "file" ? FileOptions.fields : MappingFile.fields),
      ]
      const isUnknown = Predicate.isObject(json.success) && isOption(names) && !known.includes(names.at(-1)!)
      const suggestion = isUnknown ? nearest(names.at(-1)!, known) : undefined
      if (suggestion !== undefined) return `${visible(name, 60)} is not an option; did you mean ${suggestion}?`
      return isUnknown ? `${visible(name, 60)} is not an option` : `${visible(name, 60)} ${visible(message)}`.trim()
    }),
  )
}

/**
 * The text of a mapping file, as `parse` reads it.
 *
 * **Example** (Options that are kept)
 *
 * ```ts
 * import { MappingOptions } from "@effect-aptrinsic/files"
 *
 * const text = MappingOptions.stringify({ locale: "de" })
 *
 * console.log(JSON.parse(text)) // { version: 1, locale: 'de' }
 * ```
 *
 * @stability unstable
 * @category formatting
 * @since 0.1.0
 */
export const stringify = (options: MappingOptions): string => {
  const file: typeof MappingFile.Type = { version: 1, ...options }
  return `${JSON.stringify(file, null, 2)}\n`
}
