/** A value that could not be converted, as a problem of its row. */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import type { Unconvertible } from "../Conversion.ts"
import type { Problem } from "../Problem.ts"

export const problemOf = (
  { line, row }: { readonly row: number; readonly line: number | undefined },
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
  ...(value === undefined ? {} : { value: visible(value, 60) }),
  message,
  ...(suggestion === undefined ? {} : { suggestion }),
})
