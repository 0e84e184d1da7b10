/**
 * What is doubtful about an account, until the library says it: this module goes once `AccountValidation.doubts` is there.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as DateTime from "effect/DateTime"

export interface Doubt {
  readonly path: string
  readonly code: string
  readonly message: string
  readonly suggestion?: string
  /** It is a mistake more often than not, and what was created cannot be changed. */
  readonly serious: boolean
}

const year = 365 * 86_400_000

export const doubtsOf = (account: NewAccount): ReadonlyArray<Doubt> =>
  (["lastSeenDate", "renewalDate"] as const).flatMap((path) => {
    const value = account[path]
    if (value === undefined || value === 0 || Math.abs(value) >= year) return []
    const day = DateTime.formatIsoDateUtc(DateTime.makeUnsafe(value))
    const suggestion = value >= 1e8 ? { suggestion: `If it counts seconds, write ${value}000.` } : {}
    return [{ path, code: "date_in_1970", message: `${value} is ${day}`, ...suggestion, serious: true }]
  })
