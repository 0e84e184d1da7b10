/**
 * The accounts of a plan while PX is read: which row has an id, which fields it sets, a checksum of their values, and where the different values of
 * PX are kept. 45 bytes a row, whatever it holds.
 */
import { page } from "@effect-aptrinsic/core/internal/shared/page"
import { makeIdTable } from "../idTable.ts"
import type { Place, Value } from "./fields.ts"
import type { Taken } from "./rows.ts"

/** `new`: not seen in PX; `same`: PX holds what the row says; `other`: something else; `unreadable`: no request can name the account. */
const states = ["new", "same", "other", "unreadable"] as const
export type State = (typeof states)[number]

/** The sets of fields that rows set, of which a file has few. */
const makeFieldSets = (maxSets: number) => {
  const numbers = new Map<string, number>()
  const sets: Array<ReadonlyArray<Place>> = []
  let last = 0
  const isLast = (values: ReadonlyArray<Value>) => {
    const set = sets[last]
    return set?.length === values.length && set.every((place, index) => place === values[index]!.place)
  }
  return {
    /** The number of a set; nothing when there are too many. */
    numberOf: (values: ReadonlyArray<Value>): number | undefined => {
      if (isLast(values)) return last
      const name = values.map(({ place }) => place.path).join("\n")
      const known = numbers.get(name)
      if (known !== undefined) last = known
      if (known !== undefined || sets.length === maxSets) return known
      last = sets.length
      numbers.set(name, last)
      sets.push(values.map(({ place }) => place))
      return last
    },
    placesOf: (number: number): ReadonlyArray<Place> | undefined => sets[number],
  }
}

const pageBits = 14
const pageSize = 1 << pageBits

const makePage = () => {
  const memory = page(20 * pageSize)
  return {
    offsets: new Float64Array(memory, 0, pageSize),
    lengths: new Uint32Array(memory, 8 * pageSize, pageSize),
    sequence: new Uint32Array(memory, 12 * pageSize, pageSize),
    sets: new Uint32Array(memory, 16 * pageSize, pageSize),
  }
}

/** Where something is kept. */
export interface Kept {
  readonly offset: number
  readonly length: number
}

export interface Table {
  /** Takes the account of a row, which has this place in the stream, unless an earlier row has its id. */
  readonly add: (sequence: number, taken: Pick<Taken, "id" | "values" | "digest">) => void
  /** The entry of an id; 0 when it has none. */
  readonly find: (id: string) => number
  readonly size: () => number
  /** Entries whose account PX holds. */
  readonly seen: () => number
  readonly stateOf: (entry: number) => State
  readonly setState: (entry: number, state: State) => void
  /** The place of its row in the stream. */
  readonly sequenceOf: (entry: number) => number
  readonly digestOf: (entry: number) => number
  /** The fields that its row sets; nothing when that is not known. */
  readonly placesOf: (entry: number) => ReadonlyArray<Place> | undefined
  readonly keep: (entry: number, kept: Kept) => void
  readonly keptOf: (entry: number) => Kept
}

const unknownSet = 0xffff_ffff

/** `maxSets`: sets of fields that are told apart. What sets others still is compared value by value. */
export const makeTable = (maxSets = 65_536): Table => {
  const ids = makeIdTable()
  const sets = makeFieldSets(maxSets)
  const pages: Array<ReturnType<typeof makePage>> = []
  let seen = 0
  const pageOf = (entry: number) => pages[(entry - 1) >>> pageBits]!
  const at = (entry: number) => (entry - 1) & (pageSize - 1)
  return {
    add: (sequence, { digest, id, values }) => {
      if (ids.find(id) !== 0) return
      const entry = ids.add(id)
      if (at(entry) === 0) pages.push(makePage())
      ids.setContent(entry, digest)
      pageOf(entry).sequence[at(entry)] = sequence
      pageOf(entry).sets[at(entry)] = sets.numberOf(values) ?? unknownSet
    },
    find: ids.find,
    size: ids.count,
    seen: () => seen,
    stateOf: (entry) => states[ids.stateOf(entry)]!,
    setState: (entry, state) => {
      if (ids.stateOf(entry) === 0) seen++
      ids.setState(entry, states.indexOf(state))
    },
    sequenceOf: (entry) => pageOf(entry).sequence[at(entry)]!,
    digestOf: ids.contentOf,
    placesOf: (entry) => sets.placesOf(pageOf(entry).sets[at(entry)]!),
    keep: (entry, { length, offset }) => {
      pageOf(entry).offsets[at(entry)] = offset
      pageOf(entry).lengths[at(entry)] = length
    },
    keptOf: (entry) => ({ offset: pageOf(entry).offsets[at(entry)]!, length: pageOf(entry).lengths[at(entry)]! }),
  }
}
