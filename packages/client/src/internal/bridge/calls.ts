/**
 * Calls of core as results: whatever ends one, its caller is told what is known of the account.
 */
import type { NewAccountInput as CoreInput } from "@effect-aptrinsic/core/Account"
import {
  type AccountChanges as CoreChanges,
  type AccountCreated,
  Accounts,
  type AccountUpdated,
} from "@effect-aptrinsic/core/Accounts"
import type * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as CoreEvent from "@effect-aptrinsic/core/AccountsEvent"
import {
  type AccountUpserted,
  upsertAccount,
  type UpsertOptions as CoreUpsertOptions,
} from "@effect-aptrinsic/core/AccountsUpsert"
import { makeStandings } from "@effect-aptrinsic/core/internal/shared/standing"
import type * as CoreOptions from "@effect-aptrinsic/core/Options"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { AccountChanges, NewAccountInput } from "../../Account.ts"
import type { ClientEvent, CreateOptions, ReadOptions, UpdateOptions, UpsertOptions } from "../../Options.ts"
import type { Attempt, CreateResult, ReadResult, UpdateResult, UpsertResult } from "../../Result.ts"
import { unlessAborted } from "./abort.ts"
import { writeOptionsOf } from "./options.ts"
import {
  createAborted,
  createdOf,
  createFailedOf,
  type Progress,
  readAborted,
  readFailedOf,
  updateAborted,
  updatedOf,
  updateFailedOf,
} from "./results.ts"
import { inMillis } from "./spans.ts"

/** What the calls of a client have in common. */
export interface Calls {
  readonly service: Accounts["Service"]
  readonly onEvent: ((event: ClientEvent) => void) | undefined
  /** Aborted when the client is disposed of. */
  readonly disposed: AbortSignal
}

export const read = <A>(question: () => A): A | undefined => Result.getOrUndefined(Result.try(question))

/** Follows the steps of a call, so that one that is cut off can say how far it came. */
export const watch = ({ onEvent }: Calls, accountId: unknown, isInDoubt: boolean) =>
  Effect.map(Clock.currentTimeMillis, (startedAt) => {
    const history: Array<Attempt> = []
    const standings = makeStandings(isInDoubt)
    let isUpdate = false
    const note = (event: ClientEvent, at: number) => {
      if (event._tag === "Answered") history.push({ request: event.request, at: at - startedAt, answer: event.answer })
      standings.note(event)
      isUpdate ||= event.request === "PUT"
      read(() => onEvent?.(event))
    }
    return {
      observer: (event: CoreEvent.AccountsEvent) =>
        Effect.map(Clock.currentTimeMillis, (at) => note(inMillis(event), at)),
      progress: Effect.map(Clock.currentTimeMillis, (at): Progress => ({
        accountId: typeof accountId === "string" ? accountId : undefined,
        history,
        elapsed: at - startedAt,
        isUnknown: standings.now() !== "not done",
        isUpdate,
      })),
    }
  })

/** How the ends of a write become results. */
interface Ends<A, Reason extends CoreError.AccountsErrorReason, Known> {
  readonly succeed: (value: A) => Known
  readonly fail: (error: CoreError.AccountsError<Reason>) => Known
  readonly abort: (progress: Progress) => Known
}

/** A write, whose result says what is known, whatever ends it. */
const write = <A, Reason extends CoreError.AccountsErrorReason, Known>(
  calls: Calls,
  id: unknown,
  isInDoubt: boolean,
  signal: AbortSignal | undefined,
  run: () => Effect.Effect<A, CoreError.AccountsError<Reason>>,
  { abort, fail, succeed }: Ends<A, Reason, Known>,
): Effect.Effect<Known> =>
  Effect.gen(function* () {
    const { observer, progress } = yield* watch(calls, id, isInDoubt)
    const call = Effect.suspend(run).pipe(
      CoreEvent.observe(observer),
      Effect.match({ onSuccess: succeed, onFailure: fail }),
    )
    const result = yield* unlessAborted(call, signal, calls.disposed)
    return Option.isSome(result) ? result.value : abort(yield* progress)
  })

export const create = (
  calls: Calls,
  input: NewAccountInput,
  options: CreateOptions | undefined,
): Effect.Effect<CreateResult> =>
  Effect.suspend(() =>
    write<AccountCreated, CoreError.CreateReason, CreateResult>(
      calls,
      read(() => input.id),
      (read(() => options?.inDoubt) ?? false) !== false,
      options?.signal,
      () => calls.service.createAccount(input as CoreInput, writeOptionsOf<CoreOptions.CreateOptions>(options)),
      { succeed: createdOf, fail: createFailedOf, abort: createAborted },
    ),
  )

export const update = (
  calls: Calls,
  id: string,
  changes: AccountChanges,
  options: UpdateOptions | undefined,
): Effect.Effect<UpdateResult> =>
  write<AccountUpdated, CoreError.UpdateReason, UpdateResult>(
    calls,
    id,
    false,
    options?.signal,
    () => calls.service.updateAccount(id, changes as CoreChanges, writeOptionsOf(options)),
    { succeed: updatedOf, fail: updateFailedOf, abort: updateAborted },
  )

export const upsert = (
  calls: Calls,
  input: NewAccountInput,
  options: UpsertOptions | undefined,
): Effect.Effect<UpsertResult> =>
  Effect.suspend(() =>
    write<AccountUpserted, CoreError.CreateReason | CoreError.UpdateReason, UpsertResult>(
      calls,
      read(() => input.id),
      (read(() => options?.inDoubt) ?? false) !== false,
      options?.signal,
      () =>
        Effect.provideService(
          upsertAccount(input as CoreInput, writeOptionsOf<CoreUpsertOptions>(options)),
          Accounts,
          calls.service,
        ),
      {
        succeed: (upserted) => inMillis(upserted),
        fail: (error) => (error.operation === "update" ? updateFailedOf(error) : createFailedOf(error)),
        abort: (progress) => (progress.isUpdate ? updateAborted(progress) : createAborted(progress)),
      },
    ),
  )

export const get = (calls: Calls, id: string, options: ReadOptions | undefined): Effect.Effect<ReadResult> =>
  Effect.gen(function* () {
    const { observer, progress } = yield* watch(calls, id, false)
    const call = calls.service.getAccount(id).pipe(
      CoreEvent.observe(observer),
      Effect.match({
        onSuccess: (account): ReadResult => ({ outcome: "found", account }),
        onFailure: readFailedOf,
      }),
    )
    const result = yield* unlessAborted(call, options?.signal, calls.disposed)
    return Option.isSome(result) ? result.value : readAborted(yield* progress)
  })
