/**
 * What the vendor does where nothing is documented and clients have not seen it either: choices, each with a default that a client can live
 * with, and the others to try it on.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { integer } from "./internal/scenario.ts"
import * as setting from "./internal/setting.ts"

const choice = <const Choices extends readonly [string, ...ReadonlyArray<string>]>(...choices: Choices) =>
  Schema.Literals(choices).pipe(Schema.withDecodingDefault(Effect.succeed(choices[0])))

/**
 * The habits, by name; the first choice is the default.
 *
 * - `list`: `snapshot` fixes at the first page which accounts are listed, and in which order; `shifting` looks anew for every page, newest
 *   accounts first, so that an account that is created meanwhile moves one onto the next page
 * - `scrollId`: `page` gives each page an id, and the same page as often as it is asked for; `cursor` gives the scroll one id, and with every request
 *   the next page, so that a page whose answer is lost is lost
 * - `lastScrollId`: `kept` names a scroll id after the last page as well, `null` none
 * - `unknownAttributes`: what becomes of a value for a custom attribute that does not exist or is not enabled: `kept`, `dropped` without a word, or
 *   `refused` with a 400
 * - `scrollSeconds`: how long a scroll that is not asked for can be continued (default 300, `null`: as long as it runs); more
 *   than a hundred lists at a time make the oldest be forgotten
 *
 * **Example** (Their defaults)
 *
 * ```ts
 * import { Habits } from "@effect-aptrinsic/sandbox"
 * import { Schema } from "effect"
 *
 * console.log(Schema.decodeSync(Habits.Settings)({}).scrollSeconds) // 300
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Settings = Schema.Struct({
  list: choice("snapshot", "shifting"),
  scrollId: choice("page", "cursor"),
  lastScrollId: choice("kept", "null"),
  unknownAttributes: choice("kept", "dropped", "refused"),
  scrollSeconds: Schema.NullOr(integer(0, 86_400)).pipe(Schema.withDecodingDefault(Effect.succeed(300))),
}).annotate({ identifier: "Habits" })
/** @since 0.1.0 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

/**
 * The habits as options: those that are left out have their defaults.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type SettingsInput = typeof Settings.Encoded

/**
 * Keeps the habits.
 *
 * **Example** (Another habit while it runs)
 *
 * ```ts
 * import { Habits } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const habits = yield* Habits.Habits
 *   yield* habits.set({ ...(yield* habits.settings), list: "shifting" })
 *   return (yield* habits.settings).list
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, Habits.layer()))) // shifting
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Habits extends Context.Service<
  Habits,
  {
    readonly settings: Effect.Effect<Settings>
    /** Replaces the habits. */
    readonly set: (settings: Settings) => Effect.Effect<void>
  }
>()("@effect-aptrinsic/sandbox/Habits") {}

const decode = Schema.decodeEffect(Settings, { errors: "all", onExcessProperty: "error" })

/**
 * Habits that start with `settings`. Fails with a `SchemaError` when one is none of its choices.
 *
 * **Example** (Values that are refused)
 *
 * ```ts
 * import { Habits } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const settings = Habits.Habits.use((habits) => habits.settings)
 * const refusing = Habits.layer({ unknownAttributes: "refused" })
 *
 * console.log((await Effect.runPromise(Effect.provide(settings, refusing))).unknownAttributes) // refused
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (settings: SettingsInput = {}): Layer.Layer<Habits, Schema.SchemaError> =>
  Layer.effect(
    Habits,
    Effect.map(decode(settings), (initial) => Habits.of(setting.make(initial))),
  )
