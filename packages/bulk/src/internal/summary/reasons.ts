/** Why rows are not done, counted, with the first rows of each reason. */
import * as RegExp from "effect/RegExp"
import { bounds, type OpenRow, type Reason } from "../../ImportSummary.ts"
import type { Cell } from "../../Row.ts"
import { hash } from "../journal/checksum.ts"
import { cut } from "../texts.ts"
import { sumOf } from "./requests.ts"

/** Reasons that are told apart while they are counted. */
const maxReasons = 1000

export interface Reasons {
  /** Counts a row, and returns a number from 1 by which it is known that it was. */
  readonly add: (state: Reason["state"], code: string, row: OpenRow) => number
  /** A row that was counted has that reason no more. Returns the state that it was in. */
  readonly remove: (counted: number, row: number) => Reason["state"]
  /** The most frequent first. */
  readonly all: () => ReadonlyArray<Reason>
}

interface Counted extends Pick<Reason, "state" | "code" | "field" | "message"> {
  rows: number
  /** The first of them, and the latest: a run that continues an earlier one takes the first ones away first. */
  kept: Array<OpenRow>
  /** By the checksum of the message; the rows of those that are not told apart any more by none. */
  readonly alike: Map<number | undefined, Alike>
}

/** Rows of one reason that have one message. */
interface Alike {
  readonly number: number
  readonly reason: Counted
  rows: number
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

const messageOf = ({ cells, message }: OpenRow): string => cells?.[0]?.message ?? message

/** Messages name the row by its id, which makes no other reason of it. */
const withoutId = ({ id, message }: OpenRow): string =>
  id === "" || !message.includes(id)
    ? message
    : message.replaceAll(new globalThis.RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(id)}(?![\\p{L}\\p{N}])`, "gu"), "")

const addTo = (reason: Counted, row: OpenRow) => {
  reason.rows++
  if (reason.kept.length === 2 * bounds.rows) reason.kept.splice(bounds.rows, 1)
  reason.kept.push(shortened(row))
}

const told = ({ alike, kept, message, rows, ...reason }: Counted): Reason => {
  const different = sumOf([...alike].map(([text, each]) => (text === undefined ? each.rows : Math.min(1, each.rows))))
  const first = kept.slice(0, bounds.rows)
  return {
    ...reason,
    message: first[0] === undefined ? message : messageOf(first[0]),
    ...(different === 1 ? {} : { different: Math.min(bounds.messages, different) }),
    rows,
    first,
  }
}

export const makeReasons = (): Reasons => {
  const reasons = new Map<string, Counted>()
  const numbered: Array<Alike> = []
  const reasonOf = (state: Reason["state"], code: string, row: OpenRow): Counted => {
    const cell = row.cells?.[0]
    const name = `${state} ${cell?.code ?? code}`
    const exact = `${name} ${cell === undefined ? withoutId(row) : cell.field}`
    const key = reasons.has(exact) || reasons.size < maxReasons ? exact : name
    const known = reasons.get(key)
    if (known !== undefined) return known
    const field = cell?.field ?? ""
    const made: Counted = {
      state,
      code: cut(cell?.code ?? code, 60),
      ...(field === "" ? {} : { field: cut(field, 100) }),
      message: cut(messageOf(row), 400),
      rows: 0,
      kept: [],
      alike: new Map(),
    }
    reasons.set(key, made)
    return made
  }
  const alikeOf = (reason: Counted, row: OpenRow): Alike => {
    const exact = hash(messageOf(row))
    const text = reason.alike.has(exact) || reason.alike.size < bounds.messages ? exact : undefined
    const known = reason.alike.get(text)
    if (known !== undefined) return known
    const made = { number: numbered.length + 1, reason, rows: 0 }
    reason.alike.set(text, made)
    numbered.push(made)
    return made
  }
  return {
    add: (state, code, row) => {
      const reason = reasonOf(state, code, row)
      addTo(reason, row)
      const alike = alikeOf(reason, row)
      alike.rows++
      return alike.number
    },
    remove: (counted, row) => {
      const alike = numbered[counted - 1]!
      const { reason } = alike
      alike.rows--
      reason.rows--
      reason.kept = reason.kept.filter((each) => each.row !== row)
      return reason.state
    },
    all: () =>
      [...reasons.values()]
        .filter(({ rows }) => rows > 0)
        .toSorted((one, other) => other.rows - one.rows)
        .map(told),
  }
}
