/**
 * Names of files that are written beside the one that is imported.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"

/** `accounts.failed.csv` beside `accounts.csv`; another ending goes in its place. */
export const nameBeside = (path: string, word: string, ending?: string): string => {
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
