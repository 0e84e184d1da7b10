/**
 * The requests that a process has counted ahead and may send without asking, and what it owes the count otherwise.
 */
import type { Entry } from "./quotaEntry.ts"

type Correction = Extract<Entry, { readonly of: number }>

/** A block takes no more than this part of what the day has left, so that the last of it is shared out one by one. */
const part = 1 / 1000

/** A block is to last `span` milliseconds at the pace of the one before it, and holds at least `least` of what that held: requests come in bursts. */
export const makeBlock = (span: number, least: number) => {
  /** Requests that were counted in the minute `since` and did not leave yet. */
  let held = 0
  let since = 0
  /** Requests that left and may be given back. */
  let out = 0
  let corrections: Array<Correction> = []
  let size = 1
  /** Requests that left since the block was sized. */
  let left = 0
  let sizedAt = Number.NEGATIVE_INFINITY

  const owe = (op: Correction["op"], count: number, of: number) => {
    if (count === 0) return
    const last = corrections.at(-1)
    if (last?.op === op && last.of === of) corrections[corrections.length - 1] = { op, count: last.count + count, of }
    else corrections.push({ op, count, of })
  }
  return {
    held: () => held,
    /** Lets one request leave, if one is held from this minute: one that leaves later than it was counted would not count for a day. */
    leave: (minute: number) => {
      if (held === 0 || since !== minute) return false
      held--
      out++
      left++
      return true
    },
    giveBack: () => {
      if (out === 0) return
      out--
      held++
    },
    /** Whether the next block is better fetched now than when a request waits for it. */
    isLow: (minute: number) => size > 1 && (since !== minute || held < size),
    /** Holds what was granted in this minute, with what is left of it; what is left of another one is given back. */
    hold: (granted: number, minute: number) => {
      if (since !== minute) owe("back", held, since)
      held = granted + (since === minute ? held : 0)
      since = minute
    },
    /** Corrections that are written with the next block. */
    corrections: (): ReadonlyArray<Correction> => corrections,
    /** How many requests more the corrections count. */
    balance: () => corrections.reduce((sum, { count, op }) => (op === "add" ? sum + count : sum - count), 0),
    /** Gives back the requests that are held. */
    layAside: () => {
      owe("back", held, since)
      held = 0
    },
    /** A request left that the count does not know. */
    oweOne: (minute: number) => owe("add", 1, minute),
    written: () => {
      corrections = []
    },
    /** It may have been written nevertheless: what was given back must not be given back twice, what was counted may count twice. */
    writeFailed: () => {
      corrections = corrections.filter(({ op }) => op === "add")
    },
    /** How many requests to count ahead. */
    size: (now: number, room: number) => {
      const wanted = Math.max(least * size, (left * span) / Math.max(1, now - sizedAt))
      left = 0
      sizedAt = now
      size = Math.max(1, Math.floor(Math.min(wanted, 2 * size, room * part)))
      return size
    },
  }
}
export type Block = ReturnType<typeof makeBlock>
