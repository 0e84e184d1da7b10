/**
 * A file of lines that several processes append to and read along. Everybody sees the same whole lines in the same order; the file is never
 * cut, and nothing in it is written twice.
 */
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type { Scope } from "effect/Scope"
import { joined } from "./shared/joined.ts"

/** Bytes to read at once: what others wrote since the last look is mostly less. */
const chunkSize = 16_384
const newline = 10

export interface SharedLines {
  /** Bytes of the lines that were read. */
  readonly size: () => number
  /** The whole lines that were appended since the last look, by whomever. */
  readonly read: Effect.Effect<ReadonlyArray<string>, PlatformError>
  /** Appends in one write, which the operating system does not mix with those of others; it is written, not synced to the disk. */
  readonly append: (text: string) => Effect.Effect<void, PlatformError>
}

/** Opens the file for the time of the scope; made with mode 0600 when it is not there. */
export const openLines = Effect.fnUntraced(function* (
  fs: FileSystem,
  path: string,
): Effect.fn.Return<SharedLines, PlatformError, Scope> {
  const file = yield* fs.open(path, { flag: "a+", mode: 0o600 })
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  let position = 0

  const readChunks = Effect.gen(function* () {
    const chunks: Array<Uint8Array> = []
    let at = position
    while (true) {
      const chunk = Option.getOrUndefined(yield* file.readAlloc(chunkSize, { position: BigInt(at) }))
      if (chunk === undefined) return chunks
      chunks.push(chunk)
      at += chunk.length
      if (chunk.length < chunkSize) return chunks
    }
  })

  return {
    size: () => position,
    append: (text) => file.writeAll(encoder.encode(text)),
    read: Effect.map(readChunks, (chunks) => {
      const bytes = joined(chunks)
      // A line without its end is being written, or was torn by a crash: the next look begins with it.
      const end = bytes.lastIndexOf(newline) + 1
      position += end
      return end === 0 ? [] : decoder.decode(bytes.subarray(0, end - 1)).split("\n")
    }),
  }
})
