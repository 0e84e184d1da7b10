/**
 * How many requests were answered in each of the last seconds, and how. Seconds in which nothing was asked are left out.
 */

export interface Second {
  /** Seconds since 1970. */
  readonly second: number
  total: number
  rateLimited: number
  failed: number
}

/** Five minutes. */
const capacity = 300

export const make = () => {
  const seconds: Array<Second> = []
  return {
    count: (milliseconds: number, kind: "rateLimited" | "failed" | undefined): void => {
      const second = Math.floor(milliseconds / 1_000)
      let last = seconds.at(-1)
      // A clock that is put back goes on in the second it had reached.
      if (last === undefined || last.second < second) {
        last = { second, total: 0, rateLimited: 0, failed: 0 }
        seconds.push(last)
        if (seconds.length > capacity) seconds.shift()
      }
      last.total++
      if (kind !== undefined) last[kind]++
    },
    /** From the second on that is asked for, oldest first. */
    since: (second: number): ReadonlyArray<Second> =>
      seconds.filter((each) => each.second >= second).map((each) => ({ ...each })),
    clear: (): void => {
      seconds.length = 0
    },
  }
}
