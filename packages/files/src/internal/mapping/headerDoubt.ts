/**
 * Whether the first row of a table names its columns at all.
 */
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { isValue, problem } from "./flags.ts"
import type { FoundProblem, Target } from "./target.ts"

interface Rules {
  readonly fields: ReadonlyArray<AccountField>
  readonly match: (column: string) => Target | "ignored" | undefined
  /** Columns that flags name. */
  readonly named: ReadonlyArray<string>
  /** Fields that need no column. */
  readonly given: ReadonlySet<string>
}

/** The names that columns have which have none. */
const isCounted = (column: string, index: number) => column === String(index + 1)

/** A column that says what it gives, by a flag or by its name. */
const isMeant = (column: string, { match, named }: Rules) => {
  if (named.includes(column)) return true
  const target = match(column)
  if (target === undefined || target === "ignored") return false
  return target._tag === "Field" || column.startsWith("customAttributes.")
}

/** Whether values stand where the names of columns should be. */
export const isData = (columns: ReadonlyArray<string>, rules: Rules): boolean =>
  columns.some(isValue) && !columns.every(isCounted) && !columns.some((column) => isMeant(column, rules))

const flagsFor = (columns: ReadonlyArray<string>, { fields, given }: Rules) => {
  const paths = fields.filter(({ path, required }) => required && path !== "propertyKeys" && !given.has(path))
  return `--columns ${paths
    .slice(0, columns.length)
    .map(({ path }) => path)
    .join(",")}`
}

/** What to ask when no column of the first row gives a field; nothing when one does. */
export const headerDoubt = (columns: ReadonlyArray<string>, rules: Rules): FoundProblem | undefined => {
  if (columns.every(isCounted) || columns.some((column) => isMeant(column, rules))) return undefined
  const flags = flagsFor(columns, rules)
  return isData(columns, rules)
    ? problem("The first row", `seems to hold data, not names of columns: ${visible(columns.join(", "), 60)}`, flags)
    : problem("The first row", "names no account field; is it the header?", flags, "--skip-lines 1")
}
