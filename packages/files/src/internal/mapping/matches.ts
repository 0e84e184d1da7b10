/**
 * What each column or key gives: by a flag, by its name, by what the options say of all that match nothing, by where the file comes from.
 */
import * as Result from "effect/Result"
import type { MappingOptions } from "../../MappingOptions.ts"
import { attributeOf } from "./flags.ts"
import { type KnownExport, knownExportOf } from "./knownExports.ts"
import type { Target } from "./target.ts"
import type { Targets } from "./targets.ts"

/** Columns that are standard in the system that a file was exported from, and that have no field, or one that another of them gives. */
export interface PassedOver {
  /** The system: `Salesforce`, `HubSpot`. */
  readonly system: string
  readonly columns: ReadonlyArray<string>
}

export type Match = (column: string) => Target | "ignored" | undefined

/** What flags say of single columns. */
interface Said {
  readonly declared: ReadonlyMap<string, Target>
  readonly ignored: ReadonlySet<string>
}

export interface Matches {
  /** What a flag or a name says. */
  readonly known: Match
  /** What becomes of a column that matches nothing. */
  readonly unknown: Match
  /** What each column of a table gives, and whether it is skipped because another column gives the same. */
  readonly ofColumns: (columns: ReadonlyArray<string>) => {
    readonly match: Match
    readonly isPassedOver: (column: string) => boolean
  }
  readonly isPassedOver: (columns: ReadonlyArray<string>) => (column: string) => boolean
  readonly passedOver: (columns: ReadonlyArray<string>) => PassedOver | undefined
}

export const makeMatches = (
  unmapped: MappingOptions["unmapped"],
  { declared, ignored }: Said,
  { matching, named }: Targets,
): Matches => {
  const known: Match = (column) => {
    if (ignored.has(column)) return "ignored"
    return declared.get(column) ?? (column.startsWith("_") ? "ignored" : matching(column))
  }
  const unknown: Match = (column) => {
    if (unmapped === "ignore") return "ignored"
    const path = unmapped === "custom" ? attributeOf(column) : undefined
    return path === undefined ? undefined : Result.getOrUndefined(named(path))
  }
  const match: Match = (column) => known(column) ?? unknown(column)

  const yields = (from: KnownExport, column: string, columns: ReadonlyArray<string>) =>
    !declared.has(column) && !ignored.has(column) && from.yields(column, columns)
  const passedOver: Matches["passedOver"] = (columns) => {
    const from = unmapped === undefined || unmapped === "ignore" ? knownExportOf(columns) : undefined
    if (from === undefined) return undefined
    const found = columns.filter((column) =>
      match(column) === undefined ? from.isStandard(column) : yields(from, column, columns),
    )
    return found.length === 0 ? undefined : { system: from.name, columns: found }
  }
  const isPassedOver: Matches["isPassedOver"] = (columns) => {
    const standard = new Set(passedOver(columns)?.columns)
    return (column) => standard.has(column)
  }
  return {
    known,
    unknown,
    ofColumns: (columns) => {
      // What yields to another column becomes a custom attribute where all do that give no field.
      const from = unmapped === "custom" ? knownExportOf(columns) : undefined
      return {
        match: (column) => (from !== undefined && yields(from, column, columns) ? unknown(column) : match(column)),
        isPassedOver: isPassedOver(columns),
      }
    },
    isPassedOver,
    passedOver,
  }
}
