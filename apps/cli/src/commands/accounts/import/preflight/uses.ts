/** What the rows of a file use of a subscription: product keys and custom attributes, noted while the rows are checked. */
import type { AccountPart } from "@effect-aptrinsic/core/Account"
import type { CheckedRow, Valid } from "@effect-aptrinsic/files/CheckedRow"
import * as Stream from "effect/Stream"

/** The kinds of values as JSON has them; `json` is a list or an object. */
export type Kind = "text" | "number" | "boolean" | "json"

export interface Use {
  /** How many rows have it. */
  rows: number
  /** The first of them: `line 3`, or `row 2`. */
  readonly first: string
  readonly kinds: Set<Kind>
}

export interface Uses {
  readonly productKeys: Map<string, Use>
  /** By their names without `customAttributes.`. */
  readonly attributes: Map<string, Use>
}

export const make = (): Uses => ({ productKeys: new Map(), attributes: new Map() })

/** Names that are kept: a file of objects may have another one in every row. */
const maxNames = 1000

const kindOf = (value: unknown): Kind => {
  if (typeof value === "string") return "text"
  return typeof value === "number" || typeof value === "boolean" ? (typeof value as "number" | "boolean") : "json"
}

const useOf = (all: Map<string, Use>, name: string, { line, row }: Valid): Use | undefined => {
  const known = all.get(name)
  if (known !== undefined || all.size >= maxNames) return known
  const use = { rows: 0, first: line === undefined ? `row ${row}` : `line ${line}`, kinds: new Set<Kind>() }
  // A cell is a slice of the text it was cut from, and would keep all of it.
  all.set([...name].join(""), use)
  return use
}

const note = ({ attributes, productKeys }: Uses, row: Valid): void => {
  // A row that changes an account may have no product keys.
  const { customAttributes, propertyKeys = [] }: AccountPart = row.account
  for (const key of propertyKeys) {
    const use = useOf(productKeys, key, row)
    if (use !== undefined) use.rows++
  }
  if (customAttributes === undefined) return
  for (const name of Object.keys(customAttributes)) {
    const use = useOf(attributes, name, row)
    if (use === undefined) continue
    use.rows++
    use.kinds.add(kindOf(customAttributes[name]))
  }
}

/** Notes what the valid rows of a check use. */
export const noting =
  (uses: Uses) =>
  <E, R>(rows: Stream.Stream<CheckedRow, E, R>): Stream.Stream<CheckedRow, E, R> =>
    Stream.mapArray(rows, (chunk) => {
      for (const row of chunk) if (row._tag === "Valid") note(uses, row)
      return chunk
    })
