/**
 * Follows the outcomes for what they say about the rows to come.
 */
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import { ImportHalted } from "../../ImportHalted.ts"
import type { RowOutcome } from "../../Row.ts"
import { haltOf } from "./verdict.ts"

/** Rows at the start that may all fail alike before that is taken for the fate of every row. */
const sameFailures = 50

/** Rows in a row that PX may refuse as it would refuse the key, though the key works, before the key is taken to be refused. */
const sameRefusals = 5

export interface Watch {
  /** The halt that an outcome calls for. */
  readonly see: (outcome: RowOutcome, failedBefore: boolean) => ImportHalted | undefined
  /** The halt that a refusal of a row calls for when the key still works. */
  readonly refused: (error: AccountsError) => ImportHalted | undefined
  /** Takes note of a row that an earlier run brought to its end. */
  readonly passed: (id: string) => void
  /** The id of an account that PX is known to hold. */
  readonly known: () => string | undefined
}

export const makeWatch = (maxFailures: number | undefined): Watch => {
  let failures = 0
  /** Rows that failed as they had in an earlier run. */
  let again = 0
  let refusals = 0
  let known: string | undefined
  /** Why every row so far failed; nothing once one of them did not, or failed for another reason. */
  let same: string | undefined = maxFailures === undefined ? "" : undefined

  const see = (outcome: RowOutcome, failedBefore: boolean) => {
    if (outcome._tag === "Created" || outcome._tag === "Updated") {
      known = outcome.id
      refusals = 0
    }
    if (outcome._tag === "Invalid") return undefined
    if (outcome._tag !== "Failed") {
      same = undefined
      return undefined
    }
    // Rows that fail again would stop each run at the same place.
    if (failedBefore) {
      again++
      return undefined
    }
    failures++
    if (maxFailures !== undefined) {
      if (failures < maxFailures) return undefined
      return new ImportHalted({
        kind: "TooManyFailures",
        message: `${failures} ${again > 0 ? "more " : ""}${failures === 1 ? "row" : "rows"} failed, as many as may.`,
        hint: "See why in the report. Run it again to go on with the next rows.",
      })
    }
    const why = `${outcome.code} ${outcome.message.replaceAll(outcome.id, "")}`
    if (same !== undefined) same = same === "" || same === why ? why : undefined
    if (same === undefined || failures < sameFailures) return undefined
    return new ImportHalted({
      kind: "FailingAlike",
      message: `${again > 0 ? `${failures} more rows failed, all` : `The first ${failures} rows of this run all failed`} for one reason: ${outcome.message}`,
      hint: "Correct the common cause and run it again, or allow more failures with maxFailures.",
    })
  }
  return {
    see,
    refused: (error) => (++refusals < sameRefusals ? undefined : haltOf(error)),
    passed: (id) => {
      known ??= id
    },
    known: () => known,
  }
}
