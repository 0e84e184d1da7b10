/**
 * The files of one day's count, one after the other: the newest one is in use, the one before it is sealed and leads to it.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { FileSystem } from "effect/FileSystem"
import * as PlatformError from "effect/PlatformError"
import * as Scope from "effect/Scope"
import { sealLine, startLine } from "./quotaEntry.ts"
import { makeReplay } from "./quotaReplay.ts"
import { openLines } from "./sharedLines.ts"
import type { Counts } from "./slidingDay.ts"

/** Bytes after which a file is sealed; the sum at its beginning takes up to 25,000. */
const longest = 65_536

const broken = (path: string, description: string) =>
  PlatformError.systemError({
    _tag: "InvalidData",
    module: "QuotaStore",
    method: "read",
    pathOrDescriptor: path,
    description,
  })

const unreadable = (path: string) => broken(path, "It holds something else than a count of requests.")

/** One file, read along; `settled` hears of every entry that counts. */
const openFile = Effect.fnUntraced(function* (
  fs: FileSystem,
  path: string,
  base: Counts | undefined,
  settled: (id: string, granted: number) => void,
) {
  const lines = yield* openLines(fs, path)
  const replay = makeReplay(base, settled)
  const read = Effect.gen(function* () {
    const before = replay.unreadable
    for (const line of yield* lines.read) replay.line(line)
    if (replay.isOfOtherVersion) return yield* broken(path, "Another version wrote it.")
    // The process that sealed the file has warned of it.
    if (before > 0 || replay.unreadable === 0 || replay.isSealed) return
    yield* Effect.logWarning(`${path}: the day's count has a line that cannot be read; it counts for nothing.`)
  })
  return {
    path,
    replay,
    read,
    append: lines.append,
    /** Begins the file, on a line of its own whatever stands there. */
    start: Effect.suspend(() => lines.append(`\n${startLine(replay.day.counts())}`)),
    /** Ends a file that has grown long or holds what cannot be read, so that its successor begins with the sum. */
    sealIfDue: Effect.suspend(() =>
      lines.size() > longest || replay.unreadable > 0 ? Effect.andThen(lines.append(sealLine), read) : Effect.void,
    ),
  }
})

/** Opens the newest of the files `name.N.ndjson`, for the time of the scope; a first one begins with `base`. */
export const openFiles = Effect.fnUntraced(function* (
  fs: FileSystem,
  directory: string,
  name: string,
  base: Counts | undefined,
  settled: (id: string, granted: number) => void,
) {
  const scope = yield* Effect.scope
  const pathOf = (number: number) => `${directory}/${name}.${number}.ndjson`
  const numbers = Effect.map(fs.readDirectory(directory), (names) =>
    names
      .flatMap((file) => {
        const number = file.startsWith(`${name}.`) ? /^(\d{1,9})\.ndjson$/.exec(file.slice(name.length + 1)) : null
        return number === null ? [] : [Number(number[1])]
      })
      .toSorted((one, other) => one - other),
  )

  const open = Effect.fnUntraced(function* (number: number, base: Counts | undefined) {
    const own = yield* Scope.fork(scope)
    const file = yield* Scope.provide(openFile(fs, pathOf(number), base, settled), own)
    yield* file.read
    return { ...file, number, close: Scope.close(own, Exit.void) }
  })
  /** Opens the file `first`, or the next one there is, and begins it with `base` if nobody did. */
  const enter = Effect.fnUntraced(function* (first: number, base: Counts | undefined) {
    let file = yield* open(first, base)
    while (!file.replay.isStarted) {
      const { number } = file
      const newer = (yield* numbers).find((other) => other > number)
      if (newer === undefined) {
        yield* file.start
        yield* file.read
        if (!file.replay.isStarted) return yield* unreadable(file.path)
      } else {
        // A file without a beginning that has a successor had been removed, and was made again when it was opened: nothing in it counts.
        yield* file.close
        yield* Effect.ignore(fs.remove(file.path))
        file = yield* open(newer, base)
      }
    }
    return file
  })
  /** The one before the newest stays, so that who lists the directory while that one is made sees one that leads to it. */
  const removeBefore = Effect.fnUntraced(function* (keep: number) {
    for (const number of yield* numbers) if (number < keep) yield* fs.remove(pathOf(number))
  })

  let current = yield* enter((yield* numbers)[0] ?? 1, base)
  return {
    /** The file in use. */
    current: () => current,
    /** Goes on to the newest file. */
    follow: Effect.gen(function* () {
      while (current.replay.isSealed) {
        const { close, number, replay } = current
        current = yield* enter(number + 1, replay.day.counts())
        yield* close
        yield* Effect.ignore(removeBefore(number))
      }
    }),
    unreadable: Effect.suspend(() => Effect.fail(unreadable(current.path))),
  }
})
