/** A value that could not be converted, as a problem of its row. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { Problem } from "../../Problem.ts"
import { detached } from "../detached.ts"
import type { Unconvertible } from "../shared/conversion.ts"
import { ignore } from "./flags.ts"
import type { RowReader } from "./target.ts"

export const problemOf = (
  { line, row }: { readonly row: number; readonly line?: number | undefined },
  field: string,
  column: string | undefined,
  value: string | undefined,
  { code, message, suggestion }: Pick<Unconvertible, "code" | "message" | "suggestion">,
  severity: Problem["severity"] = "error",
): Problem => ({
  severity,
  code,
  row,
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column: visible(column, 80) }),
  field: visible(field, 120),
  ...(value === undefined ? {} : { value: detached(visible(value, 60)) }),
  message,
  ...(suggestion === undefined ? {} : { suggestion }),
})

/** The column of a field, or of the list whose element it is. */
export const columnOf = (reader: RowReader, path: string): string | undefined =>
  reader.columnOf(path) ?? reader.columnOf(path.replace(/\.\d+$/, ""))

/** Two columns or keys of one row give the same field. */
export const givenTwice: Pick<Unconvertible, "code" | "message" | "suggestion"> = {
  code: "given_twice",
  message: "is given twice, by this column and by another or by a constant",
  suggestion: "Keep one; skip the other with --ignore.",
}

/** The same of this key. */
export const keyGivenTwice = (key: string): typeof givenTwice => ({
  ...givenTwice,
  suggestion: `Keep one; ${ignore(key)} skips this one.`,
})
