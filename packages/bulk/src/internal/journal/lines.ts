/**
 * A journal file as it is read: in pieces so small that what is made of each does not outlive a collection of young objects.
 */
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

const chunkSize = 32 * 1024

export const bytesOf = (fs: FileSystem.FileSystem, path: string): Stream.Stream<Uint8Array, PlatformError> =>
  fs.stream(path, { chunkSize })

export const linesOf = (fs: FileSystem.FileSystem, path: string): Stream.Stream<string, PlatformError> =>
  Stream.splitLines(Stream.decodeText(bytesOf(fs, path)))
