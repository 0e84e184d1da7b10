/**
 * The one error of the `Accounts` service. Its `reason` names the condition, as a plain object with a `_tag`; `catchReason` handles one. Every
 * reason says what happened (`message`) and the way out (`hint`); none of them holds the API key or a request.
 *
 * @since 0.1.0
 */
import type {
  AttemptOf,
  CreateReasonOf,
  ListReasonOf,
  Outcome,
  ReadReasonOf,
  UpdateReasonOf,
} from "@effect-aptrinsic/core/internal/shared/plain"
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"

export type {
  AccountNotFound,
  BadRequest,
  DailyQuotaExhausted,
  Difference,
  FieldIssue,
  Forbidden,
  InvalidAccount,
  InvalidOptions,
  ListIncomplete,
  Outcome,
  OutcomeUnknown,
  PossibleDuplicate,
  RateLimited,
  Redirected,
  RequestRefused,
  TransportFault,
  Unauthorized,
  Unavailable,
  Unreachable,
  Withdrawn,
} from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * One request of a call and how it ended.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Attempt extends AttemptOf<Duration.Duration> {}

/**
 * The reasons for which a create ends without an account of its own.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type CreateReason = CreateReasonOf<DateTime.Utc>

/**
 * The reasons for which an update ends without the account holding its changes, as far as is known.
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export type UpdateReason = UpdateReasonOf<DateTime.Utc>

/**
 * The reasons for which a list ends before its last account.
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export type ListReason = ListReasonOf<DateTime.Utc>

/**
 * The reasons for which a read returns no account.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type ReadReason = ReadReasonOf<DateTime.Utc>

/**
 * Every reason an `AccountsError` can have.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type AccountsErrorReason = CreateReason | UpdateReason | ReadReason | ListReason

/**
 * What an `AccountsError` says besides its reason.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Facts {
  readonly operation: "create" | "update" | "get" | "list" | "configure"
  /** Which account; absent when a layer is built, and of a list. */
  readonly accountId?: string
  /** Whether the account was created or updated; absent for reads. */
  readonly outcome?: Outcome
  /** Requests sent, GETs included. */
  readonly attempts: number
  /** How long the call took. */
  readonly elapsed: Duration.Duration
  /** Which requests it took, and how each ended. */
  readonly history: ReadonlyArray<Attempt>
  /** What happened, to which account, whether it was created, after how many requests and how long. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** Whether the same call may be made again as it is, and may then succeed. Not after an unknown outcome: that one has to be looked up first. */
  readonly isRetryable: boolean
  /** Whether every other account would meet the same refusal, so that a bulk run should stop. */
  readonly concernsAll: boolean
}

/**
 * Fails every call of `Accounts`: what is known of the account, and a reason. `resumeAt` says not before when a retry helps, where that is
 * known.
 *
 * **Example** (What an error says)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Effect.flip(Accounts.createAccount({ id: "acme", name: "", propertyKeys: [] }))
 *
 * const { outcome, reason } = await Effect.runPromise(Effect.provide(program, accounts))
 * console.log(outcome, reason._tag) // not created InvalidAccount
 * console.log("issues" in reason && reason.issues.map(({ path }) => path).join(", ")) // name, propertyKeys
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class AccountsError<Reason extends AccountsErrorReason = AccountsErrorReason> extends Data.TaggedError(
  "AccountsError",
)<Facts & { readonly reason: AccountsErrorReason }> {
  declare readonly reason: Reason
  declare readonly message: string
  // oxlint-disable-next-line no-useless-constructor -- it says that the type of the reason follows from the reason that is given
  constructor(members: Facts & { readonly reason: Reason }) {
    super(members)
  }
  /** Not before when, where that is known. */
  get resumeAt(): DateTime.Utc | undefined {
    return "resumeAt" in this.reason ? this.reason.resumeAt : undefined
  }
}

/**
 * Whether a value is an `AccountsError`, whatever its reason.
 *
 * **Example** (An error among others)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/effect3"
 *
 * const whose = (error: unknown) => (AccountsError.isAccountsError(error) ? error.reason._tag : "another's")
 *
 * console.log(whose(new Error("no disk"))) // another's
 * ```
 *
 * @stability stable
 * @category guards
 * @since 0.1.0
 */
export const isAccountsError = (value: unknown): value is AccountsError => value instanceof AccountsError

type ReasonsIn<E> = E extends AccountsError<infer Reason> ? Reason : never

/** An error without a reason that was handled. */
type Without<E, Tag> =
  E extends AccountsError<infer Reason>
    ? [Exclude<Reason, { readonly _tag: Tag }>] extends [never]
      ? never
      : AccountsError<Exclude<Reason, { readonly _tag: Tag }>>
    : E

/**
 * Handles one reason of an `AccountsError`, as `Effect.catchReason` of Effect 4 does; the others stay in the error.
 *
 * **Example** (An account that exists)
 *
 * ```ts
 * import { Accounts, AccountsError } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const create = Accounts.createAccount({ id: "ogdenville", name: "Ogdenville", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *   Effect.map(({ evidence }) => `created, known by ${evidence}`),
 *   AccountsError.catchReason("PossibleDuplicate", ({ existing }) => Effect.succeed(`exists with ${existing} data`)),
 * )
 *
 * const told = await Effect.runPromise(Effect.provide(Effect.all([create, create]), accounts))
 * console.log(told.join(", ")) // created, known by answer, exists with same data
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const catchReason: {
  <E, Tag extends ReasonsIn<E>["_tag"], A2, E2, R2>(
    tag: Tag,
    handle: (reason: Extract<ReasonsIn<E>, { readonly _tag: Tag }>, error: AccountsError) => Effect.Effect<A2, E2, R2>,
  ): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A | A2, Without<E, Tag> | E2, R | R2>
  <A, E, R, Tag extends ReasonsIn<E>["_tag"], A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    tag: Tag,
    handle: (reason: Extract<ReasonsIn<E>, { readonly _tag: Tag }>, error: AccountsError) => Effect.Effect<A2, E2, R2>,
  ): Effect.Effect<A | A2, Without<E, Tag> | E2, R | R2>
} = dual(
  3,
  <A, E, R, A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    tag: string,
    handle: (reason: AccountsErrorReason, error: AccountsError) => Effect.Effect<A2, E2, R2>,
  ): Effect.Effect<A | A2, E | E2, R | R2> =>
    Effect.catchAll(self, (error): Effect.Effect<A2, E | E2, R2> =>
      isAccountsError(error) && error.reason._tag === tag ? handle(error.reason, error) : Effect.fail(error),
    ),
)
