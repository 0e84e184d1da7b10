/**
 * What the `Accounts` service can do.
 */
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Account, AccountChanges, Created, NewAccountInput, Updated, Upserted } from "../Account.ts"
import type { AccountsError, CreateReason, ListReason, ReadReason, UpdateReason } from "../AccountsError.ts"
import type { CreateOptions, ListOptions, UpsertOptions, WriteOptions } from "../Options.ts"

export interface AccountsService {
  /** See `Accounts.createAccount`. */
  readonly createAccount: (
    input: NewAccountInput,
    options?: CreateOptions,
  ) => Effect.Effect<Created, AccountsError<CreateReason>>
  /** See `Accounts.updateAccount`. */
  readonly updateAccount: (
    id: string,
    changes: AccountChanges,
    options?: WriteOptions,
  ) => Effect.Effect<Updated, AccountsError<UpdateReason>>
  /** See `Accounts.upsertAccount`. */
  readonly upsertAccount: (
    input: NewAccountInput,
    options?: UpsertOptions,
  ) => Effect.Effect<Upserted, AccountsError<CreateReason | UpdateReason>>
  /** See `Accounts.getAccount`. */
  readonly getAccount: (id: string) => Effect.Effect<Account, AccountsError<ReadReason>>
  /** See `Accounts.listAccounts`. */
  readonly listAccounts: (options?: ListOptions) => Stream.Stream<Account, AccountsError<ListReason>>
  /** Requests the day's quota of this key still allows, as far as this process counted. */
  readonly remainingToday: Effect.Effect<number>
}
