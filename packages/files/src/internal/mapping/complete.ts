/**
 * Every column of a file with what a mapping makes of it, as a skeleton to edit.
 */
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import type { MappingOptions } from "../../MappingOptions.ts"
import { pathOf } from "./draft.ts"
import { attributeOf, nearField } from "./flags.ts"
import type { Target } from "./target.ts"

interface Rules {
  readonly fields: ReadonlyArray<AccountField>
  readonly match: (column: string) => Target | "ignored" | undefined
  /** Fields that every row has from elsewhere. */
  readonly taken: ReadonlySet<string>
}

const nameOf = (target: Target): string => {
  const path = pathOf(target)
  return target._tag === "Attribute" && target.type !== undefined ? `${path}:${target.type}` : path
}

export const complete = (
  columns: ReadonlyArray<string>,
  options: MappingOptions,
  { fields, match, taken }: Rules,
): Pick<MappingOptions, "columns" | "ignore"> => {
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
  const ignore = new Set(options.ignore)
  for (const [column, target] of matched) {
    const field = target === "ignored" ? undefined : fieldOf(column, target)
    if (field === undefined) ignore.add(column)
    else columnsOf.push([column, field])
  }
  return {
    columns: { ...options.columns, ...Object.fromEntries(columnsOf) },
    ...(ignore.size === 0 ? {} : { ignore: [...ignore] }),
  }
}
