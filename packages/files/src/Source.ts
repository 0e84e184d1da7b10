/**
 * A file of accounts as rows: its encoding, its format, its header, its rows with their lines.
 *
 * @since 0.1.0
 */
import { joined } from "@effect-aptrinsic/core/internal/shared/joined"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import { containers } from "./internal/format/containers.ts"
import { problem } from "./internal/format/failedRow.ts"
import type { OpenOptions, Options, Source } from "./internal/format/fileFormat.ts"
import * as footer from "./internal/format/footer.ts"
import { formats } from "./internal/format/formats.ts"
import { keyKind } from "./internal/mapping/keyKind.ts"
import { bytesOf, unreadable } from "./internal/shared/content.ts"
import { SourceError } from "./SourceError.ts"

export type { Options, Source } from "./internal/format/fileFormat.ts"

/** Bytes that tell encoding, format, delimiter and header. */
const headSize = 64 * 1024

const readHead = (bytes: Stream.Stream<Uint8Array, SourceError>) =>
  Effect.suspend(() => {
    let size = 0
    return bytes.pipe(
      Stream.takeUntil((chunk) => (size += chunk.length) >= headSize),
      Stream.runCollect,
      Effect.map(joined),
    )
  })

const formatOf = (head: Uint8Array, options: OpenOptions) =>
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
      message: `is read as ${source.format}, which is not a table.`,
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
 * **Example** (What a file shows of itself)
 *
 * ```ts
 * import { Source } from "@effect-aptrinsic/files"
 * import { Effect, Stream } from "effect"
 *
 * const file = Stream.make(new TextEncoder().encode("Account ID;Name\n0042;Duff Brewery\n"))
 * const { columns, delimiter, format } = await Effect.runPromise(Source.open(file))
 *
 * console.log(format, delimiter, columns) // csv ; [ 'Account ID', 'Name' ]
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const open = Effect.fn("Source.open")(function* (
  bytes: Stream.Stream<Uint8Array, SourceError>,
  options: Options = {},
): Effect.fn.Return<Source, SourceError> {
  const [content, head] = yield* unpacked(bytes)
  const how = { ...options, keyKind }
  const format = formatOf(head, how)
  if (options.rows !== undefined && format.name !== "json") {
    return yield* new SourceError({
      kind: "Options",
      message: `is read as ${format.name}, in which no path leads to rows.`,
      hint: "Leave out --format, or --rows.",
    })
  }
  const source = yield* format.open(content, head, how)
  if (options.sheet !== undefined && source.sheet === undefined) {
    return yield* new SourceError({
      kind: "Options",
      message: `has no sheets: it is read as ${source.format}.`,
      hint: "Leave out --sheet; only workbooks (.xlsx) have sheets.",
    })
  }
  return yield* withoutFooter(source, options)
})

/**
 * Opens a file of the file system. Its rows are read anew from it each time. Fails with `SourceError` as `open` does, and with `Read` when the
 * file cannot be read, or is a pipe or a device, which could be read only once.
 *
 * **Example** (A file that is not there)
 *
 * ```ts
 * import { Source } from "@effect-aptrinsic/files"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.flip(Source.openFile("nowhere.csv"))
 * const { kind, message } = await Effect.runPromise(Effect.provide(program, layerServices))
 *
 * console.log(`${kind}: nowhere.csv ${message}`) // Read: nowhere.csv cannot be read: there is no such file or directory.
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const openFile = Effect.fn("Source.openFile")(function* (
  path: string,
  options: Options = {},
): Effect.fn.Return<Source, SourceError, FileSystem.FileSystem> {
  return yield* open(yield* bytesOf(path), options)
})

/**
 * Writes bytes that come only once, as those of stdin or of an upload, to a temporary file of mode 0600 and returns its path, for `openFile`. It is
 * removed with the scope. Fails with `SourceError` (`Read`) when it cannot be written, and with what the bytes fail with.
 *
 * **Example** (Bytes that come once)
 *
 * ```ts
 * import { Source } from "@effect-aptrinsic/files"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, Stream } from "effect"
 *
 * const upload = Stream.make(new TextEncoder().encode('[{"id": "1", "name": "Duff Brewery"}]'))
 * const program = Source.spool(upload).pipe(Effect.flatMap(Source.openFile), Effect.scoped)
 *
 * const { format } = await Effect.runPromise(Effect.provide(program, layerServices))
 * console.log(format) // json
 * ```
 *
 * @stability unstable
 * @category constructors
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
