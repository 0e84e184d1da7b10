/**
 * A program on Effect 3 that does not type-check: the types of the installed package must say so.
 */
import { Accounts, AccountsError } from "@effect-aptrinsic/effect3"
import * as Effect from "effect/Effect"

// @ts-expect-error -- an id is a string.
export const created = Accounts.createAccount({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

export const read = Accounts.getAccount("acme").pipe(
  // @ts-expect-error -- a read has no such reason.
  AccountsError.catchReason("PossibleDuplicate", () => Effect.void),
)
