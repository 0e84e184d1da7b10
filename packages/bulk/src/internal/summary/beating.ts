/** Whether a run lives that holds a lock file: it is looked at for a moment, and never waited for. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { beat } from "../journal/lock.ts"

/** Two beats, in a few looks, so that most runs are seen after one. */
const looks = 5

/** `still` is a lock that a killed run left; a run that sleeps, or whose machine is very busy, is taken for one. */
export type Beating = "beating" | "still" | "none"

export const beatingOf = Effect.fnUntraced(function* (
  path: string,
): Effect.fn.Return<Beating, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const look = Effect.option(fs.readFileString(path))
  const first = yield* look
  if (Option.isNone(first)) return "none"
  for (let each = 0; each < looks; each++) {
    yield* Effect.sleep((2.5 * beat) / looks)
    const now = yield* look
    if (Option.isNone(now)) return "none"
    if (now.value !== first.value) return "beating"
  }
  return "still"
})
