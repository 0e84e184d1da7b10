/**
 * Where the accounts of the sandbox live: in memory or in a SQLite file. It owns the uniqueness of ids, which are compared byte by byte,
 * so `acme` and `Acme` are two accounts. The handlers decide what an account may look like.
 *
 * @since 0.1.0
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Iterable from "effect/Iterable"
import * as Layer from "effect/Layer"
import * as SqliteStore from "./internal/SqliteStore.ts"
import type { StoreError } from "./internal/StoreError.ts"

/**
 * An account as it is kept: what was sent, and when it was created (epoch milliseconds, UTC).
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface StoredAccount {
  readonly account: NewAccount
  readonly createDate: number
}

export { StoreError } from "./internal/StoreError.ts"

/**
 * Which page of the accounts to list, in the order they were created: `limit` accounts (default 100) after the first `skip` (default 0).
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface ListOptions {
  readonly skip?: number | undefined
  readonly limit?: number | undefined
}

/**
 * Keeps accounts.
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Store extends Context.Service<
  Store,
  {
    /** Keeps an account; `false` when its id is taken, and then nothing changes. Once it succeeds, the account survives the process. */
    readonly insert: (stored: StoredAccount) => Effect.Effect<boolean, StoreError>
    readonly get: (id: string) => Effect.Effect<StoredAccount | undefined, StoreError>
    readonly list: (options?: ListOptions) => Effect.Effect<ReadonlyArray<StoredAccount>, StoreError>
    readonly count: Effect.Effect<number, StoreError>
    readonly clear: Effect.Effect<void, StoreError>
  }
>()("@effect-aptrinsic/sandbox/Store") {}

// Kept as text, in memory too: objects would take several times the memory, and a reader could change one.
const parse = (text: string): StoredAccount => JSON.parse(text)

/**
 * Accounts in memory, gone with the layer.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<Store> = Layer.sync(Store, () => {
  const accounts = new Map<string, string>()
  return Store.of({
    insert: (stored) =>
      Effect.sync(() => {
        if (accounts.has(stored.account.id)) return false
        accounts.set(stored.account.id, JSON.stringify(stored))
        return true
      }),
    get: (id) =>
      Effect.sync(() => {
        const text = accounts.get(id)
        return text === undefined ? undefined : parse(text)
      }),
    list: ({ limit = 100, skip = 0 } = {}) =>
      Effect.sync(() => Array.from(Iterable.take(Iterable.drop(accounts.values(), skip), limit), parse)),
    count: Effect.sync(() => accounts.size),
    clear: Effect.sync(() => accounts.clear()),
  })
})

const overSqlite = Effect.fnUntraced(function* (file: string) {
  const rows = yield* SqliteStore.open(file)
  return Store.of({
    insert: (stored) => rows.insert(stored.account.id, JSON.stringify(stored)),
    get: (id) => Effect.map(rows.get(id), (text) => (text === undefined ? undefined : parse(text))),
    list: ({ limit = 100, skip = 0 } = {}) => Effect.map(rows.list(skip, limit), (texts) => texts.map(parse)),
    count: rows.count,
    clear: rows.clear,
  })
})

/**
 * Accounts in a SQLite file, created when it is missing. A sandbox started again on the same file has the same accounts; two at a time
 * may share it. Fails with `StoreError` when the file cannot be opened or is another program's. Needs `node:sqlite`: Node >= 22.13 or
 * Deno >= 2.2.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerSqlite = (file: string): Layer.Layer<Store, StoreError> => Layer.effect(Store, overSqlite(file))
