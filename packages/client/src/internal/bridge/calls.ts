/**
 * Calls of core as results: whatever ends one, its caller is told what is known of the account.
 */
import type { NewAccountInput as CoreInput } from "@effect-aptrinsic/core/Account"
import type { Accounts } from "@effect-aptrinsic/core/Accounts"
import * as CoreEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { NewAccountInput } from "../../Account.ts"
import type { ClientEvent, CreateOptions, ReadOptions } from "../../Options.ts"
import type { Attempt, CreateResult, ReadResult } from "../../Result.ts"
import { unlessAborted } from "./abort.ts"
import { createOptionsOf } from "./options.ts"
import { createAborted, createdOf, createFailedOf, type Progress, readAborted, readFailedOf } from "./results.ts"
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
const watch = ({ onEvent }: Calls, accountId: unknown, isInDoubt: boolean) =>
  Effect.map(Clock.currentTimeMillis, (startedAt) => {
    const history: Array<Attempt> = []
    let isUnknown = isInDoubt
    const note = (event: ClientEvent, at: number) => {
      if (event._tag === "Answered") history.push({ request: event.request, at: at - startedAt, answer: event.answer })
      // A write that is out may do what it asks for.
      if (event.kind === "write" && event._tag === "Sending") isUnknown = true
      if (event.kind === "write" && event._tag === "Answered") isUnknown = event.outcome !== "not created"
      read(() => onEvent?.(event))
    }
    return {
      observer: (event: CoreEvent.AccountsEvent) =>
        Effect.map(Clock.currentTimeMillis, (at) => note(inMillis(event), at)),
      progress: Effect.map(Clock.currentTimeMillis, (at): Progress => ({
        accountId: typeof accountId === "string" ? accountId : undefined,
        history,
        elapsed: at - startedAt,
        isUnknown,
      })),
    }
  })

export const create = (
  calls: Calls,
  input: NewAccountInput,
  options: CreateOptions | undefined,
): Effect.Effect<CreateResult> =>
  Effect.gen(function* () {
    const inDoubt = read(() => options?.inDoubt) ?? false
    const { observer, progress } = yield* watch(
      calls,
      read(() => input.id),
      inDoubt !== false,
    )
    const call = Effect.suspend(() => calls.service.createAccount(input as CoreInput, createOptionsOf(options))).pipe(
      CoreEvent.observe(observer),
      Effect.match({ onSuccess: (created): CreateResult => createdOf(created), onFailure: createFailedOf }),
    )
    const result = yield* unlessAborted(call, options?.signal, calls.disposed)
    return Option.isSome(result) ? result.value : createAborted(yield* progress)
  })

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
