/**
 * What a call came to. A call rejects for nothing that PX, the network or the account is to blame for: each of them is a result.
 *
 * @since 0.1.0
 */
import type {
  Account,
  AttemptOf,
  CreatedOf,
  CreateReasonOf,
  ReadReasonOf,
  UpdatedOf,
  UpdateReasonOf,
  UpsertedOf,
} from "@effect-aptrinsic/core/internal/shared/plain"
import type { NewAccountInput } from "./Account.ts"

export type { Difference, FieldIssue } from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * One request of a call and how it ended; `at` in milliseconds.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Attempt extends AttemptOf<number> {}

/**
 * The signal of the call was aborted, or the client was disposed of.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export interface Aborted {
  readonly _tag: "Aborted"
  readonly message: string
  readonly hint: string
  readonly isRetryable: boolean
}

/**
 * The reasons for which a create ends without an account of its own.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type CreateReason = CreateReasonOf<Date> | Aborted

/**
 * The reasons for which an update ends without the account holding its changes, as far as is known.
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export type UpdateReason = UpdateReasonOf<Date> | Aborted

/**
 * The reasons for which a read returns no account.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type ReadReason = Exclude<ReadReasonOf<Date>, { readonly _tag: "AccountNotFound" }> | Aborted

/**
 * The facts about a call that did not succeed, besides its reason.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Facts {
  /** Which account; `undefined` when it had no id. */
  readonly accountId: string | undefined
  /** Requests sent, GETs included. */
  readonly attempts: number
  /** How long it took, in milliseconds. */
  readonly elapsed: number
  /** Which requests it took, and how each ended. */
  readonly history: ReadonlyArray<Attempt>
  /** What happened, to which account, whether it was created, after how many requests and how long. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** Whether the same call may be made again as it is, and may then succeed. Not after an unknown outcome: that one has to be looked up first. */
  readonly isRetryable: boolean
  /** Not before when, where that is known. */
  readonly resumeAt: Date | undefined
  /** Whether every other account would meet the same refusal, so that a bulk run should stop. */
  readonly concernsAll: boolean
}

/**
 * What a create says of an account that is there; `waited` and `elapsed` in milliseconds.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface There extends Omit<CreatedOf<number>, "existed"> {}

/**
 * This call created the account.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Created extends There {
  readonly outcome: "created"
}

/**
 * The account was there before, and `ifExists` accepted it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Existed extends There {
  readonly outcome: "existed"
}

/**
 * The account was not created.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface NotCreated extends Facts {
  readonly outcome: "not created"
  readonly reason: CreateReason
}

/**
 * Nobody knows whether the account was created.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Unknown extends Facts {
  readonly outcome: "unknown"
  readonly reason: CreateReason
}

/**
 * What became of a create: its `outcome` tells the four apart.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type CreateResult = Created | Existed | NotCreated | Unknown

/**
 * This call changed the account, which holds the `changes`; `waited` and `elapsed` in milliseconds.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Updated extends UpdatedOf<number> {
  readonly outcome: "updated"
}

/**
 * The account was not changed.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface NotUpdated extends Facts {
  readonly outcome: "not updated"
  readonly reason: UpdateReason
}

/**
 * Nobody knows whether the account was changed; the same call may be made again.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface UpdateUnknown extends Facts {
  readonly outcome: "unknown"
  readonly reason: UpdateReason
}

/**
 * What became of an update: its `outcome` tells the three apart.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type UpdateResult = Updated | NotUpdated | UpdateUnknown

/**
 * What became of an account that was created or changed, with each field before and after (`changes`); `elapsed` in milliseconds.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Upserted extends UpsertedOf<number> {}

/**
 * What became of an upsert: what it did, or what is known of the create or of the update that failed.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type UpsertResult = Upserted | NotCreated | NotUpdated | Unknown | UpdateUnknown

/**
 * The account was not read: there is none (`not found`), or nobody knows (`unknown`).
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ReadFailed =
  | (Facts & { readonly outcome: "not found" })
  | (Facts & { readonly outcome: "unknown"; readonly reason: ReadReason })

/**
 * What became of a read.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ReadResult = { readonly outcome: "found"; readonly account: Account } | ReadFailed

/**
 * What became of one of many accounts: the result, with what was to be created and its place among the others, counted from 0.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type OneOfAll<Input extends NewAccountInput = NewAccountInput> = CreateResult & {
  readonly input: Input
  readonly index: number
}
