/** How a format of an export writes accounts. */
import type { Account } from "@effect-aptrinsic/core/Account"
import type * as Result from "effect/Result"
import type { Failure } from "../../../output/Failure.ts"

/** Writes accounts in their order, in parts. */
export interface Writer {
  readonly begin: () => string | Uint8Array
  readonly accounts: (accounts: ReadonlyArray<Account>) => Result.Result<string | Uint8Array, Failure>
  readonly end: () => string | Uint8Array
  /** More than so many do not fit. */
  readonly most: number
}
