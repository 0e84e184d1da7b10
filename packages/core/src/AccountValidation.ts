import type * as Effect from "effect/Effect"
import type { NewAccount } from "./Account.ts"
import type { AccountsError } from "./AccountsError.ts"
export declare const validate: (input: unknown) => Effect.Effect<NewAccount, AccountsError>
