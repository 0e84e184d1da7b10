/**
 * The bytes of a file: read anew each time, and known again by their digest.
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"

/** The rows of a larger chunk outlive a collection of young objects, and the heap grows by half for it. */
const chunkSize = 32 * 1024

/** A failure of the file system in words of a source. */
export const unreadable = (error: PlatformError) => {
  const [phrase, hint] = phraseOf(error)
  return new SourceError({ kind: "Read", message: `cannot be read: ${phrase}.`, hint })
}

/** A pipe ends once and a terminal never, and opening a pipe that nobody writes to could not even be broken off. */
const refuseSpecialFile = ({ type }: FileSystem.File.Info) =>
  type === "File" || type === "Directory"
    ? Effect.void
    : new SourceError({
        kind: "Read",
        message: "cannot be read: it is a pipe or a device, which can be read only once.",
        hint: "Pipe it in: aptrinsic accounts import - --report REPORT",
      })

/**
 * The bytes of a file, read anew each time. Fails with `SourceError` (`Read`).
 */
export const bytesOf = (
  path: string,
): Effect.Effect<Stream.Stream<Uint8Array, SourceError>, never, FileSystem.FileSystem> =>
  Effect.map(FileSystem.FileSystem, (fs) => {
    const explained = Effect.mapError(unreadable)
    return explained(fs.stat(path)).pipe(
      Effect.flatMap(refuseSpecialFile),
      Effect.as(Stream.mapError(fs.stream(path, { chunkSize }), unreadable)),
      Stream.unwrap,
    )
  })

const blockSize = 1024 * 1024

const sha256 = (data: Uint8Array<ArrayBuffer>) => Effect.promise(() => crypto.subtle.digest("SHA-256", data))

const makeHasher = () => {
  // The digest of the blocks before stands in front of the block.
  const block = new Uint8Array(32 + blockSize)
  let filled = 32
  const close = Effect.suspend(() =>
    Effect.map(sha256(block.subarray(0, filled)), (hash) => {
      block.set(new Uint8Array(hash))
      filled = 32
    }),
  )
  return {
    update: Effect.fnUntraced(function* (chunk: Uint8Array) {
      for (let at = 0; at < chunk.length;) {
        const part = chunk.subarray(at, at + block.length - filled)
        block.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === block.length) yield* close
      }
    }),
    end: Effect.map(close, () =>
      Array.from(block.subarray(0, 32), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    ),
  }
}

/**
 * The identity of a content, the same however its chunks fall: SHA-256 over blocks of 1 MiB, each block's digest taken together with the one
 * before it. Hexadecimal.
 */
export const digest = Effect.fn("Source.digest")(function* <E>(
  bytes: Stream.Stream<Uint8Array, E>,
): Effect.fn.Return<string, E> {
  const hasher = makeHasher()
  yield* Stream.runForEach(bytes, hasher.update)
  return yield* hasher.end
})

/**
 * Bytes whose digest is taken while they are read.
 */
export interface Digested {
  readonly bytes: Stream.Stream<Uint8Array, SourceError>
  /** The digest of what was read last; `undefined` when it was not read to its end. */
  readonly lastDigest: () => string | undefined
}

/**
 * Takes the digest of bytes each time they are read: what it says is true of what was read, whatever becomes of the file meanwhile.
 */
export const digested = (bytes: Stream.Stream<Uint8Array, SourceError>): Digested => {
  let last: string | undefined
  return {
    bytes: Stream.suspend(() => {
      const hasher = makeHasher()
      last = undefined
      const end = Effect.map(hasher.end, (digest) => {
        last = digest
      })
      return Stream.concat(Stream.tap(bytes, hasher.update), Stream.fromEffectDrain(end))
    }),
    lastDigest: () => last,
  }
}
