/** The flags of a comparison: those of an import that say how its file is read and checked, and its own. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { file, fileArgument, optional, text, toggle } from "../../../input/Flags.ts"
import { flags as importFlags } from "../import/flags.ts"

export const flags = {
  file: fileArgument("CSV, NDJSON, JSON or Excel (.xlsx), also packed (.gz, .zip); - is stdin"),
  only: text(
    "only",
    "FIELD",
    "Compare this field alone, such as plan, location or customAttributes.tier; repeat for more [default: all that the file gives]",
  ).pipe(Flag.atLeast(0)),
  changes: file("changes", "Write every row that PX does not hold as it is to a file, as NDJSON").pipe(optional),
  html: file("html", "Write the counts and the first rows, field by field, to a page to look at in a browser").pipe(
    optional,
  ),
  exitCode: toggle("exit-code").pipe(
    Flag.withDescription("Exit with 6 when a row is not as PX has it, with 0 when all are"),
  ),
  map: importFlags.map,
  ignore: importFlags.ignore,
  unmapped: importFlags.unmapped,
  set: importFlags.set,
  mapping: importFlags.mapping,
  saveMapping: importFlags.saveMapping,
  format: importFlags.format,
  sheet: importFlags.sheet,
  rows: importFlags.rows,
  delimiter: importFlags.delimiter,
  quote: importFlags.quote,
  skipLines: importFlags.skipLines,
  skipFooter: importFlags.skipFooter,
  noHeader: importFlags.noHeader,
  columns: importFlags.columns,
  encoding: importFlags.encoding,
  dateFormat: importFlags.dateFormat,
  timeZone: importFlags.timeZone,
  yearPivot: importFlags.yearPivot,
  locale: importFlags.locale,
  decimal: importFlags.decimal,
  grouping: importFlags.grouping,
  unit: importFlags.unit,
  sfdcId: importFlags.sfdcId,
  nulls: importFlags.nulls,
  allowEmpty: importFlags.allowEmpty,
  problems: importFlags.problems,
  skipInvalid: toggle("skip-invalid").pipe(
    Flag.withDescription("Compare the valid rows of a file that has invalid ones"),
  ),
  accept: text("accept", "CODE", "Compare rows despite a doubt, such as date_in_1970; repeat for more").pipe(
    Flag.atLeast(0),
  ),
  strict: toggle("strict").pipe(Flag.withDescription("Compare nothing while any value is doubtful and not accepted")),
}

export type Arguments = Command.Command.Config.Infer<typeof flags>
