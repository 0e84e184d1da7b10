/**
 * A file of accounts as rows: its encoding, its format, its header, its rows with their lines.
 *
 * @since 0.1.0
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { joined } from "@effect-aptrinsic/core/internal/shared/joined"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import type * as Format from "./Format.ts"
import { containers } from "./internal/format/containers.ts"
import { problem } from "./internal/format/failedRow.ts"
import * as footer from "./internal/format/footer.ts"
import { formats } from "./internal/format/formats.ts"
import { keyKind } from "./internal/mapping/keyKind.ts"
import { SourceError } from "./SourceError.ts"

/**
 * Options of a source.
 *
 * @since 0.1.0
 */
export interface Options extends Format.Options {}

/**
 * A source of rows.
 *
 * @since 0.1.0
 */
export interface Source extends Format.Opened {}

/** Bytes that tell encoding, format, delimiter and header. */
const headSize = 64 * 1024

/** The rows of a larger chunk outlive a collection of young objects, and the heap grows by half for it. */
const chunkSize = 32 * 1024

const readHead = (bytes: Stream.Stream<Uint8Array, SourceError>) =>
  Effect.suspend(() => {
    let size = 0
    return bytes.pipe(
      Stream.takeUntil((chunk) => (size += chunk.length) >= headSize),
      Stream.runCollect,
      Effect.map(joined),
    )
  })

const formatOf = (head: Uint8Array, options: Options) =>
  formats.find(({ name, recognises }) =>
    options.format === undefined ? recognises(head, options) : options.format === name,
  )!

const tableOptions = { skipFooter: "--skip-footer", skipLines: "--skip-lines", header: "--no-header" } as const

/** Refuses options of tables for a format without rows and cells. */
const withoutFooter = Effect.fnUntraced(function* (source: Source, options: Options) {
  const { columns } = source
  if (columns === undefined) {
    const said = Struct.keys(tableOptions).find((name) => (options[name] ?? true) !== true)
    if (said === undefined) return source
    return yield* new SourceError({
      kind: "Options",
      message: `is read as ${source.format}, which is no table.`,
      hint: `Leave out ${tableOptions[said]}.`,
    })
  }
  yield* footer.checkLength(options.skipFooter)
  return columns.at(-1) === problem
    ? source
    : { ...source, rows: footer.without(columns.length, options.skipFooter)(source.rows) }
})

/** A file may be packed twice, as a gzip in a ZIP archive; what is packed more often is meant to waste time. */
const maxLayers = 3

/** Takes off what the file is packed in. */
const unpacked = Effect.fnUntraced(function* (bytes: Stream.Stream<Uint8Array, SourceError>) {
  let content = bytes
  for (let layer = 0; ; layer++) {
    const head = yield* readHead(content)
    const container = containers.find(({ recognises }) => recognises(head))
    if (container === undefined) return [content, head] as const
    if (layer === maxLayers) {
      const hint = "Unpack it, and import what it holds."
      return yield* new SourceError({ kind: "Encoding", message: `is packed more than ${maxLayers} times.`, hint })
    }
    content = yield* container.unpack(content)
  }
})

/**
 * Opens bytes that can be read more than once. Reads their head to find what the options leave open; of a workbook, and of an archive, all of
 * them. A gzip file, or a ZIP archive of one file, is unpacked first.
 *
 * Fails with `SourceError`: `Options`, `Encoding`, `Empty`, `Header`, `Syntax` (in the header or in what it is packed in), or what the bytes
 * fail with.
 *
 * @since 0.1.0
 */
export const open = Effect.fn("Source.open")(function* (
  bytes: Stream.Stream<Uint8Array, SourceError>,
  said: Options = {},
): Effect.fn.Return<Source, SourceError> {
  const options = { keyKind, ...said }
  const [content, head] = yield* unpacked(bytes)
  const format = formatOf(head, options)
  if (options.rows !== undefined && format.name !== "json") {
    return yield* new SourceError({
      kind: "Options",
      message: `is read as ${format.name}, in which no path leads to rows.`,
      hint: "Leave out --format, or --rows.",
    })
  }
  const source = yield* format.open(content, head, options)
  if (options.sheet !== undefined && source.sheet === undefined) {
    return yield* new SourceError({
      kind: "Options",
      message: `has no sheets: it is read as ${source.format}.`,
      hint: "Leave out --sheet; only workbooks (.xlsx) have sheets.",
    })
  }
  return yield* withoutFooter(source, options)
})

const unreadable = (error: PlatformError) => {
  const [phrase, hint] = phraseOf(error)
  return new SourceError({ kind: "Read", message: `cannot be read: ${phrase}.`, hint })
}

/** A pipe ends once and a terminal never, and opening a pipe that nobody writes to could not even be broken off. */
const refuseSpecialFile = ({ type }: FileSystem.File.Info) =>
  type === "File" || type === "Directory"
    ? Effect.void
    : new SourceError({
        kind: "Read",
        message: "cannot be read: it is no file but a pipe or a device, which can be read only once.",
        hint: "Pipe it in: aptrinsic accounts import - --report REPORT",
      })

/**
 * The bytes of a file, read anew each time. Fails with `SourceError` (`Read`).
 *
 * @since 0.1.0
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

/**
 * Writes bytes that come only once, as those of stdin, to a temporary file of mode 0600 and returns its path. It is removed with the scope.
 *
 * @since 0.1.0
 */
export const spool = Effect.fn("Source.spool")(function* <E>(
  bytes: Stream.Stream<Uint8Array, E>,
): Effect.fn.Return<string, E | SourceError, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const failed = Effect.mapError(unreadable)
  const path = yield* failed(fs.makeTempFileScoped({ prefix: "aptrinsic-" }))
  yield* failed(fs.chmod(path, 0o600))
  yield* Effect.scoped(
    Effect.flatMap(failed(fs.open(path, { flag: "w" })), (file) =>
      Stream.runForEach(bytes, (chunk) => failed(file.writeAll(chunk))),
    ),
  )
  return path
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
 *
 * @since 0.1.0
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
 *
 * @since 0.1.0
 */
export interface Digested {
  readonly bytes: Stream.Stream<Uint8Array, SourceError>
  /** The digest of what was read last; `undefined` when it was not read to its end. */
  readonly lastDigest: () => string | undefined
}

/**
 * Takes the digest of bytes each time they are read: what it says is true of what was read, whatever becomes of the file meanwhile.
 *
 * @since 0.1.0
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
