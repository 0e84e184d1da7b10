/**
 * Text as lines, of which one that never ends does not fill the memory.
 */
import * as Stream from "effect/Stream"
import { mapChunks } from "../streams.ts"
import { maxRow } from "./jsonRow.ts"

/** What `read` makes of the lines, which get there without their ends. */
export const mapLines =
  <A>(read: (lines: ReadonlyArray<string>) => ReadonlyArray<A>) =>
  <E>(text: Stream.Stream<string, E>): Stream.Stream<A, E> =>
    Stream.suspend(() => {
      let rest = ""
      return text.pipe(
        mapChunks((parts) => {
          const text = parts.join("")
          if (!text.includes("\n")) {
            // No more of a line that is too long is kept: only its end matters now.
            if (rest.length <= maxRow) rest += text
            return []
          }
          const lines = (rest + text).split("\n")
          rest = lines.pop()!
          return read(lines)
        }),
        Stream.concat(Stream.suspend(() => Stream.fromIterable(read([rest])))),
      )
    })
