/**
 * A program on Effect 3 that does not type-check: the types of the installed package must say so, in the words of the comments.
 */
// @effect-diagnostics missingEffectContext:off -- one of its mistakes is just that
import { Accounts, AccountsError } from "@effect-aptrinsic/effect3"
import * as Effect from "effect/Effect"

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] }

// @ts-expect-error -- Type 'number' is not assignable to type 'string'.
export const id = Accounts.createAccount({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

// @ts-expect-error -- Type '"skip"' is not assignable to type
export const option = Accounts.createAccount(account, { ifExists: "skip" })

export const reason = Accounts.getAccount("acme").pipe(
  // @ts-expect-error -- Argument of type '"PossibleDuplicate"' is not assignable to parameter of type '
  AccountsError.catchReason("PossibleDuplicate", () => Effect.void),
)

// @ts-expect-error -- Type 'Accounts' is not assignable to type 'never'.
export const layer = Effect.runPromise(Accounts.createAccount(account))

// @ts-expect-error -- Type 'string' is not assignable to type 'Redacted<string>'.
export const key = Accounts.layer({ apiKey: "a-key" })
