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
import * as Format from "./Format.ts"

/**
 * What a file's structure is, where it cannot be seen from it: the options of `Source`.
 *
 * @since 0.1.0
 */
export const FileOptions = Schema.Struct({
  format: Schema.optionalKey(Schema.Literals(Format.names)),
  delimiter: Schema.optionalKey(Schema.String),
  encoding: Schema.optionalKey(Schema.String),
  sheet: Schema.optionalKey(Schema.String),
  rows: Schema.optionalKey(Schema.String),
  quote: Schema.optionalKey(Schema.String),
  skipLines: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  skipFooter: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  header: Schema.optionalKey(Schema.Boolean),
})
/** @since 0.1.0 */
export interface FileOptions extends Schema.Schema.Type<typeof FileOptions> {}

/**
 * The options of a mapping, all of them optional.
 *
 * @since 0.1.0
 */
export const MappingOptions = Schema.Struct({
  /** Columns (or keys) and the field each one gives: `{"Seats": "customAttributes.seats"}`. */
  columns: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Columns to pass over. */
  ignore: Schema.optionalKey(Schema.Array(Schema.String)),
  /**
   * What becomes of a column or key that matches nothing and that neither of these names: it is passed over, gives a custom attribute of its
   * name (`Renewal Owner__c` gives `customAttributes.renewalOwner`), or refuses the file. By default it refuses the file unless it is standard in the
   * system that the file was exported from: `SystemModstamp` of Salesforce is passed over.
   */
  unmapped: Schema.optionalKey(Schema.Literals(["ignore", "custom", "refuse"])),
  /** Values that every row gets: `{"plan": "pro"}`. */
  set: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json)),
  /** Product tag keys of rows that name none. */
  productKeys: Schema.optionalKey(Schema.Array(Schema.String)),
  dates: Schema.optionalKey(Schema.Array(Schema.String)),
  timeZone: Schema.optionalKey(Schema.String),
  yearPivot: Schema.optionalKey(Schema.Int),
  locale: Schema.optionalKey(Schema.String),
  decimal: Schema.optionalKey(Schema.Literals([".", ","])),
  grouping: Schema.optionalKey(Schema.Literals([",", ".", " ", "'"])),
  units: Schema.optionalKey(Schema.Array(Schema.String)),
  sfdcId: Schema.optionalKey(Schema.Literal(18)),
  /** How the file itself is read; `Source.open` takes it, and a mapping of columns that are known does not. */
  file: Schema.optionalKey(FileOptions),
  nulls: Schema.optionalKey(Schema.Array(Schema.String)),
})
/** @since 0.1.0 */
export interface MappingOptions extends Schema.Schema.Type<typeof MappingOptions> {}

const MappingFile = Schema.Struct({ version: Schema.optionalKey(Schema.Literal(1)), ...MappingOptions.fields })

const decodeFile = Schema.decodeUnknownResult(MappingFile, { errors: "all", onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Whether a path is that of an option, rather than of something inside its value. */
const isOption = (names: ReadonlyArray<string>) => (names[0] === "file" ? names.length === 2 : names.length === 1)

/**
 * Reads the text of a mapping file: one JSON object with these options and its `version`, which is 1. Fails with everything that is wrong with it.
 *
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
 * The text of a mapping file.
 *
 * @since 0.1.0
 */
export const stringify = (options: MappingOptions): string => `${JSON.stringify({ version: 1, ...options }, null, 2)}\n`
