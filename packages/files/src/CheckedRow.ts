/**
 * A row after it was read as an account and checked.
 *
 * @since 0.1.0
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { Problem } from "./Problem.ts"
import type { SourceRow } from "./SourceRow.ts"

/**
 * A row that may be sent, or one that may not and why. `warnings` keep nothing from being sent.
 *
 * @since 0.1.0
 */
export type CheckedRow = {
  readonly row: number
  readonly line: number | undefined
  /** The row as the source holds it. */
  readonly source: SourceRow
} & (
  | { readonly _tag: "Valid"; readonly account: NewAccount; readonly warnings: ReadonlyArray<Problem> }
  | { readonly _tag: "Invalid"; readonly id: string | undefined; readonly problems: ReadonlyArray<Problem> }
)
