/**
 * Text from a file or, for `-`, from stdin: bounded, UTF-8 and nothing else.
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { exitCodes, Failure, usage } from "../output/Failure.ts"
import { Unended } from "../Platform.ts"

/** One account, one key or one configuration is small; anything longer is another file. */
const maxBytes = 1024 * 1024

/** How a file is called in messages. */
export const label = (path: string): string => (path === "-" ? "stdin" : visible(path) || '""')

const unreadable = (path: string) => (error: PlatformError) => {
  const [phrase, hint] = phraseOf(error)
  return usage(`${label(path)} cannot be read: ${phrase}.`, hint)
}

const invalid = (path: string, message: string, ...hints: ReadonlyArray<string>) =>
  new Failure({ exitCode: exitCodes.invalid, code: "invalid", message: `${label(path)} ${message}`, hints })

const decode = (path: string, bytes: Uint8Array) =>
  Effect.try({
    // A byte order mark is dropped.
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => {
      const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
      return invalid(path, `is not UTF-8 text${isUtf16 ? ", it is UTF-16" : ""}.`, "Save it as UTF-8.")
    },
  })

const collect = (path: string, source: Stream.Stream<Uint8Array, PlatformError>) =>
  source.pipe(
    Stream.mapError(unreadable(path)),
    Stream.runFoldEffect(
      () => ({ chunks: [] as Array<Uint8Array>, size: 0 }),
      ({ chunks, size }, chunk) =>
        size + chunk.length > maxBytes
          ? Effect.fail(invalid(path, "is larger than 1 MiB."))
          : Effect.succeed({ chunks: [...chunks, chunk], size: size + chunk.length }),
    ),
    Effect.flatMap(({ chunks, size }) => {
      const bytes = new Uint8Array(size)
      let at = 0
      for (const chunk of chunks) {
        bytes.set(chunk, at)
        at += chunk.length
      }
      return decode(path, bytes)
    }),
  )

/** The text of a file; a mistake in its name is a usage error, a mistake in its encoding is invalid data. */
export const readFile = Effect.fn("InputText.readFile")(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* Effect.option(fs.stat(path))
  if (Option.isNone(info) || info.value.type === "File") return yield* collect(path, fs.stream(path))
  // A pipe can only be read from where it is, which a stream of a file does not.
  const bytes = info.value.type === "FIFO" ? Stream.fromEffect(fs.readFile(path)) : fs.stream(path)
  return yield* (yield* Unended)(collect(path, bytes))
})

/** The text of a file, or of stdin for `-`. */
export const read = Effect.fn("InputText.read")(function* (path: string) {
  return yield* path === "-" ? collect(path, (yield* Stdio.Stdio).stdin) : readFile(path)
})
