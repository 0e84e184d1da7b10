/**
 * What an import will take, before it begins.
 *
 * @since 0.1.0
 */

/**
 * Requests and time for a number of rows, when all goes well: one request a row.
 *
 * @since 0.1.0
 */
export interface Estimate {
  readonly requests: number
  /** Seconds at the rate. */
  readonly seconds: number
  /** Requests that are more than today's quota still allows; they have to wait for another day. */
  readonly beyondToday: number
}

/**
 * Estimates an import of so many rows at a rate, in requests per second, when the day's quota allows so many more requests.
 *
 * @since 0.1.0
 */
export const estimate = (rows: number, requestsPerSecond: number, remainingToday: number): Estimate => ({
  requests: rows,
  seconds: Math.ceil(rows / requestsPerSecond),
  beyondToday: Math.max(0, rows - remainingToday),
})
