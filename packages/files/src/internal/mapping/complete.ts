/**
 * Every column of a file with what a mapping makes of it, as a skeleton to edit.
 */
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import type { MappingOptions } from "../../MappingOptions.ts"
import { pathOf } from "./draft.ts"
import { attributeOf, nearField } from "./flags.ts"
import { isData } from "./headerDoubt.ts"
import type { Target } from "./target.ts"

/** A mapping with every column of a file in it. */
export interface Completed {
  /** Every column as an option: the field that it gives, that it is skipped, or the best guess at what it could give. */
  readonly options: Pick<MappingOptions, "columns" | "ignore">
  /**
   * Columns that match nothing, with the best guess. `options` has it too, except for columns that are standard where the file comes from: they are
   * skipped, as are columns without a guess. None when the columns have values for names.
   */
  readonly open: ReadonlyArray<{ readonly column: string; readonly guess: string | undefined }>
}

interface Rules {
  readonly fields: ReadonlyArray<AccountField>
  readonly match: (column: string) => Target | "ignored" | undefined
  /** Fields that every row has from elsewhere. */
  readonly taken: ReadonlySet<string>
  /** Whether a column is skipped as long as nobody is asked. */
  readonly isPassedOver: (column: string) => boolean
}

const nameOf = (target: Target): string => {
  const path = pathOf(target)
  return target._tag === "Attribute" && target.type !== undefined ? `${path}:${target.type}` : path
}

export const complete = (
  columns: ReadonlyArray<string>,
  options: MappingOptions,
  { fields, isPassedOver, match, taken }: Rules,
): Completed => {
  // `_line` and `_problem` of a file of failed rows are nobody's to map.
  const named = columns.filter((column) => !column.startsWith("_"))
  const matched = named.map((column) => [column, match(column)] as const)
  const given = new Set(taken)
  for (const [, target] of matched) if (typeof target === "object") given.add(pathOf(target))
  const fieldOf = (column: string, target: Target | undefined): string | undefined => {
    if (target !== undefined) return nameOf(target)
    const guess = nearField(column, fields, given) ?? attributeOf(column)
    if (guess !== undefined) given.add(guess)
    return guess
  }
  const columnsOf: Array<readonly [string, string]> = []
  const open: Array<Completed["open"][number]> = []
  const ignore = new Set(options.ignore)
  for (const [column, target] of matched) {
    const field = target === "ignored" ? undefined : fieldOf(column, target)
    if (target === undefined) open.push({ column, guess: field })
    if (field === undefined || isPassedOver(column)) ignore.add(column)
    else columnsOf.push([column, field])
  }
  return {
    options: {
      columns: { ...options.columns, ...Object.fromEntries(columnsOf) },
      ...(ignore.size === 0 ? {} : { ignore: [...ignore] }),
    },
    open: isData(columns, { fields, match, named: [], given: taken }) ? [] : open,
  }
}
