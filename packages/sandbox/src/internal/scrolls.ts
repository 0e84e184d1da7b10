/**
 * The lists that are being read: what a scroll id stands for, and until when.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Habits } from "../Habits.ts"
import { Store } from "../Store.ts"
import * as matches from "./matches.ts"

export interface Page {
  readonly accounts: Effect.Success<ReturnType<matches.Matches["page"]>>
  readonly totalHits: number
  readonly scrollId: string | null
}

interface Scroll {
  readonly query: matches.Query
  /** The accounts as the first page found them. */
  readonly first: matches.Matches
  readonly size: number
  next: number
  /** On the monotonic clock, in milliseconds. */
  usedAt: number
}

/** One more makes the oldest be forgotten. */
const capacity = 100

const now = Clock.clockWith((clock) => Effect.sync(() => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)))

interface Opened {
  readonly scrolls: Map<string, Scroll>
  /** How many there were, whether they can still be continued or not. */
  count: number
}

/** By the store that they read, whose accounts they have by their places. */
const openedOn = new WeakMap<Store["Service"], Opened>()

const opened = (store: Store["Service"]): Opened => {
  const known = openedOn.get(store) ?? { scrolls: new Map<string, Scroll>(), count: 0 }
  openedOn.set(store, known)
  return known
}

/** Ends the lists that are being read: their ids are as unknown from now on as those of another server. */
export const forget = (store: Store["Service"]): Effect.Effect<void> => Effect.sync(() => opened(store).scrolls.clear())

export const make = Effect.gen(function* () {
  const habits = yield* Habits
  const store = yield* Store
  const open = opened(store)
  const { scrolls } = open

  const find = (query: matches.Query) =>
    Effect.flatMap(habits.settings, ({ list }) => matches.find(store, query, list === "shifting"))

  const read = Effect.fnUntraced(function* (id: string, scroll: Scroll, skip: number, size: number) {
    const { lastScrollId, list, scrollId } = yield* habits.settings
    const { page, total } = list === "shifting" && skip > 0 ? yield* find(scroll.query) : scroll.first
    const accounts = yield* page(skip, size)
    scroll.next = skip + accounts.length
    scroll.usedAt = yield* now
    const isLast = accounts.length < size && lastScrollId === "null"
    const answer: Page = {
      accounts,
      totalHits: total,
      scrollId: isLast ? null : scrollId === "cursor" ? id : `${id}.${scroll.next}`,
    }
    return answer
  })

  const isExpired = (scroll: Scroll, at: number, seconds: number | null) =>
    seconds !== null && at - scroll.usedAt >= seconds * 1_000

  const expire = Effect.fnUntraced(function* () {
    const { scrollSeconds } = yield* habits.settings
    const at = yield* now
    for (const [id, scroll] of scrolls) {
      if (isExpired(scroll, at, scrollSeconds) || scrolls.size > capacity) scrolls.delete(id)
    }
  })

  const first = Effect.fnUntraced(function* (query: matches.Query, size: number) {
    const scroll: Scroll = { query, first: yield* find(query), size, next: 0, usedAt: yield* now }
    const id = `scroll-${++open.count}`
    scrolls.set(id, scroll)
    yield* expire()
    return yield* read(id, scroll, 0, size)
  })

  /** The page that a scroll id asks for; `undefined` when the id is unknown or has expired. */
  const next = Effect.fnUntraced(function* (scrollId: string, size: number | undefined) {
    yield* expire()
    const [, id = "", place] = /^(scroll-\d+)(?:\.(\d+))?$/u.exec(scrollId) ?? []
    const scroll = scrolls.get(id)
    return scroll && (yield* read(id, scroll, place === undefined ? scroll.next : Number(place), size ?? scroll.size))
  })

  return { first, next }
})
