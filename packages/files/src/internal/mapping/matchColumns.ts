/**
 * Matches the columns of a table with fields, and finds everything that does not go together.
 */
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { pathOf } from "./draft.ts"
import { absent, ignore, problem, unmatched } from "./flags.ts"
import { headerDoubt, isData } from "./headerDoubt.ts"
import type { Column } from "./readCells.ts"
import type { FoundProblem, Target } from "./target.ts"

interface Rules {
  readonly fields: ReadonlyArray<AccountField>
  readonly match: (column: string) => Target | "ignored" | undefined
  /** Columns that flags name. */
  readonly named: ReadonlyArray<string>
  /** Fields that are set for every row. */
  readonly constants: ReadonlySet<string>
  /** Fields that need no column. */
  readonly given: ReadonlySet<string>
  /** Whether a column is skipped whatever it gives. */
  readonly isPassedOver: (column: string) => boolean
}

const required = (path: string) =>
  problem(
    path,
    "is required and no column gives it",
    path === "propertyKeys" ? "--product-key AP-…" : `--map COLUMN=${path}`,
  )

export const matchColumns = (
  columns: ReadonlyArray<string>,
  rules: Rules,
): { readonly found: ReadonlyArray<Column>; readonly problems: ReadonlyArray<FoundProblem> } => {
  const { constants, fields, given, isPassedOver, match, named } = rules
  const doubt = headerDoubt(columns, rules)
  // Values in the place of names: nothing else can be said about such columns.
  if (doubt !== undefined && isData(columns, rules)) return { found: [], problems: [doubt] }
  const found: Array<Column> = []
  const strangers: Array<string> = []
  for (const [index, column] of columns.entries()) {
    const target = match(column)
    if (isPassedOver(column)) continue
    if (target === undefined) strangers.push(column)
    else if (target !== "ignored") found.push({ index, column, target })
  }
  const sources = Map.groupBy(found, ({ target }) => pathOf(target))
  const problems = strangers.map((column) => unmatched(column, fields, sources))
  problems.push(...named.filter((name) => !columns.includes(name)).map((name) => absent(name, columns, "column")))
  for (const [path, [first, ...others]] of sources) {
    if (constants.has(path)) {
      problems.push(problem(first!.column, `gives ${path}, which is set for every row`, ignore(first!.column)))
    }
    for (const { column } of others) {
      const flags = [ignore(column), ignore(first!.column)]
      problems.push(problem(column, `gives ${path}, as ${visible(first!.column, 60)} does`, ...flags))
    }
  }
  const isOffered = (path: string) => problems.some(({ offered }) => offered?.includes(path))
  for (const field of fields) {
    const { path } = field
    if (field.required && !given.has(path) && !sources.has(path) && !isOffered(path)) problems.push(required(path))
  }
  return { found, problems: doubt === undefined ? problems : [doubt, ...problems] }
}
