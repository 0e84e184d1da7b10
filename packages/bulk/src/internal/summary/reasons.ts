/** Why rows are not done, counted, with the first rows of each reason. */
import { bounds, type OpenRow, type Reason } from "../../ImportSummary.ts"
import type { Cell } from "../../Row.ts"
import { hash } from "../journal/checksum.ts"
import { cut } from "../texts.ts"

/** Reasons that are told apart while they are counted. */
const maxReasons = 1000

export interface Reasons {
  /** Counts a row, and returns the number of its reason, from 1. */
  readonly add: (state: Reason["state"], code: string, row: OpenRow) => number
  /** A row does not have that reason any more. Returns the state that it was in. */
  readonly remove: (reason: number, row: number) => Reason["state"]
  /** The most frequent first. */
  readonly all: () => ReadonlyArray<Reason>
}

interface Counted extends Omit<Reason, "rows" | "first" | "different"> {
  readonly number: number
  rows: number
  first: Array<OpenRow>
  /** The checksums of the messages that its rows have, no more than are counted. */
  readonly messages: Set<number>
}

export const shortenedCells = (cells: ReadonlyArray<Cell>, most = 400): ReadonlyArray<Cell> =>
  cells.map(({ code, column, field, message }) => ({
    code: cut(code, 60),
    field: cut(field, 100),
    ...(column === undefined ? {} : { column: cut(column, 100) }),
    message: cut(message, most),
  }))

const shortened = (row: OpenRow): OpenRow => ({
  ...row,
  id: cut(row.id),
  message: cut(row.message, 400),
  ...(row.cells === undefined ? {} : { cells: shortenedCells(row.cells) }),
})

export const makeReasons = (): Reasons => {
  const reasons = new Map<string, Counted>()
  const numbered: Array<Counted> = []
  return {
    add: (state, code, row) => {
      const cell = row.cells?.[0]
      // Messages name the row by its id, which makes no other reason of it.
      const text = cell === undefined ? (row.id === "" ? row.message : row.message.replaceAll(row.id, "")) : cell.field
      const exact = `${state} ${cell?.code ?? code} ${text}`
      const key = reasons.has(exact) || reasons.size < maxReasons ? exact : `${state} ${cell?.code ?? code}`
      const message = cell?.message ?? row.message
      const known = reasons.get(key)
      if (known !== undefined) {
        known.rows++
        if (known.messages.size < bounds.messages) known.messages.add(hash(message))
        if (known.first.length < bounds.rows) known.first.push(shortened(row))
        return known.number
      }
      const field = cell?.field ?? ""
      const made: Counted = {
        number: numbered.length + 1,
        state,
        code: cut(cell?.code ?? code, 60),
        ...(field === "" ? {} : { field: cut(field, 100) }),
        message: cut(message, 400),
        rows: 1,
        first: [shortened(row)],
        messages: new Set([hash(message)]),
      }
      reasons.set(key, made)
      return numbered.push(made)
    },
    remove: (number, row) => {
      const reason = numbered[number - 1]!
      reason.rows--
      reason.first = reason.first.filter((each) => each.row !== row)
      return reason.state
    },
    all: () =>
      [...reasons.values()]
        .filter(({ rows }) => rows > 0)
        .toSorted((one, other) => other.rows - one.rows)
        .map(({ messages, number: _number, ...reason }) => ({
          ...reason,
          ...(messages.size === 1 ? {} : { different: messages.size }),
        })),
  }
}
