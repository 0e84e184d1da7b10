/** The flags of an import that say how its file is to be read, as options of the library. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type * as Conversion from "@effect-aptrinsic/files/internal/shared/conversion"
import * as FieldText from "@effect-aptrinsic/files/internal/shared/fieldText"
import * as MappingOptions from "@effect-aptrinsic/files/MappingOptions"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { parseDuration } from "../../../config/Settings.ts"
import * as InputText from "../../../input/InputText.ts"
import { usage } from "../../../output/Failure.ts"
import type { Arguments } from "./flags.ts"

/** Where the report of an import is. */
export const reportOf = ({ file, report }: { readonly file: string; readonly report: string | undefined }): string =>
  report ?? `${file}.import.ndjson`

export const outageOf = ({ outage }: Arguments) =>
  Effect.mapError(Effect.fromOption(parseDuration(outage)), () =>
    usage(`--outage is "${visible(outage, 60)}"; it must be a time such as 15m or 2h.`),
  )

/** Split at the last `=` for a column, which may hold one; a field never does. */
const pairs = (texts: ReadonlyArray<string>, flag: string, what: string, last: boolean) =>
  Effect.forEach(texts, (text) => {
    const at = last ? text.lastIndexOf("=") : text.indexOf("=")
    return at < 1 || (last && at === text.length - 1)
      ? Effect.fail(
          usage(`${flag} ${visible(text, 60)}: write ${what}.`, "See 'aptrinsic accounts fields' for the fields."),
        )
      : Effect.succeed([text.slice(0, at), text.slice(at + 1)] as const)
  })

/** What `--columns` stands for: no header, a field for each column by its number, and nothing for those behind them. */
export const withColumns = (flags: Arguments): Arguments => {
  if (flags.columns === undefined) return flags
  const fields = flags.columns.split(",").map((field) => field.trim())
  const isPassed = (field: string) => field === "-" || field === ""
  return {
    ...flags,
    noHeader: true,
    unmapped: flags.unmapped ?? "ignore",
    map: [...flags.map, ...fields.flatMap((field, at) => (isPassed(field) ? [] : [`${at + 1}=${field}`]))],
    ignore: [...flags.ignore, ...fields.flatMap((field, at) => (isPassed(field) ? [`${at + 1}`] : []))],
  }
}

/** Constants as a cell under their field has them; what is wrong with one is told with the mapping, which is given the text as it is. */
const constantsOf = (
  set: ReadonlyArray<readonly [path: string, text: string]>,
  formats: Conversion.Formats,
): Readonly<Record<string, Schema.Json>> => {
  const read = Result.getOrUndefined(FieldText.make(formats))
  return Object.fromEntries(
    set.flatMap(([path, text]) => {
      const assigned = read === undefined ? undefined : Result.getOrUndefined(read(path, text))
      if (assigned === undefined) return [[path, text]]
      return assigned.value === undefined ? [] : [[assigned.path, assigned.value]]
    }),
  )
}

const readFile = Effect.fnUntraced(function* (path: string) {
  const parsed = MappingOptions.parse(yield* InputText.readFile(path))
  if (Result.isSuccess(parsed)) return parsed.success
  return yield* usage(
    `${InputText.label(path)}: ${parsed.failure.join("; ").replace(/([^.?])$/, "$1.")}`,
    "It is written by --save-mapping FILE.",
  )
})

const setsSomething = (set: ReadonlyArray<readonly [path: string, text: string]>) => {
  const empty = set.find(([, text]) => text === "")
  return empty === undefined
    ? Effect.void
    : Effect.fail(usage(`--set ${visible(empty[0], 60)}= sets nothing.`, "Give it a value, or leave it out."))
}

const onlyOnce = (pairs: ReadonlyArray<readonly [name: string, value: string]>, flag: string) => {
  const twice = pairs.find(([name], index) => pairs.findIndex(([other]) => other === name) < index)
  return twice === undefined ? Effect.void : Effect.fail(usage(`${flag} ${visible(twice[0], 60)} is given twice.`))
}

/** How the file is laid out; flags win over the mapping file. */
const fileOptions = (file: MappingOptions.FileOptions = {}, flags: Arguments): MappingOptions.FileOptions => {
  const { delimiter, encoding, format, noHeader, quote, rows, sheet, skipFooter, skipLines } = flags
  const said = { delimiter, encoding, format, quote, rows, sheet, skipFooter, skipLines }
  return {
    ...file,
    ...Struct.pick(
      said,
      Struct.keys(said).filter((name) => said[name] !== undefined),
    ),
    ...(noHeader ? { header: false } : {}),
  } as MappingOptions.FileOptions
}

/**
 * Flags add to the mapping file and win over it. `productKeys` are those of the command line; the environment and the profile give what neither
 * says, and are not the mapping's to keep.
 */
export const mappingOptions = Effect.fnUntraced(function* (
  flags: Arguments,
  productKeys: ReadonlyArray<string> | undefined,
) {
  const file: MappingOptions.MappingOptions = flags.mapping === undefined ? {} : yield* readFile(flags.mapping)
  const columns = yield* pairs(flags.map, "--map", "COLUMN=FIELD", true)
  const set = yield* pairs(flags.set, "--set", "FIELD=VALUE", false)
  yield* onlyOnce(columns, "--map")
  yield* onlyOnce(set, "--set")
  yield* setsSomething(set)
  const merged = {
    ...file,
    columns: { ...file.columns, ...Object.fromEntries(columns) },
    ignore: [...(file.ignore ?? []), ...flags.ignore],
    dates: [...flags.dateFormat, ...(file.dates ?? [])],
    nulls: [...(file.nulls ?? []), ...flags.nulls],
    units: [...(file.units ?? []), ...flags.unit],
    file: fileOptions(file.file, flags),
    ...(productKeys === undefined ? {} : { productKeys }),
    ...(flags.unmapped === undefined ? {} : { unmapped: flags.unmapped }),
    ...(flags.timeZone === undefined ? {} : { timeZone: flags.timeZone }),
    ...(flags.yearPivot === undefined ? {} : { yearPivot: flags.yearPivot }),
    ...(flags.locale === undefined ? {} : { locale: flags.locale }),
    ...(flags.sfdcId === undefined ? {} : { sfdcId: 18 as const }),
    ...(flags.decimal === undefined ? {} : { decimal: flags.decimal }),
    ...(flags.grouping === undefined ? {} : { grouping: flags.grouping }),
  }
  const constants = { ...file.set, ...constantsOf(set, merged) }
  // An empty object says nothing, and would only fill a saved file.
  return Object.fromEntries(
    Object.entries({ ...merged, set: constants }).filter(
      ([, value]) => typeof value !== "object" || Object.keys(value).length > 0,
    ),
  ) as MappingOptions.MappingOptions
})
