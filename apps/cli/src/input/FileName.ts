/** Names of files that a command writes: each is one, and none is that of a file that is read, or written otherwise. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { usage } from "../output/Failure.ts"

/** Fails where the value of a flag names no file. */
export const require = (flag: string, name: string) =>
  name === "" || name === "-"
    ? Effect.fail(usage(`${flag} needs the name of a file; ${name === "-" ? "- is not one" : "it is empty"}.`))
    : Effect.void

/** Where a file is, whatever links lead there; one that is not there yet, by its folder. */
const locate = Effect.fnUntraced(function* (name: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const absolute = path.resolve(name)
  return yield* fs.realPath(absolute).pipe(
    Effect.catch(() =>
      Effect.map(fs.realPath(path.dirname(absolute)), (folder) => path.join(folder, path.basename(absolute))),
    ),
    Effect.orElseSucceed(() => absolute),
  )
})

/** A file that is spoken for, and what it is to the command. */
export type Taken = readonly [name: string, what: string]

/** Refuses a file to write that is another one already, whatever its name or link. */
export const keepApart = Effect.fnUntraced(function* (flag: string, name: string, taken: ReadonlyArray<Taken>) {
  const own = yield* locate(name)
  for (const [other, what] of taken) {
    if ((yield* locate(other)) !== own) continue
    return yield* usage(`${flag} names ${what}.`, "Name another file: this one would be lost.")
  }
})
