/**
 * Why an import stopped by itself: what it met would have met every row to come.
 *
 * @since 0.1.0
 */
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import * as Data from "effect/Data"

/**
 * The import halted; rows that were not sent are as they were. A run of the same import continues.
 *
 * - `Refused`: PX refuses the key, its rights or the address, and `error` is what it said; or an option does not work
 * - `Unreachable`: PX gave no usable answer for longer than `outage`, asks to wait longer than a row may take, or the day's quota is used up;
 *   `error` is what the last row met
 * - `TooManyFailures`: as many rows failed as `maxFailures` allows
 * - `FailingAlike`: without `maxFailures`, the first 50 rows all failed for one reason
 *
 * @since 0.1.0
 */
export class ImportHalted extends Data.TaggedError("ImportHalted")<{
  readonly kind: "Refused" | "Unreachable" | "TooManyFailures" | "FailingAlike"
  /** A sentence: what happened. */
  readonly message: string
  /** The way out. */
  readonly hint: string
  readonly error?: AccountsError | undefined
}> {}
