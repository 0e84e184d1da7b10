/**
 * What an import will take, before it begins.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"

/**
 * What an import is paced by.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Pace {
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
}

/**
 * Requests, and the time they take.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Effort {
  readonly requests: number
  /** From the first request to the last, the waiting for the quota of the next day included. */
  readonly duration: Duration.Duration
  /** Days whose quota it takes. */
  readonly days: number
}

/**
 * What a number of rows takes when all goes well: one request for each row, and one for each of the `lookups` that are certain. `atMost` is what
 * it takes when all their accounts exist, each of which is looked up as well.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Estimate extends Effort {
  readonly atMost: Effort
}

const effortOf = (requests: number, { requestsPerDay, requestsPerSecond }: Pace): Effort => {
  const days = Math.ceil(requests / requestsPerDay)
  const daysBefore = Math.max(0, days - 1)
  const onLastDay = requests - daysBefore * requestsPerDay
  const sending = Duration.seconds(Math.ceil(onLastDay / requestsPerSecond))
  return { requests, duration: Duration.sum(Duration.days(daysBefore), sending), days }
}

/**
 * Estimates an import of so many rows.
 *
 * **Example** (Half a million accounts)
 *
 * ```ts
 * import { Estimate } from "@effect-aptrinsic/bulk"
 * import { Duration } from "effect"
 *
 * const pace = { requestsPerSecond: 200, requestsPerDay: 1_000_000 }
 * const { atMost, duration, requests } = Estimate.estimate(500_000, pace)
 *
 * console.log(requests, Duration.format(duration)) // 500000 41m 40s
 * console.log(atMost.days) // 1
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const estimate = (rows: number, pace: Pace, lookups = 0): Estimate => ({
  ...effortOf(rows + lookups, pace),
  atMost: effortOf(2 * rows + lookups, pace),
})
