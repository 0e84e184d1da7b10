/**
 * The lists of the model server, by the habits that one may have: a list as it was at first or as it is by now, pages by an id of their own or by
 * the next request, scrolls that are forgotten, and no word on how many there are.
 */
import type { Dice } from "@effect-aptrinsic/core/test/dice"

export interface ListHabits {
  /** Whether a scroll goes through the accounts that were there when it began. */
  readonly isSnapshot: boolean
  readonly isNewestFirst: boolean
  /** Whether a scroll moves on with every request, so that a page that is lost is not shown again. */
  readonly isCursor: boolean
  readonly counts: boolean
  /** Milliseconds after which a scroll that nobody asks for is gone. */
  readonly lives: number
}

export const drawListHabits = (dice: Dice): ListHabits => ({
  isSnapshot: dice.chance(0.5),
  isNewestFirst: dice.chance(0.5),
  isCursor: dice.chance(0.5),
  counts: dice.chance(0.7),
  lives: dice.chance(0.3) ? 1500 : Number.POSITIVE_INFINITY,
})

interface Scroll {
  readonly ids: ReadonlyArray<string>
  offset: number
  usedAt: number
}

export class ModelLists {
  private readonly habits: ListHabits
  private readonly scrolls: Array<Scroll> = []

  constructor(habits: ListHabits) {
    this.habits = habits
  }

  /** A page as the body of an answer; nothing when its scroll is gone. `ids` are those of now, the oldest first. */
  page(now: number, parameters: URLSearchParams, ids: ReadonlyArray<string>): string | undefined {
    const { counts, isCursor, isNewestFirst, isSnapshot, lives } = this.habits
    const ordered = isNewestFirst ? ids.toReversed() : ids
    const given = parameters.get("scrollId")
    const [number = this.scrolls.push({ ids: ordered, offset: 0, usedAt: now }) - 1, place = 0] =
      given === null ? [] : given.split(".").map(Number)
    const scroll = this.scrolls[number]!
    if (now - scroll.usedAt > lives) return undefined
    scroll.usedAt = now
    const all = isSnapshot ? scroll.ids : ordered
    const start = isCursor ? scroll.offset : place
    scroll.offset = start + Number(parameters.get("pageSize"))
    return JSON.stringify({
      accounts: all.slice(start, scroll.offset).map((id) => ({ id })),
      scrollId: `${number}.${isCursor ? 0 : scroll.offset}`,
      ...(counts ? { totalHits: all.length } : {}),
    })
  }
}
