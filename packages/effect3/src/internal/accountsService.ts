/**
 * What the `Accounts` service can do.
 */
import type * as Effect from "effect/Effect"
import type { Account, Created, NewAccountInput } from "../Account.ts"
import type { AccountsError, CreateReason, ReadReason } from "../AccountsError.ts"
import type { CreateOptions } from "../Options.ts"

export interface AccountsService {
  /** See `Accounts.createAccount`. */
  readonly createAccount: (
    input: NewAccountInput,
    options?: CreateOptions,
  ) => Effect.Effect<Created, AccountsError<CreateReason>>
  /** See `Accounts.getAccount`. */
  readonly getAccount: (id: string) => Effect.Effect<Account, AccountsError<ReadReason>>
  /** Requests the day's quota of this key still allows, as far as this process counted. */
  readonly remainingToday: Effect.Effect<number>
}
