/**
 * A program that does not type-check: the types of the installed packages must say so, in the words of the comments.
 */
// @effect-diagnostics missingEffectContext:off -- one of its mistakes is just that
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] }

// @ts-expect-error -- Type 'number' is not assignable to type 'string'.
export const id = Accounts.createAccount({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

// @ts-expect-error -- Property 'propertyKeys' is missing in type '{ id: string; name: string; }' but required in type 'NewAccountInput'.
export const missing = Accounts.createAccount({ id: "acme", name: "Acme Inc" })

// @ts-expect-error -- Object literal may only specify known properties, but 'numberOfEmployes' does not exist in type 'NewAccountInput'. Did you mean to write 'numberOfEmployees'?
export const misspelt = Accounts.createAccount({ ...account, numberOfEmployes: 12 })

// @ts-expect-error -- Type '"skip"' is not assignable to type
export const option = Accounts.createAccount(account, { ifExists: "skip" })

export const reason = Accounts.getAccount("acme").pipe(
  // @ts-expect-error -- Argument of type '"PossibleDuplicate"' is not assignable to parameter of type '
  Effect.catchReason("AccountsError", "PossibleDuplicate", () => Effect.void),
)

// @ts-expect-error -- Type 'Accounts' is not assignable to type 'never'.
export const layer = Effect.runPromise(Accounts.createAccount(account))

// @ts-expect-error -- Type 'string' is not assignable to type 'Redacted<string>'.
export const key = Accounts.layer({ apiKey: "a-key" })

const accounts = Stream.make({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

// @ts-expect-error -- Type 'number' is not assignable to type 'string'.
export const imported = BulkAccounts.createAll()(accounts)
