/**
 * Where Effect ends: the one place of this package that runs an effect, for programs that have none.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/* oxlint-disable no-restricted-properties -- promises are what this package is for */

/** Runs an effect that cannot fail. */
export const promised = <A>(services: Context.Context<never>, effect: Effect.Effect<A>): Promise<A> =>
  Effect.runPromiseWith(services)(effect)

/** Runs an effect that waits for nothing, and throws what it fails with. */
export const now = <A, E>(services: Context.Context<never>, effect: Effect.Effect<A, E>): A =>
  Effect.runSyncWith(services)(effect)
