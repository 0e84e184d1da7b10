/**
 * What goes into an importer, and what comes out of it.
 */
import type { NewAccountInput } from "@effect-aptrinsic/core/Account"
import type { RowOutcome } from "../RowOutcome.ts"

export interface ValidRow {
  readonly row: number
  readonly line?: number | undefined
  readonly account: NewAccountInput
}

export interface InvalidRow {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  /** Why it is not sent. */
  readonly problem: string
}

export type ImportRow = ValidRow | InvalidRow

export type RowResult =
  | { readonly _tag: "Ended"; readonly outcome: RowOutcome }
  | { readonly _tag: "AlreadyDone"; readonly row: number; readonly state: "Created" | "Duplicate" | "Invalid" }
  | { readonly _tag: "NotSent"; readonly row: number }
