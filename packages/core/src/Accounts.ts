/**
 * The service that creates and reads accounts.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { HttpClient } from "effect/http/HttpClient"
import type * as Config from "effect/Config"
import type { Account, NewAccount } from "./Account.ts"
import type { AccountsError } from "./AccountsError.ts"
import type { Options } from "./Options.ts"

/**
 * A create that succeeded.
 *
 * @since 0.1.0
 */
export interface AccountCreated {
  /** What was created, as it was sent. */
  readonly account: NewAccount
  /** Whether the answer to the POST was lost and a GET showed that the account had been created. */
  readonly reconciled: boolean
  /** Requests sent, GETs included. */
  readonly attempts: number
  /** Milliseconds spent waiting for the rate, for pauses and for backoff. */
  readonly waited: number
  /** Milliseconds of the whole call. */
  readonly elapsed: number
}

/**
 * Creates and reads accounts.
 *
 * @since 0.1.0
 */
export class Accounts extends Context.Service<
  Accounts,
  {
    readonly createAccount: (input: NewAccount) => Effect.Effect<AccountCreated, AccountsError>
    readonly getAccount: (id: string) => Effect.Effect<Account, AccountsError>
  }
>()("@effect-aptrinsic/core/Accounts") {}

/** @since 0.1.0 */
export const createAccount = (input: NewAccount): Effect.Effect<AccountCreated, AccountsError, Accounts> =>
  Accounts.use((_) => _.createAccount(input))

/** @since 0.1.0 */
export const getAccount = (id: string): Effect.Effect<Account, AccountsError, Accounts> => Accounts.use((_) => _.getAccount(id))

/** @since 0.1.0 */
export declare const layer: (options: Options) => Layer.Layer<Accounts, AccountsError, HttpClient>

/** @since 0.1.0 */
export declare const layerConfig: Layer.Layer<Accounts, AccountsError | Config.ConfigError, HttpClient>
