/**
 * Failures on demand: named faults, each with a trigger that says which requests it strikes and how often. A scenario says what a
 * fault does; this module decides when.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Scenarios from "./internal/scenarios.ts"

/**
 * A fault by its name, its parameters and its trigger.
 *
 * - `delay`: waits `milliseconds` before it handles the request
 * - `no-answer`: never answers; with `committed: true` the request is handled nevertheless
 * - `server-error`: answers `status` (default 503); with `committed: true` the request is handled nevertheless
 * - `refusal`: answers a 4xx `status` (default 422), in HTML with `html: true`; `committed` as above
 * - `redirect`: answers `status` (default 302) with a `location` (default `/elsewhere`); `committed` as above
 * - `captive-portal`: answers 200 with a sign-in page instead of handling the request
 * - `odd-answer`: handles the request, then answers with another `body` (`empty`, `malformed`, `array`, `null`, `other-id`, `html`) or 2xx
 *   `status`
 * - `truncated-answer`: handles the request, then breaks off in the middle of the answer, in chunks with `chunked: true`
 * - `short-page`: answers with half of the accounts of the page, as if the list ended there; other answers stay as they are
 * - `stalled-answer`: handles the request, sends half of the answer, then nothing more
 * - `endless-answer`: handles the request, then answers without an end
 * - `corrupt-gzip`: handles the request, then answers with text that claims to be gzip
 * - `drop-before-commit`: drops the connection instead of handling the request
 * - `drop-after-commit`: handles the request, then drops the connection
 * - `rate-limit-burst`: 429 to `requests` requests in a row (default 10), with `retryAfter` seconds (default 1), a text as it is, or `null` for
 *   none
 *
 * The trigger is the same for all: `method`, `operation` (`create`, `update`, `updateNamed` for the one that names the account in its body, `list`,
 * `get`, `attributes`, `subscription`), `accountId`, `after` so many requests, `times` at most, `rate` (0 to 1, default 1). A
 * strike is counted per request that it could have struck, in order of arrival.
 *
 * **Example** (A fault with its trigger)
 *
 * ```ts
 * import { Faults } from "@effect-aptrinsic/sandbox"
 * import { Schema } from "effect"
 *
 * const fault: Faults.Fault = { fault: "drop-after-commit", method: "POST", times: 1 }
 *
 * console.log(Schema.is(Faults.Fault)(fault)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Fault = Scenarios.Fault
/** @since 0.1.0 */
export type Fault = typeof Fault.Type

/**
 * A fault, how many requests it has struck, and how many of its `after` it let pass.
 *
 * **Example** (How often a fault has struck)
 *
 * ```ts
 * import { Faults } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const active = Faults.Faults.use((faults) => faults.active)
 * const faults: ReadonlyArray<Faults.ActiveFault> = await Effect.runPromise(
 *   Effect.provide(active, Faults.layer([{ fault: "server-error" }])),
 * )
 *
 * console.log(faults[0]!.struck) // 0
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const ActiveFault = Schema.Struct({ fault: Fault, struck: Schema.Finite, passed: Schema.Finite })
/** @since 0.1.0 */
export interface ActiveFault extends Schema.Schema.Type<typeof ActiveFault> {}

/**
 * The names and descriptions of the faults there are.
 *
 * **Example** (The faults there are)
 *
 * ```ts
 * import { Faults } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Faults.catalog.some(({ name }) => name === "drop-after-commit")) // true
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const catalog: ReadonlyArray<{ readonly name: Fault["fault"]; readonly description: string }> =
  Scenarios.scenarios.map(({ description, name }) => ({ name, description }))

/**
 * The trouble that is met most: delays, 5xx, lost connections and 429, which together strike about `rate` (0 to 1) of the requests.
 *
 * **Example** (One request in ten)
 *
 * ```ts
 * import { Faults } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Faults.mixed(0.1).map(({ fault }) => fault).join(", ")) // delay, server-error, drop-before-commit, drop-after-commit, rate-limit-burst
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const mixed = (rate: number): ReadonlyArray<Fault> => {
  const each = rate / 5
  return [
    { fault: "delay", milliseconds: 1_000, rate: each },
    { fault: "server-error", rate: each },
    { fault: "drop-before-commit", rate: each },
    { fault: "drop-after-commit", rate: each },
    { fault: "rate-limit-burst", requests: 1, rate: each },
  ]
}

/**
 * What a trigger looks at. `accountId` is only read when a fault asks for it.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Target {
  readonly method: string
  /** By the name of its endpoint; none when nothing answers the path. */
  readonly operation: string | undefined
  readonly accountId: Effect.Effect<string | undefined>
}

