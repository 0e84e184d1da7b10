/**
 * The day's count of one key on disk, shared by all processes that use the directory: a log that is only ever appended to.
 *
 * The order of the lines decides: a process that reads the log up to an entry knows what it was granted. So no lock is needed, and a
 * process that is killed or frozen anywhere leaves nothing behind that others wait for. A log that has grown long is sealed by a line, and
 * its successor begins with the sum. An entry behind a seal does not count; its writer writes it again in the successor.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Random from "effect/Random"
import type { Scope } from "effect/Scope"
import { type Entry, entryLine } from "./quotaEntry.ts"
import { openFiles } from "./quotaFiles.ts"
import type { Counts, SlidingDay } from "./slidingDay.ts"

/** How often an entry is written that does not count after it was written. A torn line before it and a seal cost one time each. */
const attempts = 5

export interface QuotaLog<E = PlatformError> {
  /** The count as far as the log was read. */
  readonly day: () => SlidingDay
  /** Reads what others wrote since. */
  readonly refresh: Effect.Effect<void, E>
  /** Writes entries in the minute `at`; succeeds once they count, with how many requests were granted. */
  readonly write: (entries: ReadonlyArray<Entry>, at: number) => Effect.Effect<number, E>
}

/** Opens the log `name` in the directory, which is made with mode 0700 when it is not there. A log without a beginning begins with `base`. */
export const openLog = Effect.fnUntraced(function* (
  fs: FileSystem,
  directory: string,
  name: string,
  base: Counts | undefined,
): Effect.fn.Return<QuotaLog, PlatformError, Scope> {
  // The time too: programs may draw from one seed.
  const owner = `${(yield* Clock.currentTimeNanos).toString(36)}.${Math.abs(yield* Random.nextInt).toString(36)}`
  let sequence = 0
  /** Entries of this process that were written and do not count yet. */
  const awaited = new Map<string, Entry>()
  let granted = 0

  yield* fs.makeDirectory(directory, { recursive: true, mode: 0o700 })
  const files = yield* openFiles(fs, directory, name, base, (id, count) => {
    if (awaited.delete(id)) granted += count
  })
  const refresh = Effect.andThen(
    Effect.suspend(() => files.current().read),
    files.follow,
  )
  yield* refresh

  return {
    day: () => files.current().replay.day,
    refresh,
    write: Effect.fnUntraced(function* (entries, at) {
      awaited.clear()
      granted = 0
      for (const entry of entries) awaited.set(`${owner}.${sequence++}`, entry)
      yield* files.current().sealIfDue
      for (let attempt = 0; attempt < attempts; attempt++) {
        yield* files.follow
        const text = Array.from(awaited, ([id, entry]) => entryLine(entry, id, at)).join("")
        yield* files.current().append(text)
        yield* files.current().read
        if (awaited.size === 0) return granted
      }
      return yield* files.unreadable
    }),
  }
})
