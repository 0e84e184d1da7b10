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
 * An account as it is kept: what was sent, when it was created and, unless that was all, last changed (epoch milliseconds, UTC).
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface StoredAccount {
  readonly account: NewAccount
  readonly createDate: number
  readonly lastModifiedDate?: number
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
    /**
     * Keeps what `change` makes of the account with this id, or of `undefined` where there is none; nothing changes where it makes `undefined`
     * of it. Nobody else changes the account meanwhile. Succeeds with the account as it was before.
     */
    readonly change: (
      id: string,
      change: (stored: StoredAccount | undefined) => StoredAccount | undefined,
    ) => Effect.Effect<StoredAccount | undefined, StoreError>
    readonly get: (id: string) => Effect.Effect<StoredAccount | undefined, StoreError>
    readonly list: (options?: ListOptions) => Effect.Effect<ReadonlyArray<StoredAccount>, StoreError>
    readonly count: Effect.Effect<number, StoreError>
    readonly clear: Effect.Effect<void, StoreError>
  }
>()("@effect-aptrinsic/sandbox/Store") {}

/** Texts under unique ids, in the order in which the ids came. */
interface Rows {
  /** Succeeds with the text as it was before. */
  readonly change: (
    id: string,
    change: (text: string | undefined) => string | undefined,
  ) => Effect.Effect<string | undefined, StoreError>
  readonly get: (id: string) => Effect.Effect<string | undefined, StoreError>
  readonly list: (skip: number, limit: number) => Effect.Effect<ReadonlyArray<string>, StoreError>
  readonly count: Effect.Effect<number, StoreError>
  readonly clear: Effect.Effect<void, StoreError>
}

const parse = (text: string | undefined): StoredAccount | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as StoredAccount)

// Kept as text, in memory too: objects would take several times the memory, and a reader could change one.
const over = ({ change, clear, count, get, list }: Rows): Store["Service"] => ({
  insert: (stored) =>
    Effect.map(
      change(stored.account.id, (taken) => (taken === undefined ? JSON.stringify(stored) : undefined)),
      (taken) => taken === undefined,
    ),
  change: (id, make) =>
    Effect.map(
      change(id, (text) => {
        const stored = make(parse(text))
        return stored === undefined ? undefined : JSON.stringify(stored)
      }),
      parse,
    ),
  get: (id) => Effect.map(get(id), parse),
  list: ({ limit = 100, skip = 0 } = {}) =>
    Effect.map(list(skip, limit), (texts) => texts.map((text) => JSON.parse(text) as StoredAccount)),
  count,
  clear,
})

/**
 * Accounts in memory, gone with the layer.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<Store> = Layer.sync(Store, () => {
  const texts = new Map<string, string>()
  return over({
    change: (id, change) =>
      Effect.sync(() => {
        const before = texts.get(id)
        const after = change(before)
        if (after !== undefined) texts.set(id, after)
        return before
      }),
    get: (id) => Effect.sync(() => texts.get(id)),
    list: (skip, limit) => Effect.sync(() => [...Iterable.take(Iterable.drop(texts.values(), skip), limit)]),
    count: Effect.sync(() => texts.size),
    clear: Effect.sync(() => texts.clear()),
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
export const layerSqlite = (file: string): Layer.Layer<Store, StoreError> =>
  Layer.effect(Store, Effect.map(SqliteStore.open(file), over))
