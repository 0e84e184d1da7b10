/**
 * A journal file as it is read: in pieces so small that what is made of each does not outlive a collection of young objects.
 */
import * as Arr from "effect/Array"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

const chunkSize = 32 * 1024

export const bytesOf = (fs: FileSystem.FileSystem, path: string): Stream.Stream<Uint8Array, PlatformError> =>
  fs.stream(path, { chunkSize })

/** Pieces of a text as lines. A line of many pieces is put together once: adding each to a text that grows takes quadratic time. */
export const makeLines = () => {
  let parts: Array<string> = []
  return {
    /** The lines that end in a piece. */
    take: (piece: string): ReadonlyArray<string> => {
      if (!piece.includes("\n")) {
        parts.push(piece)
        return []
      }
      const lines = piece.split("\n")
      lines[0] = parts.join("") + lines[0]!
      parts = [lines.pop()!]
      return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
    },
    /** What follows the last line break. */
    rest: () => parts.join(""),
  }
}

export const linesOf = (fs: FileSystem.FileSystem, path: string): Stream.Stream<string, PlatformError> =>
  Stream.suspend(() => {
    const lines = makeLines()
    const rest = Stream.suspend(() => Stream.fromIterable(lines.rest() === "" ? [] : [lines.rest()]))
    return Stream.decodeText(bytesOf(fs, path)).pipe(
      Stream.map(lines.take),
      Stream.filter(Arr.isReadonlyArrayNonEmpty),
      Stream.flattenArray,
      Stream.concat(rest),
    )
  })
