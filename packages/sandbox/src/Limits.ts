/**
 * The limits of the sandbox: how many requests a key may make in a second and in a day, counted over a window of a chosen kind.
 *
 * The arithmetic is exact, in whole nanoseconds of `Clock`: a limit never admits one request too many and never refuses one it could
 * admit. Counts live in memory, one set per API key; a restarted sandbox starts from zero.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { day, type Meter, meter, second } from "./internal/meters.ts"

/**
 * How a limit counts.
 *
 * - `fixed`: at most `requests` in each calendar second or UTC day; twice as many may pass around a boundary
 * - `sliding`: at most `requests` in any second or any 24 hours, wherever they begin: the strictest
 * - `token-bucket`: `burst` requests at once, refilled evenly at `requests` per second or day
 *
 * **Example** (The ways to count)
 *
 * ```ts
 * import { Limits } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Limits.Window.literals.join(", ")) // fixed, sliding, token-bucket
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Window = Schema.Literals(["fixed", "sliding", "token-bucket"])
/** @since 0.1.0 */
export type Window = typeof Window.Type

const Count = Schema.Finite.check(
  Schema.makeFilter((value: number) => Number.isInteger(value) && value >= 1 && value <= 100_000_000, {
    expected: "a whole number from 1 to 100000000",
    toJsonSchema: () => ({ type: "integer", minimum: 1, maximum: 100_000_000 }),
    arbitraryConstraint: { number: "integer", minimum: 1, maximum: 100_000_000 },
  }),
)

/**
 * One limit: `requests` per second or per day, `window` (default `sliding`), and for a token bucket its `burst` (default `requests`).
 *
 * **Example** (A limit and its default)
 *
 * ```ts
 * import { Limits } from "@effect-aptrinsic/sandbox"
 * import { Schema } from "effect"
 *
 * console.log(Schema.decodeSync(Limits.Limit)({ requests: 10 }).window) // sliding
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Limit = Schema.Struct({
  requests: Count,
  window: Window.pipe(Schema.withDecodingDefault(Effect.succeed("sliding" as const))),
  burst: Schema.optional(Count),
}).annotate({ identifier: "Limit" })
/** @since 0.1.0 */
export interface Limit extends Schema.Schema.Type<typeof Limit> {}

/**
 * The limits of every key. `null` lifts a limit. Defaults: 200 requests per second, 1,000,000 per day, both `sliding`; `retryAfter`
 * (default `true`) sends `Retry-After` in whole seconds with a 429.
 *
 * **Example** (The limits of PX)
 *
 * ```ts
 * import { Limits } from "@effect-aptrinsic/sandbox"
 * import { Schema } from "effect"
 *
 * const { perDay, perSecond } = Schema.decodeSync(Limits.Settings)({})
 *
 * console.log(perSecond?.requests, perDay?.requests) // 200 1000000
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Settings = Schema.Struct({
  perSecond: Schema.NullOr(Limit).pipe(Schema.withDecodingDefault(Effect.succeed({ requests: 200 }))),
  perDay: Schema.NullOr(Limit).pipe(Schema.withDecodingDefault(Effect.succeed({ requests: 1_000_000 }))),
  retryAfter: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(true))),
}).annotate({ identifier: "Limits" })
/** @since 0.1.0 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}
/**
 * The limits as options: everything that has a default may be left out.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type SettingsInput = typeof Settings.Encoded

/**
 * The verdict on one request. `limit` names the limit that keeps it out the longest; `retryAfter` is the value of the header in seconds,
 * absent when the settings send none.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly limit: "perSecond" | "perDay"; readonly retryAfter: number | undefined }

/**
 * How many requests would be admitted right now, by each limit; `null` where there is none. With several keys, those of the key that has
 * the fewest.
 *
 * **Example** (Two of three requests are left)
 *
 * ```ts
 * import { Limits } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const limits = yield* Limits.Limits
 *   yield* limits.admit("a-key")
 *   return yield* limits.left
 * })
 *
 * const left: Limits.Left = await Effect.runPromise(Effect.provide(program, Limits.layer({ perDay: { requests: 3 } })))
 * console.log(left.perDay) // 2
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Left = Schema.Struct({
  perSecond: Schema.NullOr(Schema.Finite),
  perDay: Schema.NullOr(Schema.Finite),
}).annotate({ identifier: "Left" })
/** @since 0.1.0 */
export interface Left extends Schema.Schema.Type<typeof Left> {}

