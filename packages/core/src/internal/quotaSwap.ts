/**
 * The day's count of one key as a text that processes share, and that is replaced only by one who has read it: no lock is needed, and a process
 * that is killed or frozen anywhere leaves nothing behind that others wait for.
 */
import * as Effect from "effect/Effect"
import * as PlatformError from "effect/PlatformError"
import { type Entry, parseCounts, startLine } from "./quotaEntry.ts"
import type { QuotaLog } from "./quotaLog.ts"
import { type Counts, makeSlidingDay } from "./slidingDay.ts"

/** How often a count is read anew because another process replaced it: one of them gets through each time. */
const attempts = 100

/** A text for each key, with how often it was replaced. */
export interface SharedText<E> {
  /** Undefined when there is none yet, whose version is 0. */
  readonly read: (key: string) => Effect.Effect<{ readonly text: string; readonly version: number } | undefined, E>
  readonly replace: (key: string, version: number, text: string) => Effect.Effect<boolean, E>
}

const broken = (key: string, description: string) =>
  PlatformError.systemError({
    _tag: "InvalidData",
    module: "QuotaStore",
    method: "read",
    pathOrDescriptor: key,
    description,
  })

/** Opens the count of a key. Where there is none yet, it begins with `base`. */
export const openSwap = Effect.fnUntraced(function* <E>(
  texts: SharedText<E>,
  key: string,
  base: Counts | undefined,
): Effect.fn.Return<QuotaLog<E | PlatformError.PlatformError>, E | PlatformError.PlatformError> {
  let counts = base
  let version = 0
  let day = makeSlidingDay(base)
  const refresh = Effect.gen(function* () {
    const found = yield* texts.read(key)
    if (found !== undefined) {
      version = found.version
      counts = parseCounts(found.text)
      if (counts === undefined) return yield* broken(key, "It holds something else than a count of requests.")
    }
    day = makeSlidingDay(counts)
  })
  const forget = Effect.sync(() => {
    day = makeSlidingDay(counts)
  })
  /** Counts entries, and says how many requests were granted. */
  const count = (entries: ReadonlyArray<Entry>, at: number) => {
    let granted = 0
    for (const entry of entries) {
      if (entry.op === "take") granted += day.take(entry.count, entry.limit, at)
      else if (entry.op === "add") day.add(entry.count, entry.of, at)
      else day.giveBack(entry.count, entry.of, at)
    }
    return granted
  }
  yield* refresh
  return {
    day: () => day,
    refresh,
    write: Effect.fnUntraced(function* (entries, at) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const granted = count(entries, at)
        const isReplaced = yield* texts
          .replace(key, version, startLine(day.counts()))
          .pipe(Effect.onError(() => forget))
        if (isReplaced) {
          counts = day.counts()
          version++
          return granted
        }
        yield* refresh
      }
      return yield* broken(key, "Other processes replaced it each time.")
    }),
  }
})
