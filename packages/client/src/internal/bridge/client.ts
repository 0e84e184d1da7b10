/**
 * The client over the service of core: each of its members is an effect that is run.
 */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AccountChanges, NewAccountInput } from "../../Account.ts"
import { InvalidOptions } from "../../InvalidOptions.ts"
import type {
  CreateAllOptions,
  CreateOptions,
  ListOptions,
  Options,
  ReadOptions,
  UpdateOptions,
  UpsertOptions,
} from "../../Options.ts"
import { type Calls, create, get, read, update, upsert } from "./calls.ts"
import { createAll } from "./createAll.ts"
import { list } from "./list.ts"
import { optionsOf } from "./options.ts"
import { now, promised } from "./run.ts"

const invalid = ({ message, reason }: CoreError.AccountsError<CoreError.InvalidOptions>) =>
  new InvalidOptions(message, reason.issues)

/** `clock` is that of a test. */
export const makeClient = (options: Options, clock?: Clock.Clock) => {
  // A program without Effect has no place for its log: `onEvent` tells more.
  const quiet = Context.make(References.CurrentLoggers, new Set())
  const services = clock === undefined ? quiet : Context.add(quiet, Clock.Clock, clock)
  const fetch = read(() => options.fetch)
  const http =
    fetch === undefined
      ? FetchHttpClient.layer
      : Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))
  const scope = Scope.makeUnsafe()
  const layer = Layer.provide(Accounts.layer(optionsOf(options)), http)
  const built = now(services, Effect.mapError(Layer.buildWithScope(layer, scope), invalid))
  const disposed = new AbortController()
  const calls: Calls = {
    service: Context.get(built, Accounts.Accounts),
    onEvent: read(() => options.onEvent),
    disposed: disposed.signal,
  }
  return {
    createAccount: (input: NewAccountInput, createOptions?: CreateOptions) =>
      promised(services, create(calls, input, createOptions)),
    updateAccount: (id: string, changes: AccountChanges, updateOptions?: UpdateOptions) =>
      promised(services, update(calls, id, changes, updateOptions)),
    upsertAccount: (input: NewAccountInput, upsertOptions?: UpsertOptions) =>
      promised(services, upsert(calls, input, upsertOptions)),
    listAccounts: (listOptions?: ListOptions) => Stream.toAsyncIterableWith(list(calls, listOptions), services),
    getAccount: (id: string, readOptions?: ReadOptions) => promised(services, get(calls, id, readOptions)),
    createAll: <Input extends NewAccountInput>(
      accounts: Iterable<Input> | AsyncIterable<Input>,
      allOptions?: CreateAllOptions,
    ) => Stream.toAsyncIterableWith(createAll(calls, accounts, allOptions), services),
    remainingToday: (): Promise<number> => promised(services, calls.service.remainingToday),
    dispose: (): Promise<void> => {
      disposed.abort()
      return promised(services, Scope.close(scope, Exit.void))
    },
  }
}
