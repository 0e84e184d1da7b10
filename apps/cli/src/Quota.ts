/** The pace and the day's count of requests, which all imports of this user share. */
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import { CurrentPace, type Gate, type SharedPace } from "@effect-aptrinsic/core/RateBudget"
import * as RateBudget from "@effect-aptrinsic/jobs/RateBudget"
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as UserDirectories from "effect/persistence/UserDirectories"

/** What PX allows in 24 hours, unless a subscription has more. */
export const requestsPerDay = 1_000_000

/** Where programs keep their state. */
const directory = UserDirectories.UserDirectories.use((directories) => directories.state("aptrinsic"))

/** The day's count alone; in memory where there is no such place. */
export const day = Layer.unwrap(Effect.map(directory, (path) => QuotaStore.layerFile({ directory: path }))).pipe(
  Layer.provide(UserDirectories.layer),
  Layer.catch(() => QuotaStore.layerMemory),
)

/** Milliseconds that a statement waits for another import; each takes one of them. */
const busyTimeout = 250

/** A long reason is cut off, so it stands at the end. */
const notShared = ({ _tag, message }: { readonly _tag: string; readonly message: string }) => {
  const reason = _tag === "DatabaseTooNew" ? "a newer aptrinsic made its file" : message
  return `This import keeps a pace of its own, the one of all imports cannot be shared: ${reason}`
}

/** A file that fails while an import runs, because a stranger locks it or the disk is full, holds it up no longer than this. */
const whileAway = { processes: 1, after: "2 seconds" } as const

/** Keeps a pace of its own where the file cannot be used; where there is no place for it, the day's count tells of that. */
const pace = Layer.unwrap(
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* directory
    const isThere = yield* Effect.isSuccess(fs.makeDirectory(path, { recursive: true, mode: 0o700 }))
    if (!isThere) return Layer.empty
    const file = (yield* Path.Path).join(path, "pace.db")
    yield* fs.writeFileString(file, "", { flag: "a", mode: 0o600 })
    return RateBudget.layerPace({ whileAway }).pipe(Layer.provide(Sqlite.layer({ file, busyTimeout })))
  }),
).pipe(
  Layer.provide(UserDirectories.layer),
  Layer.catch((error) => Layer.effectDiscard(Effect.logWarning(notShared(error)))),
)

/** How many requests a second are allowed now, as far as the pace is shared: what was configured, or less where PX rejects requests. */
export class Limit extends Context.Reference<() => number | undefined>("@effect-aptrinsic/cli/Quota/Limit", {
  defaultValue: () => () => undefined,
}) {}

/** The pace, and the limit that its gate knows. */
const watched = Layer.effectContext(
  Effect.map(CurrentPace, (shared) => {
    let gate: Gate | undefined
    const open: SharedPace["open"] = (key, opened) => {
      gate = opened
      return shared!.open(key, opened)
    }
    const pace = Context.make(CurrentPace, shared === undefined ? undefined : { open })
    return Context.add(pace, Limit, () => gate?.limit())
  }),
).pipe(Layer.provide(pace))

/** The day's count and the pace. */
export const layer = Layer.merge(day, watched)