/**
 * A fault that strikes a request: `around` wraps the handler.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Strike {
  readonly fault: Fault["fault"]
  readonly around: Scenarios.Around
}

/**
 * Decides which faults strike a request.
 *
 * **Example** (Which faults strike a request)
 *
 * ```ts
 * import { Faults } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const target = { method: "POST", operation: "create", accountId: Effect.succeed("acme") }
 * const strikes = Faults.Faults.use((faults) => faults.strike(target))
 * const struck = await Effect.runPromise(Effect.provide(strikes, Faults.layer([{ fault: "server-error", times: 1 }])))
 *
 * console.log(struck.map(({ fault }) => fault).join(", ")) // server-error
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Faults extends Context.Service<
  Faults,
  {
    /** The faults that strike this request, the outermost last. */
    readonly strike: (target: Target) => Effect.Effect<ReadonlyArray<Strike>>
    readonly active: Effect.Effect<ReadonlyArray<ActiveFault>>
    /** Replaces the faults; their counts start from zero and their randomness from the seed. */
    readonly set: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  }
>()("@effect-aptrinsic/sandbox/Faults") {}

interface Watch {
  readonly fault: Fault
  readonly strike: Strike
  readonly run: number
  readonly random: Random.Random
  passed: number
  runs: number
  /** Requests the current run still covers. */
  left: number
  struck: number
}

const watch = Effect.fnUntraced(function* (fault: Fault, seed: string) {
  const { around, run } = Scenarios.effectOf(fault)
  const random = yield* Random.withSeed(Random.Random, seed)
  const state: Watch = {
    fault,
    strike: { fault: fault.fault, around },
    run,
    random,
    passed: 0,
    runs: 0,
    left: 0,
    struck: 0,
  }
  return state
})

const begins = (state: Watch): boolean => {
  const { after = 0, rate = 1, times = Infinity } = state.fault
  if (state.runs >= times) return false
  if (state.passed < after) {
    state.passed++
    return false
  }
  return rate === 1 || state.random.nextDoubleUnsafe() < rate
}

const strikes = (state: Watch): boolean => {
  if (state.left === 0) {
    if (!begins(state)) return false
    state.runs++
    state.left = state.run
  }
  state.left--
  state.struck++
  return true
}

const make = Effect.fnUntraced(function* (initial: ReadonlyArray<Fault>, seed: number) {
  // Each fault draws from a stream of its own, so that one more fault does not change when the others strike.
  const watchAll = (faults: ReadonlyArray<Fault>) =>
    Effect.forEach(faults, (fault, index) => watch(fault, `${seed}/${index}`))
  let watches = yield* watchAll(initial)
  const strike = Effect.fnUntraced(function* (target: Target) {
    const accountId = watches.some(({ fault }) => fault.accountId !== undefined) ? yield* target.accountId : undefined
    return watches
      .filter(({ fault }) => fault.method === undefined || fault.method === target.method)
      .filter(({ fault }) => fault.operation === undefined || fault.operation === target.operation)
      .filter(({ fault }) => fault.accountId === undefined || fault.accountId === accountId)
      .filter(strikes)
      .map((state) => state.strike)
      .toReversed()
  })
  const none: Effect.Effect<ReadonlyArray<Strike>> = Effect.succeed([])
  return Faults.of({
    strike: (target) => (watches.length === 0 ? none : strike(target)),
    active: Effect.sync(() => watches.map(({ fault, passed, struck }) => ({ fault, struck, passed }))),
    set: (faults) =>
      Effect.map(watchAll(faults), (next) => {
        watches = next
      }),
  })
})

const decode = Schema.decodeEffect(Schema.Array(Fault), { errors: "all", onExcessProperty: "error" })

/**
 * Faults that start with `faults`; `seed` (default 0) decides every draw, so that a run can be repeated. Fails with a `SchemaError` when
 * a number is out of its range.
 *
 * **Example** (A fault out of its range)
 *
 * ```ts
 * import { Faults } from "@effect-aptrinsic/sandbox"
 * import { Effect, Layer } from "effect"
 *
 * const faults = Faults.layer([{ fault: "server-error", rate: 2 }])
 *
 * console.log((await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(faults)))))._tag) // SchemaError
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (faults: ReadonlyArray<Fault> = [], seed = 0): Layer.Layer<Faults, Schema.SchemaError> =>
  Layer.effect(
    Faults,
    Effect.flatMap(decode(faults), (checked) => make(checked, seed)),
  )
