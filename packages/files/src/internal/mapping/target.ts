/**
 * What a mapping is made of: where a column's value goes, what a reader of rows gives, what may be wrong.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import type { AccountValidation } from "@effect-aptrinsic/core/AccountValidation"
import type { MappingProblem } from "../../MappingError.ts"
import type { Problem } from "../../Problem.ts"
import type { SourceRow } from "../../SourceRow.ts"
import type { Flags } from "../conversion/flag.ts"
import type { Wanted } from "../conversion/languages.ts"
import type { AttributeType, Convert, Otherwise } from "../shared/conversion.ts"
import type * as Sealed from "./rowReader.ts"

/** A problem with what its flags are made of. */
export interface FoundProblem extends MappingProblem {
  /** Its flags that say how texts are written. */
  readonly forms?: ReadonlyArray<Flags> | undefined
  /** The texts that these would make values of. */
  readonly wanted?: Wanted | undefined
  /** The fields that its flags offer. */
  readonly offered?: ReadonlyArray<string> | undefined
}

/** What a row says, before it is checked as an account. */
export interface Reading {
  readonly input: { readonly [name: string]: unknown }
  /** What could not be converted. */
  readonly problems: ReadonlyArray<Problem>
  /** Every value is of its field's type and in its range; only then need the account not be checked once more. */
  readonly certain: boolean
}

/** A column or key that gives a field, and what is known of it. */
export interface ReadColumn {
  readonly column: string
  readonly field: string
  readonly type: string
  /** What would make numbers or dates of a column that is read as text, as far as its samples show; alternatives. */
  readonly offers: ReadonlyArray<Otherwise>
  /** How many rows have a value. */
  readonly set: number
  /** The first values that differ, three at the most, shortened. */
  readonly samples: ReadonlyArray<string>
}

/** Reads rows by a mapping, and keeps what it saw of their columns. */
export interface RowReader extends Sealed.RowReader {
  readonly read: (row: SourceRow) => Reading
  /** The column that gives a field, as the source names it. */
  readonly columnOf: (field: string) => string | undefined
  /** The text a row has for a field, before it is converted; `undefined` where there is no text, or a JSON value of another type. */
  readonly textOf: (row: SourceRow, field: string) => string | undefined
  /** Checks what was read against the contract the mapping was made for. */
  readonly check: AccountValidation<NewAccount>["check"]
  /** The columns or keys that give something, and what the rows read so far show of them. */
  readonly columns: () => ReadonlyArray<ReadColumn>
  /** Every column, or key of the rows read so far, whatever it gives. */
  readonly names: () => ReadonlyArray<string>
  /** What only all the rows together show; asked when all of them were read, and answered for those that were read so far. */
  readonly settle: () => Settled
}

/** What all rows of a file showed together. */
export interface Settled {
  /** Reads the same rows with one type for each column of a custom attribute. */
  readonly reader: RowReader
  /** Keys that match no field, and columns that hold numbers beside words. */
  readonly problems: ReadonlyArray<FoundProblem>
}

/** Where a column's value goes: a field, or a custom attribute. */
export type Target =
  | { readonly _tag: "Field"; readonly field: AccountField; readonly convert: Convert }
  | {
      readonly _tag: "Attribute"
      readonly path: string
      readonly name: string
      readonly type: AttributeType | undefined
      readonly convert: Convert
    }

/** What a person calls the type of a target. */
export const typeName = (target: Target): string => {
  if (target._tag === "Attribute") return target.type === "json" ? "object" : (target.type ?? "text")
  const { format, type } = target.field
  if (format === "int64") return "date"
  return { string: "text", integer: "whole number", number: "number", array: "list", object: "object" }[type]
}
