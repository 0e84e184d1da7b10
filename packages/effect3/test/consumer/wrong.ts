/**
 * A program on Effect 3 that does not type-check: the types of the installed package must say so, in the words of the comments.
 */
// @effect-diagnostics missingEffectContext:off -- one of its mistakes is just that
import { Accounts, AccountsError } from "@effect-aptrinsic/effect3"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

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

// @ts-expect-error -- Type 'number' is not assignable to type 'string'.
export const field = Accounts.createAccount({ ...account, location: { postalCode: 94010 } })

// @ts-expect-error -- Object literal may only specify known properties, and 'id' does not exist in type
export const changes = Accounts.updateAccount("acme", { id: "acme" })

const rows = Stream.make(account)

// @ts-expect-error -- Property 'propertyKeys' is missing in type
export const row = Accounts.createAll(Stream.make({ id: "acme", name: "Acme Inc" }))

// @ts-expect-error -- Object literal may only specify known properties, but 'concurency' does not exist in type 'CreateAllOptions'.
export const concurrency = Accounts.createAll(rows, { concurency: 8 })

// @ts-expect-error -- Property 'right' does not exist on type 'Left<AccountsError<CreateReason>, Created>'.
export const unknown = Stream.map(Accounts.createAll(rows), ({ result }) => result.right)

// @ts-expect-error -- Property 'plan' does not exist on type
export const plan = Stream.map(Accounts.createAll(rows), ({ account: { plan } }) => plan)

// @ts-expect-error -- Type 'Accounts' is not assignable to type 'never'.
export const running = Effect.runPromise(Stream.runDrain(Accounts.createAll(rows)))

// @ts-expect-error -- Type 'Error' is missing the following properties from type 'AccountsError<ReadReason>'
export const double = Accounts.layerTest({ getAccount: () => Effect.fail(new Error("no account")) })
