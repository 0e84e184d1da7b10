/**
 * Rows of text under unique ids in memory, after `seeded` accounts that are computed until they are changed.
 */
import * as Effect from "effect/Effect"
import * as seed from "./seed.ts"

export const make = (seeded: number) => {
  const changed = new Map<number, string>()
  const added: Array<string> = []
  const places = new Map<string, number>()

  const placeOf = (id: string) => places.get(id) ?? seed.placeOf(id, seeded)
  const textAt = (place: number) =>
    place < seeded ? (changed.get(place) ?? JSON.stringify(seed.at(place))) : added[place - seeded]!
  const put = (id: string, place: number | undefined, text: string) => {
    if (place === undefined) places.set(id, seeded + added.push(text) - 1)
    else if (place < seeded) changed.set(place, text)
    else added[place - seeded] = text
  }
  const get = (id: string) => {
    const place = placeOf(id)
    return place === undefined ? undefined : textAt(place)
  }
  const size = () => seeded + added.length

  return {
    change: (id: string, change: (text: string | undefined) => string | undefined) =>
      Effect.sync(() => {
        const before = get(id)
        const after = change(before)
        if (after !== undefined) put(id, placeOf(id), after)
        return before
      }),
    get: (id: string) => Effect.sync(() => get(id)),
    list: (skip: number, limit: number) =>
      Effect.sync(() =>
        Array.from({ length: Math.max(0, Math.min(limit, size() - skip)) }, (_, index) => textAt(skip + index)),
      ),
    count: Effect.sync(size),
    clear: Effect.sync(() => {
      changed.clear()
      places.clear()
      added.length = 0
    }),
  }
}
