/**
 * What an import will take, before it begins.
 *
 * @since 0.1.0
 */

/**
 * What an import is paced by.
 *
 * @since 0.1.0
 */
export interface Pace {
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
}

/**
 * Requests and time for a number of rows when all goes well: one request for each row, none for anything else.
 *
 * @since 0.1.0
 */
export interface Estimate {
  readonly requests: number
  /** From the first request to the last, the waiting for the quota of the next day included. */
  readonly seconds: number
  /** Days whose quota it takes. */
  readonly days: number
}

const secondsPerDay = 86_400

/**
 * Estimates an import of so many rows.
 *
 * @since 0.1.0
 */
export const estimate = (rows: number, { requestsPerDay, requestsPerSecond }: Pace): Estimate => {
  const days = Math.ceil(rows / requestsPerDay)
  const daysBefore = Math.max(0, days - 1)
  const onLastDay = rows - daysBefore * requestsPerDay
  return {
    requests: rows,
    seconds: daysBefore * secondsPerDay + Math.ceil(onLastDay / requestsPerSecond),
    days,
  }
}