const decode = Schema.decodeEffect(Settings, { errors: "all", onExcessProperty: "error" })

/**
 * Admits or refuses requests, key by key. A refused request does not count against any limit.
 *
 * **Example** (The second request of a second)
 *
 * ```ts
 * import { Limits } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const limits = yield* Limits.Limits
 *   yield* limits.admit("a-key")
 *   return yield* limits.admit("a-key")
 * })
 *
 * const { admitted } = await Effect.runPromise(Effect.provide(program, Limits.layer({ perSecond: { requests: 1 } })))
 * console.log(admitted) // false
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Limits extends Context.Service<
  Limits,
  {
    readonly admit: (apiKey: string) => Effect.Effect<Admission>
    readonly settings: Effect.Effect<Settings>
    readonly left: Effect.Effect<Left>
    /** Replaces the limits; all counts start from zero. */
    readonly set: (settings: Settings) => Effect.Effect<void>
    /** Sets all counts to zero. */
    readonly reset: Effect.Effect<void>
  }
>()("@effect-aptrinsic/sandbox/Limits") {}

const make = (initial: Settings) =>
  Clock.clockWith((clock) =>
    Effect.sync(() => {
      // Wall time that never goes back: a corrected system clock neither opens a window twice nor keeps one shut.
      const origin = clock.currentTimeNanosUnsafe() - clock.monotonicTimeNanosUnsafe()
      const meters = new Map<string, { readonly perSecond: Meter; readonly perDay: Meter }>()
      let settings = initial
      const untouched = () => ({ perSecond: meter(settings.perSecond, second), perDay: meter(settings.perDay, day) })
      const metersOf = (apiKey: string) => {
        const existing = meters.get(apiKey)
        if (existing !== undefined) return existing
        const created = untouched()
        meters.set(apiKey, created)
        return created
      }
      const admit = (apiKey: string, now: bigint): Admission => {
        const { perSecond, perDay } = metersOf(apiKey)
        const waitSecond = perSecond.wait(now)
        const waitDay = perDay.wait(now)
        if (waitSecond === 0n && waitDay === 0n) {
          perSecond.take(now)
          perDay.take(now)
          return { admitted: true }
        }
        const wait = waitDay > waitSecond ? waitDay : waitSecond
        return {
          admitted: false,
          limit: waitDay > waitSecond ? "perDay" : "perSecond",
          retryAfter: settings.retryAfter ? Number((wait + second - 1n) / second) : undefined,
        }
      }
      const left = (limit: "perSecond" | "perDay", now: bigint) => {
        const used = meters.size === 0 ? [untouched()] : [...meters.values()]
        // A limit is lifted for all keys or for none.
        const each = used.map((key) => key[limit].left(now))
        return each.includes(null) ? null : Math.min(...each.map(Number))
      }
      return Limits.of({
        left: Clock.clockWith((current) =>
          Effect.sync(() => {
            const now = origin + current.monotonicTimeNanosUnsafe()
            return { perSecond: left("perSecond", now), perDay: left("perDay", now) }
          }),
        ),
        admit: (apiKey) =>
          Clock.clockWith((current) => Effect.succeed(admit(apiKey, origin + current.monotonicTimeNanosUnsafe()))),
        settings: Effect.sync(() => settings),
        set: (next) =>
          Effect.sync(() => {
            settings = next
            meters.clear()
          }),
        reset: Effect.sync(() => meters.clear()),
      })
    }),
  )

/**
 * Limits that start with `settings`. Fails with a `SchemaError` when a number is out of its range.
 *
 * **Example** (No limit of a day)
 *
 * ```ts
 * import { Limits } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const settings = Limits.Limits.use((limits) => limits.settings)
 *
 * console.log((await Effect.runPromise(Effect.provide(settings, Limits.layer({ perDay: null })))).perDay) // null
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (settings: SettingsInput = {}): Layer.Layer<Limits, Schema.SchemaError> =>
  Layer.effect(Limits, Effect.flatMap(decode(settings), make))
