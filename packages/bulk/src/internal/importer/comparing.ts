/**
 * Asks PX what it holds of rows that changed since they were sent: they are not sent again, and who brings the accounts up to date wants to know
 * both values.
 */
import type { NewAccount, NewAccountInput } from "@effect-aptrinsic/core/Account"
import { compare } from "@effect-aptrinsic/core/internal/shared/compare"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { JournalError } from "../../Journal.ts"
import type { RowRef } from "../../Row.ts"
import { makeEffort } from "./flights.ts"
import type { Sending } from "./sending.ts"
import { valuesOf } from "./verdict.ts"

export const makeComparing = (
  { accounts, flights, journal, reach }: Pick<Sending, "accounts" | "flights" | "journal" | "reach">,
  most: number,
) => {
  let left = most
  return Effect.fnUntraced(function* (account: NewAccountInput, ref: RowRef): Effect.fn.Return<void, JournalError> {
    if (left === 0 || reach.current() !== undefined) return
    left--
    const asked = yield* flights.run(false, makeEffort(0), () => Effect.result(accounts.getAccount(ref.id)))
    if (asked._tag === "CalledBack") return
    if (Result.isSuccess(asked.value)) {
      reach.spoke()
      return yield* journal.compared(ref, valuesOf(compare(account as NewAccount, asked.value.success)))
    }
    // Whatever else it is, the rows that are sent will meet it, and say so.
    if (asked.value.failure.reason._tag !== "AccountNotFound") left = 0
    else yield* journal.compared(ref, [{ path: "id", sent: ref.id }])
  })
}
