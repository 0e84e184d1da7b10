/**
 * What a call does while it runs: every request, answer, pause and wait, as it happens. For progress lines, logs and tests; the outcome of
 * a call is its result, not an event.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import type { Attempt } from "./AccountsError.ts"
import { visible } from "./internal/shared/visibleText.ts"
import type { Outcome } from "./Outcome.ts"

/**
 * One step of a call, and the request it belongs to: a `write` may change something at the server, a `read` does not. `accountId` is empty where
 * a call is about no single account, as a list is.
 *
 * - `Queued`: a request waits for its turn, or for another one where it was not ready in its own
 * - `Sending`: a request has its turn and leaves; `waited` for the rate and for pauses
 * - `Answered`: its answer, `201` or `lost: other side closed`, and for a write what that says about it
 * - `Pausing`: a 429, or an answer that used up the server's window; every request of the key waits at least so long
 * - `Retrying`: the request is sent again after `delay`
 * - `Settling`: the outcome of a write is unknown; a lookup follows after `delay`
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type AccountsEvent = {
  readonly accountId: string
  readonly request: Attempt["request"]
  readonly kind: "write" | "read"
} & (
  | { readonly _tag: "Queued" }
  | { readonly _tag: "Sending"; readonly waited: Duration.Duration }
  | {
      readonly _tag: "Answered"
      readonly answer: string
      readonly took: Duration.Duration
      readonly outcome: Outcome | undefined
    }
  | { readonly _tag: "Pausing"; readonly delay: Duration.Duration }
  | { readonly _tag: "Retrying"; readonly delay: Duration.Duration }
  | { readonly _tag: "Settling"; readonly delay: Duration.Duration }
)

/**
 * Makes events, as a test of an observer does, and takes them apart: a constructor for each of them, `$is` and `$match`.
 *
 * **Example** (What a call waited for)
 *
 * ```ts
 * import { AccountsEvent } from "@effect-aptrinsic/core"
 * import { Duration } from "effect"
 *
 * const none = () => Duration.zero
 * const waitOf = AccountsEvent.AccountsEvent.$match({
 *   Queued: none,
 *   Sending: ({ waited }) => waited,
 *   Answered: none,
 *   Pausing: none,
 *   Retrying: none,
 *   Settling: none,
 * })
 *
 * const event = AccountsEvent.AccountsEvent.Sending({ accountId: "acme", request: "POST", kind: "write", waited: Duration.millis(12) })
 * console.log(Duration.format(waitOf(event))) // 12ms
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const AccountsEvent: Data.TaggedEnum.Constructor<AccountsEvent> =
  /* @__PURE__ */ Data.taggedEnum<AccountsEvent>()

const millis = (duration: Duration.Duration) => `${Duration.toMillis(duration)} ms`

/**
 * An event as a short sentence, as it stands in the debug log.
 *
 * **Example** (A line of a log)
 *
 * ```ts
 * import { AccountsEvent } from "@effect-aptrinsic/core"
 * import { Duration } from "effect"
 *
 * const event = { accountId: "acme", request: "POST", kind: "write", _tag: "Sending", waited: Duration.millis(12) } as const
 *
 * console.log(AccountsEvent.describe(event)) // POST sent after 12 ms of waiting
 * ```
 *
 * @stability unstable
 * @category formatting
 * @since 0.1.0
 */
export const describe = (event: AccountsEvent): string => {
  switch (event._tag) {
    case "Queued":
      return `${event.request} waits for its turn`
    case "Sending": {
      const waited = millis(event.waited)
      return `${event.request} sent${waited === "0 ms" ? "" : ` after ${waited} of waiting`}`
    }
    case "Answered":
      return `${event.request} answered ${visible(event.answer)} in ${millis(event.took)}${event.outcome === undefined ? "" : `: ${event.outcome}`}`
    case "Pausing":
      return `every request waits ${millis(event.delay)} (rate limit)`
    case "Retrying":
      return `${event.request} again in ${millis(event.delay)}`
    case "Settling":
      return `the outcome is not known; looking the account up in ${millis(event.delay)}`
  }
}

/**
 * Receives the events of the calls in its region. It runs within the call, which waits for it: hand anything slow to a queue. One that fails
 * or dies changes nothing for the call.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Observer = (event: AccountsEvent) => Effect.Effect<void>

/**
 * The observer in force; none by default.
 *
 * **Example** (Nobody looks by default)
 *
 * ```ts
 * import { AccountsEvent } from "@effect-aptrinsic/core"
 * import { Effect } from "effect"
 *
 * console.log(await Effect.runPromise(Effect.service(AccountsEvent.CurrentObserver))) // undefined
 * ```
 *
 * @stability unstable
 * @category references
 * @since 0.1.0
 */
export const CurrentObserver: Context.Reference<Observer | undefined> = Context.Reference<Observer | undefined>(
  "@effect-aptrinsic/core/AccountsEvent/CurrentObserver",
  { defaultValue: () => undefined },
)

/**
 * Shows an observer the events of every call an effect makes.
 *
 * **Example** (Watching a create)
 *
 * ```ts
 * import { Accounts, AccountsEvent } from "@effect-aptrinsic/core"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const seen: Array<string> = []
 * const program = Accounts.createAccount({ id: "watched", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *   AccountsEvent.observe((event) => Effect.sync(() => seen.push(event._tag))),
 *   Effect.provide(accounts),
 * )
 *
 * await Effect.runPromise(program)
 * console.log(seen.join(", ")) // Queued, Sending, Answered
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const observe: {
  (observer: Observer): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, observer: Observer): Effect.Effect<A, E, R>
} = /* @__PURE__ */ dual(2, <A, E, R>(effect: Effect.Effect<A, E, R>, observer: Observer): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, CurrentObserver, observer),
)
