/**
 * What a row sends, a create or an update, and how its end reads.
 */
import type { Account, NewAccountInput } from "@effect-aptrinsic/core/Account"
import type { Accounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { CreateOptions, WriteOptions } from "@effect-aptrinsic/core/Options"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { ChangedRow, FieldChange, RowOutcome, RowRef } from "../../Row.ts"
import { isSameAt, placeAt, valueAt } from "../plan/fields.ts"
import { changedOutcomeOf, foundDone, outcomeOf, overtaken } from "./verdict.ts"

export interface Write {
  /** What an update overwrites; nothing of a create. An update may be sent again as it is, a create only after a lookup. */
  readonly fields: ReadonlyArray<FieldChange> | undefined
  /** What became of the account when it was done. */
  readonly done: "created" | "changed"
  readonly run: (
    options: WriteOptions,
    inDoubt: CreateOptions["inDoubt"],
  ) => Effect.Effect<Result.Result<RowOutcome, AccountsError>>
  /** The outcome of a failure; `inDoubt`: the write may have been done. */
  readonly failed: (error: AccountsError, inDoubt: boolean) => RowOutcome
}

export const createOf = (accounts: Accounts["Service"], account: NewAccountInput, ref: RowRef): Write => ({
  fields: undefined,
  done: "created",
  run: (options, inDoubt) =>
    Effect.map(
      Effect.result(accounts.createAccount(account, { ...options, inDoubt })),
      Result.map((created) => outcomeOf(ref, Result.succeed(created), false)),
    ),
  failed: (error, inDoubt) => outcomeOf(ref, Result.fail(error), inDoubt),
})

const isHeld = (account: Account, path: string, value: FieldChange["from"]): boolean => {
  const place = placeAt(path)
  return isSameAt(place, valueAt(account, place), value)
}

/** The fields that hold neither what the plan says nor what is about to be sent. */
const overtakenIn = (account: Account, fields: ReadonlyArray<FieldChange>): ReadonlyArray<string> =>
  fields.flatMap(({ from, path, to }) => (isHeld(account, path, from) || isHeld(account, path, to) ? [] : [path]))

/** Whether the fields hold what is about to be sent. */
const isDone = (account: Account, fields: ReadonlyArray<FieldChange>): boolean =>
  fields.every(({ path, to }) => isHeld(account, path, to))

/** `isVerified`: the account is read right before. */
export const updateOf = (
  accounts: Accounts["Service"],
  { changes, fields }: ChangedRow,
  ref: RowRef,
  isVerified: boolean,
): Write => {
  const update = (options: WriteOptions) =>
    Effect.map(
      Effect.result(accounts.updateAccount(ref.id, changes, options)),
      Result.map((updated) => changedOutcomeOf(ref, Result.succeed(updated), false)),
    )
  return {
    fields,
    done: "changed",
    run: (options, inDoubt) =>
      isVerified
        ? Effect.flatMap(Effect.result(accounts.getAccount(ref.id)), (read): ReturnType<Write["run"]> => {
            if (Result.isFailure(read)) return Effect.succeed(Result.fail(read.failure))
            const mayBeDone = inDoubt !== undefined && inDoubt !== false
            // What refuses the next request would say nothing about the one that did it.
            if (mayBeDone && isDone(read.success, fields)) return Effect.succeed(Result.succeed(foundDone(ref, true)))
            const others = overtakenIn(read.success, fields)
            return others.length === 0
              ? update(options)
              : Effect.succeed(Result.succeed(overtaken(ref, others, mayBeDone)))
          })
        : update(options),
    failed: (error, inDoubt) => changedOutcomeOf(ref, Result.fail(error), inDoubt),
  }
}
