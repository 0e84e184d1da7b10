/**
 * What a call does while it runs: every request, answer, pause and wait, as it happens.
 *
 * @since 0.1.0
 */
import type { CallEventOf } from "@effect-aptrinsic/core/internal/shared/plain"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { dual } from "effect/Function"
import * as GlobalValue from "effect/GlobalValue"

/**
 * One step of a call, and the request it belongs to.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type AccountsEvent = CallEventOf<Duration.Duration>

/**
 * Receives the events of the calls in its region. The call waits for it; one that fails or dies changes nothing for the call.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Observer = (event: AccountsEvent) => Effect.Effect<void>

/**
 * The observer in force; none by default.
 *
 * **Example** (Whether somebody looks)
 *
 * ```ts
 * import { AccountsEvent } from "@effect-aptrinsic/effect3"
 * import { Effect, FiberRef } from "effect"
 *
 * const isSeen = Effect.map(FiberRef.get(AccountsEvent.CurrentObserver), (observer) => observer !== undefined)
 *
 * console.log(await Effect.runPromise(isSeen)) // false
 * console.log(await Effect.runPromise(AccountsEvent.observe(isSeen, () => Effect.void))) // true
 * ```
 *
 * @stability unstable
 * @category references
 * @since 0.1.0
 */
export const CurrentObserver: FiberRef.FiberRef<Observer | undefined> = GlobalValue.globalValue(
  "@effect-aptrinsic/effect3/AccountsEvent/CurrentObserver",
  () => FiberRef.unsafeMake<Observer | undefined>(undefined),
)

/**
 * Shows an observer the events of every call an effect makes.
 *
 * **Example** (The steps of a create)
 *
 * ```ts
 * import { Accounts, AccountsEvent } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const steps: Array<string> = []
 * const note = ({ _tag, request }: AccountsEvent.AccountsEvent) => Effect.sync(() => void steps.push(`${request} ${_tag}`))
 *
 * const program = Accounts.createAccount({ id: "bowlarama", name: "Barney's Bowl-A-Rama", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *   AccountsEvent.observe(note),
 * )
 *
 * await Effect.runPromise(Effect.provide(program, accounts))
 * console.log(steps.join(", ")) // POST Queued, POST Sending, POST Answered
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const observe: {
  (observer: Observer): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, observer: Observer): Effect.Effect<A, E, R>
} = dual(2, <A, E, R>(effect: Effect.Effect<A, E, R>, observer: Observer): Effect.Effect<A, E, R> =>
  Effect.locally(effect, CurrentObserver, observer),
)
