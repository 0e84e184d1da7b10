/**
 * Which accounts a list has, and in which order, as places in the store. The accounts themselves are read page by page, so that what changes
 * while a list is read is seen on the pages that come after.
 */
import * as Effect from "effect/Effect"
import type { Store } from "../Store.ts"
import type { Filter } from "./filter.ts"
import type { Ordering } from "./ordering.ts"
import type { StoredAccount } from "./StoredAccount.ts"
import type { StoreError } from "./StoreError.ts"

export interface Query {
  readonly filter: Filter | undefined
  readonly ordering: Ordering | undefined
}

export interface Matches {
  readonly total: number
  readonly page: (skip: number, size: number) => Effect.Effect<ReadonlyArray<StoredAccount>, StoreError>
}

/** Accounts that are looked at between two requests of others. */
const stretch = 5_000

type Accounts = Store["Service"]

const inOrder = (store: Accounts, total: number): Matches => ({
  total,
  page: (skip, size) => store.list({ skip, limit: Math.max(0, Math.min(size, total - skip)) }),
})

const newestFirst = (store: Accounts, total: number): Matches => ({
  total,
  page: (skip, size) => {
    const end = Math.max(0, total - skip)
    const start = Math.max(0, end - size)
    return Effect.map(store.list({ skip: start, limit: end - start }), (accounts) => accounts.toReversed())
  },
})

const found = Effect.fnUntraced(function* (store: Accounts, total: number, { filter, ordering }: Query) {
  const places: Array<number> = []
  const keys: Array<ReturnType<Ordering["keyOf"]>> = []
  for (let skip = 0; skip < total; skip += stretch) {
    const accounts = yield* store.list({ skip, limit: Math.min(stretch, total - skip) })
    for (const [index, account] of accounts.entries()) {
      if (filter?.(account) === false) continue
      places.push(skip + index)
      if (ordering !== undefined) keys.push(ordering.keyOf(account))
    }
    yield* Effect.yieldNow
  }
  if (ordering === undefined) return places
  return places
    .map((place, index) => ({ place, key: keys[index]! }))
    .toSorted((one, other) => ordering.compare(one.key, other.key))
    .map(({ place }) => place)
})

/** Looks for the accounts; `newest` ones go first where no order is asked for. */
export const find = Effect.fnUntraced(function* (store: Accounts, query: Query, newest: boolean) {
  const total = yield* store.count
  if (query.filter === undefined && query.ordering === undefined) {
    return newest ? newestFirst(store, total) : inOrder(store, total)
  }
  // Four bytes for each, as long as the list can be continued.
  const places = Uint32Array.from(yield* found(store, total, query))
  if (newest && query.ordering === undefined) places.reverse()
  const matches: Matches = {
    total: places.length,
    page: (skip, size) =>
      Effect.map(
        Effect.forEach(places.subarray(skip, skip + size), (place) => store.list({ skip: place, limit: 1 })),
        (accounts) => accounts.flat(),
      ),
  }
  return matches
})
