/**
 * What an import will take, before it begins.
 *
 * @since 0.1.0
 */

/**
 * Requests and time for a number of rows.
 *
 * @since 0.1.0
 */
export interface Estimate {
  readonly rows: number
  /** When all goes well: one for each row. */
  readonly requests: number
  /** When every row is sent as often as it may be and then looked up. */
  readonly worstCase: number
  /** At the rate, when all goes well. */
  readonly seconds: number
  /** Of a day's quota, when all goes well: 0.25 is a quarter. */
  readonly quotaShare: number
  /** Days the quota spreads it over, when nothing else uses it up. */
  readonly days: number
}

/**
 * What an import is paced by.
 *
 * @since 0.1.0
 */
export interface Pace {
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
  /**
   * How often a row may be sent.
   *
   * @default 1
   */
  readonly attempts?: number | undefined
}

/**
 * Estimates an import of so many rows.
 *
 * @since 0.1.0
 */
export const estimate = (rows: number, { attempts = 1, requestsPerDay, requestsPerSecond }: Pace): Estimate => ({
  rows,
  requests: rows,
  // A row in doubt is settled by one GET after its last request.
  worstCase: rows * (attempts + 1),
  seconds: Math.ceil(rows / requestsPerSecond),
  quotaShare: rows / requestsPerDay,
  days: Math.ceil(rows / requestsPerDay),
})
