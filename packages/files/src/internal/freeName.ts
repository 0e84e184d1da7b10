/**
 * Names of files that are written beside the one that is imported.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

/** `accounts.failed.csv` beside `accounts.csv`; another ending goes in its place. */
const nameBeside = (path: string, word: string, ending?: string): string => {
  const dot = path.lastIndexOf(".") > path.lastIndexOf("/") + 1 ? path.lastIndexOf(".") : path.length
  return `${path.slice(0, dot)}.${word}${ending ?? path.slice(dot)}`
}

/** The next name that is free: an earlier file may hold what somebody wrote into it. */
export const freeName = Effect.fnUntraced(function* (path: string, word: string, ending?: string) {
  const fs = yield* FileSystem.FileSystem
  for (let n = 1; ; n++) {
    const name = nameBeside(path, n === 1 ? word : `${word}-${n}`, ending)
    if (!(yield* fs.exists(name))) return name
  }
})

/**
 * Writes a file under a name that is free, or in the place of one that is there, which stays as it is until the new one is whole. Nothing is
 * left of one that fails. Mode 0600.
 */
export const writeBeside = Effect.fnUntraced(function* <E, R, E2>(
  name: string,
  isReplaced: boolean,
  text: Stream.Stream<string, E, R>,
  explain: (error: PlatformError) => E2,
) {
  const fs = yield* FileSystem.FileSystem
  const explained = Effect.mapError(explain)
  const at = isReplaced ? `${name}.next` : name
  const encoder = new TextEncoder()
  // One that a kill left has the mode of its maker, and would keep it.
  if (isReplaced) yield* explained(fs.remove(at, { force: true }))
  yield* Effect.scoped(
    Effect.gen(function* () {
      const file = yield* explained(fs.open(at, { flag: "wx", mode: 0o600 }))
      yield* Stream.runForEach(text, (piece) => explained(file.writeAll(encoder.encode(piece)))).pipe(
        Effect.andThen(isReplaced ? explained(fs.rename(at, name)) : Effect.void),
        Effect.onError(() => Effect.ignore(fs.remove(at))),
      )
    }),
  )
})
