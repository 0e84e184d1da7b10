/**
 * A workbook is read in parts that belong together: the texts of one file under the numbers of another would be wrong accounts.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { SourceError } from "../../../SourceError.ts"
import { mapChunks } from "../../streams.ts"
import { crc32 } from "../crc32.ts"

type Bytes = Stream.Stream<Uint8Array, SourceError>

export interface Pinned {
  /** The bytes, remembered by their checksum and size when they are read to their end. */
  readonly bytes: Bytes
  /** Reads on when the bytes are still those that were remembered. */
  readonly still: <A>(then: Stream.Stream<A, SourceError>) => Stream.Stream<A, SourceError>
}

const changed = new SourceError({
  kind: "Syntax",
  message: "was changed after it was opened.",
  hint: "Close it in Excel, then run this again.",
})

/** A checksum and a size of what is read through it. */
const makeSeal = () => {
  let [crc, size] = [0, 0]
  return {
    add: (chunks: ReadonlyArray<Uint8Array>) => {
      for (const chunk of chunks) {
        crc = crc32(crc, chunk)
        size += chunk.length
      }
      return chunks
    },
    value: () => `${crc} ${size}`,
  }
}

/** Bytes that are to be the same whenever they are read. */
export const pin = (bytes: Bytes): Pinned => {
  let known = makeSeal()
  return {
    bytes: Stream.suspend(() => {
      known = makeSeal()
      return mapChunks(known.add)(bytes)
    }),
    still: (then) =>
      Stream.unwrap(
        Effect.suspend(() => {
          const now = makeSeal()
          return Effect.flatMap(Stream.runDrain(mapChunks(now.add)(bytes)), () =>
            now.value() === known.value() ? Effect.succeed(then) : Effect.fail(changed),
          )
        }),
      ),
  }
}
