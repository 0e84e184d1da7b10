/**
 * Environment variables, read one by one: errors about them are ours to word. An empty variable counts as unset.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"

export const variable = (name: string): Effect.Effect<string | undefined> =>
  Config.String(name).pipe(
    Config.withDefault(undefined),
    Effect.orDie,
    Effect.map((value) => (value === "" ? undefined : value)),
  )
