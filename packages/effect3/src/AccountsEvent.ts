/**
 * What a call does while it runs: every request, answer, pause and wait, as it happens.
 *
 * @since 0.1.0
 */
import type { AnswerOutcome } from "@effect-aptrinsic/core/internal/shared/plain"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { dual } from "effect/Function"
import * as GlobalValue from "effect/GlobalValue"

/**
 * One step of a call, and the request it belongs to: a `write` may change something at the server, a `read` does not. Times in milliseconds.
 *
 * - `Sending`: a request has its turn and leaves; `waited` for the rate and for pauses
 * - `Answered`: its answer, `201` or `lost: other side closed`, and for a write what that says about the account
 * - `Pausing`: a 429, or an answer that used up the server's window; every request of the key waits at least so long
 * - `Retrying`: the request is sent again after `delay`
 * - `Settling`: the outcome of a write is unknown; a lookup follows after `delay`
 *
 * @since 0.1.0
 */
export type AccountsEvent = {
  readonly accountId: string
  readonly request: "POST" | "PUT" | "GET"
  readonly kind: "write" | "read"
} & (
  | { readonly _tag: "Sending"; readonly waited: number }
  | {
      readonly _tag: "Answered"
      readonly answer: string
      readonly took: number
      readonly outcome: AnswerOutcome | undefined
    }
  | { readonly _tag: "Pausing"; readonly delay: number }
  | { readonly _tag: "Retrying"; readonly delay: number }
  | { readonly _tag: "Settling"; readonly delay: number }
)

/**
 * Receives the events of the calls in its region. The call waits for it; one that fails or dies changes nothing for the call.
 *
 * @since 0.1.0
 */
export type Observer = (event: AccountsEvent) => Effect.Effect<void>

/**
 * The observer in force; none by default.
 *
 * @since 0.1.0
 */
export const CurrentObserver: FiberRef.FiberRef<Observer | undefined> = GlobalValue.globalValue(
  "@effect-aptrinsic/effect3/AccountsEvent/CurrentObserver",
  () => FiberRef.unsafeMake<Observer | undefined>(undefined),
)

/**
 * Shows an observer the events of every call an effect makes.
 *
 * @since 0.1.0
 */
export const observe: {
  (observer: Observer): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, observer: Observer): Effect.Effect<A, E, R>
} = dual(2, <A, E, R>(effect: Effect.Effect<A, E, R>, observer: Observer): Effect.Effect<A, E, R> =>
  Effect.locally(effect, CurrentObserver, observer),
)
