/** Why rows are not done, counted, with the first rows of each reason. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { bounds, type OpenRow, type Reason } from "../../ImportSummary.ts"
import type { Cell } from "../../Row.ts"

/** Reasons that are told apart while they are counted. */
const maxReasons = 1000

export interface Reasons {
  readonly add: (state: Reason["state"], code: string, row: OpenRow) => void
  /** The most frequent first. */
  readonly all: () => ReadonlyArray<Reason>
}

interface Counted extends Omit<Reason, "rows" | "first"> {
  rows: number
  readonly first: Array<OpenRow>
}

export const shownCells = (cells: ReadonlyArray<Cell>): ReadonlyArray<Cell> =>
  cells.map(({ code, column, field, message }) => ({
    code: visible(code, 60),
    field: visible(field, 100),
    ...(column === undefined ? {} : { column: visible(column, 100) }),
    message: visible(message, 400),
  }))

const shown = (row: OpenRow): OpenRow => ({
  ...row,
  id: visible(row.id),
  message: visible(row.message, 400),
  ...(row.cells === undefined ? {} : { cells: shownCells(row.cells) }),
})

export const makeReasons = (): Reasons => {
  const reasons = new Map<string, Counted>()
  return {
    add: (state, code, row) => {
      const cell = row.cells?.[0]
      // Messages name the row by its id, which makes no other reason of it.
      const text = cell === undefined ? (row.id === "" ? row.message : row.message.replaceAll(row.id, "")) : cell.field
      const exact = `${state} ${cell?.code ?? code} ${text}`
      const key = reasons.has(exact) || reasons.size < maxReasons ? exact : `${state} ${cell?.code ?? code}`
      const known = reasons.get(key)
      if (known !== undefined) {
        known.rows++
        if (known.first.length < bounds.rows) known.first.push(shown(row))
        return
      }
      const field = cell?.field ?? ""
      reasons.set(key, {
        state,
        code: visible(cell?.code ?? code, 60),
        ...(field === "" ? {} : { field: visible(field, 100) }),
        message: visible(cell?.message ?? row.message, 400),
        rows: 1,
        first: [shown(row)],
      })
    },
    all: () => [...reasons.values()].toSorted((one, other) => other.rows - one.rows).map((reason) => ({ ...reason })),
  }
}
