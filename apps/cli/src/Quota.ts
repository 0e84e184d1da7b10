/** The day's count of requests, which all imports of this user share. */
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as UserDirectories from "effect/persistence/UserDirectories"

/** What PX allows in 24 hours, unless a subscription has more. */
export const requestsPerDay = 1_000_000

/** Keeps it where programs keep their state; in memory where that cannot be. */
export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const directory = yield* (yield* UserDirectories.UserDirectories).state("aptrinsic")
    return QuotaStore.layerFile({ directory })
  }),
).pipe(
  Layer.provide(UserDirectories.layer),
  Layer.catch(() => QuotaStore.layerMemory),
)
