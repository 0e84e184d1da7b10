/**
 * The pace that all commands of this user keep together, by a file. It is a module of its own, because it needs a database: a command that sends a
 * request or two loads it only where another one keeps the pace right now.
 */
import { CurrentPace, type Gate, type SharedPace } from "@effect-aptrinsic/core/RateBudget"
import * as RateBudget from "@effect-aptrinsic/jobs/RateBudget"
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as Quota from "./Quota.ts"

/** Milliseconds that a statement waits for another command; each takes one of them. */
const busyTimeout = 250

/** A file that fails while a command runs, because a stranger locks it or the disk is full, holds it up no longer than this. */
const whileAway = { processes: 1, after: "2 seconds" } as const

/** A long reason is cut off, so it stands at the end. */
const notShared = ({ _tag, message }: { readonly _tag: string; readonly message: string }) => {
  const reason = _tag === "DatabaseTooNew" ? "a newer aptrinsic made its file" : message
  return `This command keeps a pace of its own, the one of all commands cannot be shared: ${reason}`
}

/** Keeps a pace of its own where the file cannot be used; where there is no place for it, the day's count tells of that. */
export const pace = Layer.unwrap(
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* Quota.directory
    const isThere = yield* Effect.isSuccess(fs.makeDirectory(directory, { recursive: true, mode: 0o700 }))
    if (!isThere) return Layer.empty
    const file = yield* Quota.paceFile
    yield* fs.writeFileString(file, "", { flag: "a", mode: 0o600 })
    // What a power loss forgets of a pace is past by then.
    return RateBudget.layerPace({ whileAway }).pipe(
      Layer.provide(Sqlite.layer({ file, busyTimeout, synchronous: "NORMAL" })),
    )
  }),
).pipe(
  Layer.provide(UserDirectories.layer),
  Layer.catch((error) => Layer.effectDiscard(Effect.logWarning(notShared(error)))),
)

/** How many requests a second are allowed now, as far as the pace is shared: what was configured, or less where PX rejects requests. */
export class Limit extends Context.Reference<() => number | undefined>("@effect-aptrinsic/cli/Pace/Limit", {
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

/** The day's count and the pace of an import. */
export const layer = Layer.merge(Quota.day, watched)
