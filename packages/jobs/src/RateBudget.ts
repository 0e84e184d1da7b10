/**
 * One pace and one day for all processes that share a key, over a database: Postgres for several machines, an SQLite file for one.
 *
 * @since 0.1.0
 */
import type { AccountsError, InvalidOptions } from "@effect-aptrinsic/core/AccountsError"
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import * as CoreBudget from "@effect-aptrinsic/core/RateBudget"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { DatabaseTooNew } from "./Database.ts"
import { migrateBudget } from "./internal/budget/migrate.ts"
import { makeSharedPace } from "./internal/budget/sharedPace.ts"
import { makeSqlCounts } from "./internal/budget/sqlCounts.ts"
import { makeSqlTimeline } from "./internal/budget/sqlTimeline.ts"
import { aloneOf } from "./internal/budget/whileAway.ts"

/**
 * Options of `layer`.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface BudgetOptions {
  /**
   * What a process does while the database does not answer: `wait`, so that no request leaves, or go on with its share of the limit, one of so many
   * processes as there are at most: a whole number of at least 1. Where they are more than the requests of a second, nothing is sent. All processes
   * of a key should do the same. `after` is how long it waits first.
   *
   * @default "wait"; `after`: 0
   */
  readonly whileAway?: "wait" | { readonly processes: number; readonly after?: Duration.Input | undefined } | undefined
}

const makePace = Effect.fnUntraced(function* ({ whileAway = "wait" }: BudgetOptions) {
  const alone = yield* Effect.fromResult(aloneOf(whileAway))
  const sql = yield* SqlClient.SqlClient
  yield* migrateBudget
  return yield* makeSharedPace({ store: makeSqlTimeline(sql), alone })
})

/**
 * Shares the pace and the day of each key over the `SqlClient` of the context: provide it to `Accounts.layerWithQuotaStore`.
 *
 * **Details**
 *
 * Processes take turns of one timeline for each key, a few at once, by one statement on one row. A process that ends, is killed or is frozen needs
 * no clearing up: the turns that it had taken are lost, some 30 milliseconds of them. A limit that one of them learns, a pause that the server asks one
 * of them for, and its end hold for all. The clock is the database's; those of the hosts may be minutes apart. Together they use 98 % of the lowest
 * limit, and each sends no more than it would alone. A day that the server called used up before a process began is tried by one request of that
 * process, and open again for all when it is accepted.
 *
 * Tables are made and brought up to date when the layer is built, which fails with `DatabaseTooNew` where a newer version has made them, and with
 * `AccountsError` (`InvalidOptions`) when an option does not work. A key is kept as its `QuotaStore.fingerprint` alone. While the database does not
 * answer, a warning says so, calls wait for their first turn, and the day is counted in memory and added later.
 *
 * **Gotchas**
 *
 * Shares (`whileAway`) keep the limit when the database is away for all. A process that alone is cut off from it goes on while the others use all of
 * the limit.
 *
 * **Example** (Several programs of one machine)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { RateBudget } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer, Redacted } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const budget = RateBudget.layer().pipe(Layer.provide(Sqlite.layer({ file: ":memory:" })))
 * const accounts = Accounts.layerWithQuotaStore({ apiKey: Redacted.make("a-key-of-px") }).pipe(
 *   Layer.provide([FetchHttpClient.layer, budget]),
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(Accounts.remainingToday, accounts))) // 1000000
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: BudgetOptions = {},
): Layer.Layer<QuotaStore.QuotaStore, AccountsError<InvalidOptions> | DatabaseTooNew | SqlError, SqlClient.SqlClient> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const pace = yield* makePace(options)
      const quota = yield* QuotaStore.makeShared(makeSqlCounts(sql))
      return Context.make(QuotaStore.QuotaStore, quota).pipe(Context.add(CoreBudget.CurrentPace, pace))
    }),
  )

/**
 * Shares the pace of each key as {@link layer} does, and leaves the day to another `QuotaStore`, or to none.
 *
 * **Example** (A pace that the programs of a machine share)
 *
 * ```ts
 * import { RateBudget as Shared } from "@effect-aptrinsic/core"
 * import { RateBudget } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer } from "effect"
 *
 * const pace = RateBudget.layerPace().pipe(Layer.provide(Sqlite.layer({ file: ":memory:" })))
 *
 * console.log((await Effect.runPromise(Effect.provide(Shared.CurrentPace, pace))) !== undefined) // true
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerPace = (
  options: BudgetOptions = {},
): Layer.Layer<never, AccountsError<InvalidOptions> | DatabaseTooNew | SqlError, SqlClient.SqlClient> =>
  Layer.effect(CoreBudget.CurrentPace, makePace(options))
