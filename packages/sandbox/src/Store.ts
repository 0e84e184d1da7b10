/**
 * Where the accounts of the sandbox live: in memory or in a SQLite file. It owns the uniqueness of ids, which are compared byte by byte,
 * so `acme` and `Acme` are two accounts. The handlers decide what an account may look like.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MemoryStore from "./internal/MemoryStore.ts"
import * as seed from "./internal/seed.ts"
import * as SqliteStore from "./internal/SqliteStore.ts"
import type { StoredAccount } from "./internal/StoredAccount.ts"
import type { StoreError } from "./internal/StoreError.ts"

export type { StoredAccount } from "./internal/StoredAccount.ts"
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
 * **Example** (An id that is taken)
 *
 * ```ts
 * import { Store } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }
 * const program = Effect.gen(function* () {
 *   const { insert } = yield* Store.Store
 *   yield* insert({ account, createDate: 0 })
 *   return yield* insert({ account, createDate: 1 })
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, Store.layerMemory))) // false
 * ```
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
    /** Goes back to the accounts it started with: none, unless it was seeded. */
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
 * **Example** (An empty store)
 *
 * ```ts
 * import { Store } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const count = Store.Store.use((store) => store.count)
 *
 * console.log(await Effect.runPromise(Effect.provide(count, Store.layerMemory))) // 0
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<Store> = Layer.sync(Store, () => over(MemoryStore.make(0)))

/**
 * Accounts in memory, of which so many are there from the start: `seeded(0)`, `seeded(1)` and so on. They are computed, so that a million takes
 * neither time nor memory; what is changed or created is kept. `clear` goes back to the start.
 *
 * **Example** (A million accounts)
 *
 * ```ts
 * import { Store } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const count = Store.Store.use((store) => store.count)
 *
 * console.log(await Effect.runPromise(Effect.provide(count, Store.layerSeeded(1_000_000)))) // 1000000
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerSeeded = (accounts: number): Layer.Layer<Store> =>
  Layer.sync(Store, () => over(MemoryStore.make(accounts)))

/**
 * The account that `layerSeeded` has at a place, counted from 0: the same one every time.
 *
 * **Example** (The same account every time)
 *
 * ```ts
 * import { Store } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Store.seeded(7).account.id === Store.seeded(7).account.id) // true
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const seeded: (place: number) => StoredAccount = seed.at

/**
 * Accounts in a SQLite file, created when it is missing. A sandbox started again on the same file has the same accounts; two at a time
 * may share it. Fails with `StoreError` when the file cannot be opened or is another program's. Needs `node:sqlite`: Node >= 22.13 or
 * Deno >= 2.2.
 *
 * **Example** (A store that stays)
 *
 * ```ts
 * import { mkdtempSync } from "node:fs"
 * import { tmpdir } from "node:os"
 * import { join } from "node:path"
 * import { Store } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const file = join(mkdtempSync(join(tmpdir(), "sandbox-")), "accounts.db")
 * const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }
 * const insert = Store.Store.use((store) => store.insert({ account, createDate: 0 }))
 * const count = Store.Store.use((store) => store.count)
 *
 * await Effect.runPromise(Effect.provide(insert, Store.layerSqlite(file)))
 * console.log(await Effect.runPromise(Effect.provide(count, Store.layerSqlite(file)))) // 1
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerSqlite = (file: string): Layer.Layer<Store, StoreError> =>
  Layer.effect(Store, Effect.map(SqliteStore.open(file), over))
