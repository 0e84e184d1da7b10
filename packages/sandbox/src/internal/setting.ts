/**
 * A setting of the sandbox that may be changed while it runs.
 */
import * as Effect from "effect/Effect"

export const make = <A>(initial: A) => {
  let current = initial
  return {
    settings: Effect.sync(() => current),
    set: (next: A) =>
      Effect.sync(() => {
        current = next
      }),
  }
}
