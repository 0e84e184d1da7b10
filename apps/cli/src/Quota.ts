/** The day's count of requests, which all commands of this user share, and where it and their pace lie. */
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as References from "effect/References"

/** What PX allows in 24 hours, unless a subscription has more. */
export const requestsPerDay = 1_000_000

/** Where programs keep their state. */
export const directory = UserDirectories.UserDirectories.use((directories) => directories.state("aptrinsic"))

export const paceFile = Effect.gen(function* () {
  return (yield* Path.Path).join(yield* directory, "pace.db")
})

/** Whether a command keeps the pace right now: SQLite's log lies beside a file for as long as somebody has it open. */
export const isPaceKept = Effect.gen(function* () {
  return yield* (yield* FileSystem.FileSystem).exists(`${yield* paceFile}-wal`)
}).pipe(
  Effect.provide(UserDirectories.layer),
  Effect.orElseSucceed(() => false),
)

/** The day's count; in memory where there is no such place. */
export const day = Layer.unwrap(Effect.map(directory, (path) => QuotaStore.layerFile({ directory: path }))).pipe(
  Layer.provide(UserDirectories.layer),
  Layer.catch(() => QuotaStore.layerMemory),
)

const quietly = <A>(effect: Effect.Effect<A>) => Effect.provideService(effect, References.MinimumLogLevel, "None")

/** The same for a command that is not an import: where it cannot be kept, nobody has to know. */
export const quietDay = Layer.effect(
  QuotaStore.QuotaStore,
  QuotaStore.QuotaStore.use(({ giveBack, take, used }) =>
    Effect.succeed({
      take: (...args) => quietly(take(...args)),
      giveBack: (...args) => quietly(giveBack(...args)),
      used: (...args) => quietly(used(...args)),
    }),
  ),
).pipe(Layer.provide(day))
