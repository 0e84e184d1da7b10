/**
 * Lists the accounts in PX, a thousand with each request, under the same gate as every other call.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Account } from "./Account.ts"
import { Accounts } from "./Accounts.ts"
import {
  type AccountsError,
  type InvalidOptions,
  type ListReason,
  type QueryReason,
  Unavailable,
} from "./AccountsError.ts"
import { failureOf } from "./internal/failure.ts"
import { checkListed, countOf, firstPass, type ListPage, makeStep, pageQuery } from "./internal/shared/list.ts"
import { operations } from "./Outcome.ts"

export type { ListPage } from "./internal/shared/list.ts"

/**
 * Which accounts are counted.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface CountOptions {
  /**
   * What an account has to fulfil, in the words of PX: conditions such as `plan==pro` or `name~acme*`, all of which hold when `;` stands between
   * them. PX compares without regard to case, also ids, which elsewhere differ by it.
   *
   * @default every account
   */
  readonly filter?: string | undefined
}

/**
 * Which accounts are listed, and how.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ListOptions extends CountOptions {
  /**
   * Accounts of a page, 1 to 1,000. Each page is a request.
   *
   * @default 1000
   */
  readonly pageSize?: number | undefined
}

/**
 * The accounts in PX by the page, with what PX counts in all, which the first page tells (`GET /v1/accounts`, as the vendor documents it). No
 * page is asked for before the one before it was taken.
 *
 * **Details**
 *
 * Each page is a call with the bounds of the service: it is asked for again as a read is. When a scroll breaks off, when its pages repeat, or when
 * PX counts more accounts than it showed, the list is begun anew, and accounts that were listed before are left out; `restarts` of a page tells
 * so. The list keeps 64 bits of each id for that. An account is listed once, as it was on its page: what changes while the list is read may be
 * missing from it.
 *
 * Fails with `AccountsError`, whose `reason` is one of
 *
 * - `InvalidOptions`: nothing was sent
 * - `RequestRefused`: PX does not take the filter (400), or has no lists
 * - `ListIncomplete`: however often it was begun anew, PX did not show all that it counts
 * - `Unauthorized`, `Forbidden`, `Redirected`: 401, 403, 3xx; a retry cannot help
 * - `RateLimited`, `DailyQuotaExhausted`, `Unreachable`, `Unavailable`: as with a read
 *
 * **Example** (How many pages there are to read)
 *
 * ```ts
 * import { Accounts, AccountsList } from "@effect-aptrinsic/core"
 * import { Effect, Result, Stream } from "effect"
 *
 * const accounts = Accounts.layerTest({
 *   query: ({ decode }) =>
 *     Effect.succeed({
 *       value: Result.getOrThrow(decode({ accounts: [{ id: "acme" }, { id: "beta" }], totalHits: 2 })),
 *       wasLost: false,
 *     }),
 * })
 *
 * const program = AccountsList.pages().pipe(
 *   Stream.map(({ accounts, total }) => `${accounts.length} of ${total}`),
 *   Stream.runCollect,
 * )
 *
 * console.log((await Effect.runPromise(Effect.provide(program, accounts))).join()) // 2 of 2
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const pages = (options?: ListOptions): Stream.Stream<ListPage, AccountsError<ListReason>, Accounts> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const listed = yield* Effect.fromResult(checkListed(options))
      const { query } = yield* Accounts
      return Stream.paginate(firstPass, makeStep(query, listed))
    }),
  )

/**
 * The accounts in PX one by one: those of `pages`, which says how it ends.
 *
 * **Example** (The ids of all that are listed)
 *
 * ```ts
 * import { Accounts, AccountsList } from "@effect-aptrinsic/core"
 * import { Effect, Result, Stream } from "effect"
 *
 * const accounts = Accounts.layerTest({
 *   query: ({ decode }) =>
 *     Effect.succeed({
 *       value: Result.getOrThrow(decode({ accounts: [{ id: "acme" }, { id: "beta" }], totalHits: 2 })),
 *       wasLost: false,
 *     }),
 * })
 *
 * const program = AccountsList.listAccounts({ filter: "plan==pro" }).pipe(
 *   Stream.map(({ id }) => id),
 *   Stream.runCollect,
 * )
 *
 * console.log((await Effect.runPromise(Effect.provide(program, accounts))).join()) // acme,beta
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const listAccounts = (options?: ListOptions): Stream.Stream<Account, AccountsError<ListReason>, Accounts> =>
  Stream.flattenIterable(Stream.map(pages(options), ({ accounts }) => accounts))

/**
 * How many accounts there are, with one request. Fails as `pages` does, and with `Unavailable` when PX does not say how many there are.
 *
 * **Example** (Counting before listing)
 *
 * ```ts
 * import { Accounts, AccountsList } from "@effect-aptrinsic/core"
 * import { Effect, Result } from "effect"
 *
 * const accounts = Accounts.layerTest({
 *   query: ({ decode }) =>
 *     Effect.succeed({
 *       value: Result.getOrThrow(decode({ accounts: [{ id: "acme" }, { id: "beta" }], totalHits: 2 })),
 *       wasLost: false,
 *     }),
 * })
 *
 * const program = AccountsList.count({ filter: "plan==pro" })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // 2
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const count = (
  options?: CountOptions,
): Effect.Effect<number, AccountsError<QueryReason | InvalidOptions>, Accounts> =>
  Effect.gen(function* () {
    const listed = yield* Effect.fromResult(checkListed({ filter: options?.filter, pageSize: 1 }))
    const { query } = yield* Accounts
    const { value } = yield* query(pageQuery(listed))
    const counted = countOf(value)
    if (counted !== undefined) return counted
    if (value.accounts.length === 0) return 0
    return yield* failureOf(operations.list, new Unavailable({ detail: "status 200 without a number of accounts" }))
  })
