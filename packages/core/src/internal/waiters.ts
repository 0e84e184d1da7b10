/**
 * Who waits for a turn: two lanes, first come, first served in each, retries before the others. A waiter that leaves
 * costs nothing, and is skipped.
 */

export type Lane = "retry" | "first"

/** The turn of a request. */
export interface Permit {
  readonly sentAt: number
  /** Turns are numbered as they are given. */
  readonly order: number
  /** Requests that may have stood in the server's window before this one. */
  readonly level: number
  /** Those of this process alone. */
  readonly own: number
  /** Milliseconds since none did, or since the last pause. */
  readonly span: number
  /** When a turn that processes share is lost. */
  readonly until?: number | undefined
}

/** Why a waiter gets no turn: the pause is longer than it may wait, or the server's quota for the day is used up. */
export interface Refusal {
  readonly resumeAt: number
  /** What the server said of its quota; undefined for a pause. */
  readonly quota: string | undefined
}

export interface Waiter {
  readonly grant: (permit: Permit) => void
  /** Called instead of `grant` when there will be no turn in time. */
  readonly refuse: (refusal: Refusal) => void
  /** Called instead of `grant` when its owner closes. */
  readonly abandon: () => void
  /** Milliseconds of the longest pause that it waits through. */
  readonly patience: number
  readonly owner: unknown
  /** Whether it is in a lane. */
  waiting: boolean
}

const makeQueue = () => {
  let items: Array<Waiter> = []
  let head = 0
  return {
    push: (waiter: Waiter) => void items.push(waiter),
    shift: (): Waiter | undefined => {
      while (head < items.length) {
        const waiter = items[head++]!
        if (head > 1024) {
          items = items.slice(head)
          head = 0
        }
        if (waiter.waiting) return waiter
      }
      return undefined
    },
    extract: (leaves: (waiter: Waiter) => boolean): Array<Waiter> => {
      const waiting = items.slice(head).filter((waiter) => waiter.waiting)
      items = waiting.filter((waiter) => !leaves(waiter))
      head = 0
      return waiting.filter(leaves)
    },
  }
}

export interface Waiters {
  readonly count: () => number
  readonly push: (lane: Lane, waiter: Waiter) => void
  /** The next one; there has to be one. */
  readonly next: () => Waiter
  readonly remove: (waiter: Waiter) => void
  /** Removes and returns those that leave. */
  readonly extract: (leaves: (waiter: Waiter) => boolean) => ReadonlyArray<Waiter>
}

export const makeWaiters = (): Waiters => {
  const lanes = { retry: makeQueue(), first: makeQueue() }
  let count = 0
  const remove = (waiter: Waiter) => {
    if (!waiter.waiting) return
    waiter.waiting = false
    count--
  }
  return {
    count: () => count,
    push: (lane, waiter) => {
      count++
      waiter.waiting = true
      lanes[lane].push(waiter)
    },
    next: () => {
      const waiter = lanes.retry.shift() ?? lanes.first.shift()!
      remove(waiter)
      return waiter
    },
    remove,
    extract: (leaves) => {
      const gone = [...lanes.retry.extract(leaves), ...lanes.first.extract(leaves)]
      for (const waiter of gone) remove(waiter)
      return gone
    },
  }
}
