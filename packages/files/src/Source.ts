/**
 * A file of accounts as rows: its encoding, its format, its header, its rows with their lines.
 *
 * @since 0.1.0
 */
import { phraseOf } from "@effect-aptrinsic/bulk/FileErrors"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as csv from "./internal/format/csv.ts"
import * as json from "./internal/format/json.ts"
import { SourceError } from "./SourceError.ts"
import type { SourceRow } from "./SourceRow.ts"
import * as TextEncoding from "./TextEncoding.ts"

/**
 * How rows are written: a table with a header row, one JSON object a line, a JSON list of objects.
 *
 * @since 0.1.0
 */
export type Format = "csv" | "ndjson" | "json"

/**
 * Options of a source.
 *
 * @since 0.1.0
 */
export interface Options {
  /**
   * The format.
   *
   * @default by the content
   */
  readonly format?: Format | undefined
  /**
   * The character between the cells of a CSV.
   *
   * @default the most frequent of comma, semicolon, tab and bar in the first row
   */
  readonly delimiter?: string | undefined
  /**
   * The encoding, a label of the WHATWG Encoding Standard. A byte order mark goes before it.
   *
   * @default by the byte order mark, else UTF-8
   */
  readonly encoding?: string | undefined
}

/**
 * A source of rows.
 *
 * @since 0.1.0
 */
export interface Source {
  readonly format: Format
  /** The encoding it is read in. */
  readonly encoding: string
  /** The character between cells; `undefined` unless it is a CSV. */
  readonly delimiter: string | undefined
  /** The names of the columns; `undefined` where each row names its own. */
  readonly columns: ReadonlyArray<string> | undefined
  /** The rows, read anew each time. A row that cannot be read is `Unreadable`; a file that cannot be read any further is a `SourceError`. */
  readonly rows: Stream.Stream<SourceRow, SourceError>
}

/** Bytes that tell encoding, format, delimiter and header. */
const headSize = 64 * 1024

const readHead = (bytes: Stream.Stream<Uint8Array, SourceError>) =>
  Effect.suspend(() => {
    let size = 0
    return bytes.pipe(
      Stream.takeUntil((chunk) => (size += chunk.length) >= headSize),
      Stream.runCollect,
      Effect.map((chunks) => {
        const head = new Uint8Array(size)
        let at = 0
        for (const chunk of chunks) {
          head.set(chunk, at)
          at += chunk.length
        }
        return head
      }),
    )
  })

const sniffFormat = (head: string): Format => {
  const start = head.replace(/^\ufeff/, "").trimStart()
  if (start.startsWith("[")) return "json"
  if (!start.startsWith("{")) return "csv"
  return json.findList(head) === undefined ? "ndjson" : "json"
}

const openCsv = Effect.fnUntraced(function* (text: Stream.Stream<string, SourceError>, head: string, options: Options) {
  const delimiter = yield* Effect.fromResult(csv.checkDelimiter(options.delimiter ?? csv.sniffDelimiter(head)))
  const first = yield* csv.header(text, delimiter)
  if (Option.isNone(first)) {
    return yield* new SourceError({ kind: "Empty", message: "is empty.", hint: "The first row names the columns." })
  }
  const columns = yield* Effect.fromResult(csv.readHeader(first.value))
  return { delimiter, columns, rows: csv.rows(delimiter, columns.length)(text) }
})

/**
 * Opens bytes that can be read more than once. Reads their head to find what the options leave open.
 *
 * Fails with `SourceError`: `Options`, `Encoding`, `Empty`, `Header`, `Syntax` (in the header), or what the bytes fail with.
 *
 * @since 0.1.0
 */
export const open = Effect.fn("Source.open")(function* (
  bytes: Stream.Stream<Uint8Array, SourceError>,
  options: Options = {},
): Effect.fn.Return<Source, SourceError> {
  const headBytes = yield* readHead(bytes)
  const encoding = yield* Effect.fromResult(TextEncoding.detect(headBytes, options.encoding))
  const head = new TextDecoder(encoding).decode(headBytes, { stream: true })
  if (head.trim() === "") {
    return yield* new SourceError({ kind: "Empty", message: "is empty.", hint: "Check that it is the right file." })
  }
  const text = TextEncoding.decode(encoding)(bytes)
  const format = options.format ?? sniffFormat(head)
  const common = { format, encoding, delimiter: undefined, columns: undefined }
  switch (format) {
    case "csv":
      return { ...common, ...(yield* openCsv(text, head, options)) }
    case "ndjson":
      return { ...common, rows: json.ndjson(text) }
    case "json": {
      const pointer = json.findList(head)
      if (pointer !== undefined) return { ...common, rows: json.list(text, pointer) }
      return yield* new SourceError({
        kind: "Syntax",
        message: "holds no list of accounts.",
        hint: "Give it a JSON list, an object with one list and no account field in it, or one object a line (--format ndjson).",
      })
    }
  }
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
      Effect.as(Stream.mapError(fs.stream(path, { chunkSize: 64 * 1024 }), unreadable)),
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
    Effect.map(sha256(block.slice(0, filled)), (hash) => {
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
