/**
 * What a file will be sent as, before it is: each column with its field, its type and what it holds, and the first rows.
 */
import * as Result from "effect/Result"
import type { Summary } from "../../Check.ts"
import type { MappingProblem } from "../../MappingError.ts"
import { groupsIn, offersIn, problemIn, wantedOf } from "../check/forms.ts"
import { byField, type ProblemGroup } from "../check/problemGroups.ts"
import type { Mapping, PassedOver, RowReader, Settled } from "./mapping.ts"

/** A column or key that gives a field. */
export interface Column {
  /** As the file names it. */
  readonly column: string
  readonly field: string
  /** `text`, `whole number`, `number`, `boolean`, `date`, `list` or `object`; with `and` where values of JSON are of several. */
  readonly type: string
  /** Flags under each of which a column that is read as text would hold numbers or dates, as far as its samples show. */
  readonly offers: ReadonlyArray<string>
  /** Values that are set, and rows without one. */
  readonly set: number
  readonly empty: number
  /** Values with a warning, and with an error. */
  readonly doubtful: number
  readonly invalid: number
  /** The first values that differ, three at the most, as the file has them. */
  readonly samples: ReadonlyArray<string>
}

/** A row as it will be sent. */
export interface Row {
  readonly row: number
  readonly line: number | undefined
  readonly account: { readonly [name: string]: unknown }
}

/** What a file will be sent as. */
export interface Preview {
  readonly columns: ReadonlyArray<Column>
  /** Columns and keys that are skipped, without the standard ones. */
  readonly ignored: ReadonlyArray<string>
  /** Columns and keys that are skipped because they are standard where the file comes from. */
  readonly passedOver: PassedOver | undefined
  /** What only all rows together showed to be wrong with a column, as `settle` fails with it. */
  readonly problems: ReadonlyArray<MappingProblem>
  /** The errors of the check by their cause; those that one form of dates, or the language of the file, explains have it as their way out. */
  readonly errorGroups: ReadonlyArray<ProblemGroup>
  /** The values of `locale` that would say how the texts are written. */
  readonly languages: ReadonlyArray<string>
  /** The first valid rows, as many as the check kept. */
  readonly rows: ReadonlyArray<Row>
}

const without = (given: ReadonlySet<string>, passedOver: PassedOver | undefined): PassedOver | undefined => {
  const columns = passedOver?.columns.filter((column) => !given.has(column)) ?? []
  return passedOver === undefined || columns.length === 0 ? undefined : { ...passedOver, columns }
}

/** The preview of a file whose rows were all read by `reader`, and will be sent as `settled` reads them. */
export const make = (
  reader: RowReader,
  settled: Settled,
  summary: Summary,
  mapping: Pick<Mapping, "formsOf" | "languages" | "passedOver">,
): Preview => {
  const read = reader.columns()
  const types = new Map(settled.reader.columns().map(({ field, type }) => [field, type]))
  const [errors, warnings] = [byField(summary.errorGroups), byField(summary.warningGroups)]
  const given = new Set(read.map(({ column }) => column))
  // Where objects come from is known only at the end: a key that gave a value until then was not skipped.
  const passedOver = without(given, mapping.passedOver(reader.names()))
  const { problems } = settled
  const languages = mapping.languages(wantedOf(read, problems, summary.errorGroups, mapping.formsOf), reader.names())
  const told = new Set([...given, ...(passedOver?.columns ?? [])])
  return {
    columns: read.map((column) => ({
      ...column,
      offers: offersIn(languages, column),
      type: types.get(column.field) ?? column.type,
      empty: Math.max(0, summary.rows - summary.unreadable - column.set),
      doubtful: warnings.get(column.field) ?? 0,
      invalid: errors.get(column.field) ?? 0,
    })),
    ignored: reader.names().filter((name) => !told.has(name)),
    passedOver,
    problems: problems.map((problem) => problemIn(languages, problem)),
    errorGroups: groupsIn(languages, summary.errorGroups, mapping.formsOf),
    languages,
    rows: summary.first.map((row) => {
      const { input } = settled.reader.read(row)
      return { row: row.row, line: row.line, account: Result.getOrElse(settled.reader.check(input), () => input) }
    }),
  }
}
