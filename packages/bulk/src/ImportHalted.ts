/**
 * Why an import stopped by itself: what it met would have met every row to come.
 *
 * @since 0.1.0
 */
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import * as Data from "effect/Data"

/**
 * Why an import halts by itself, and what each kind says. `docs/codes.md` is printed from here.
 *
 * @since 0.1.0
 */
export const kinds = {
  InvalidOptions: "An option of the import or of the client does not work.",
  Refused: "PX refuses the API key or its rights (401, 403).",
  WrongAddress: "The server at this address is none of PX: it redirects, or knows no accounts (404, 405).",
  Misdirected: "The name of the server is not found, or its certificate is not trusted, before PX said anything.",
  Unsendable: "The HTTP client refuses to send the request.",
  TooManyFiles: "This process has too many files open.",
  Unreachable: "PX gave no usable answer for as long as `outage` allows.",
  RateLimited: "PX asks to wait longer than a row may take.",
  DailyQuotaExhausted: "The requests of the day are used up.",
  TooManyFailures: "As many rows failed as `maxFailures` allows.",
  FailingAlike: "Without `maxFailures`: the first 50 rows that had not failed before failed for one reason.",
} as const

/**
 * Why an import halts by itself.
 *
 * @since 0.1.0
 */
export type Kind = keyof typeof kinds

/**
 * The import halted; rows that were not sent are as they were. A run of the same import continues.
 *
 * @since 0.1.0
 */
export class ImportHalted extends Data.TaggedError("ImportHalted")<{
  readonly kind: Kind
  /** A sentence: what happened. */
  readonly message: string
  /** The way out. */
  readonly hint: string
  /** What PX, or the way to it, said to the row that met it. */
  readonly error?: AccountsError | undefined
}> {}
