/**
 * ZIP archives as streams. They are read from their beginning, entry by entry, by what stands before each: a stream has no end to begin at,
 * nothing has to be kept, and each entry is held against its checksum. So what only the directory at the end knows is not seen, and two
 * entries of one name, of which one may be a relic, are refused.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Zip from "effect/encoding/Zip"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import { quote } from "../quote.ts"
import { shell } from "../shell.ts"
import { makeGauge } from "./unpacked.ts"

export interface Entry {
  readonly path: string
  /** Has to be read before the next entry is. */
  readonly body: Stream.Stream<Uint8Array, SourceError>
}

const maxEntries = 10_000

export const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04

/** The name of the first entry, which tells what kind of document an archive is. */
export const firstPath = (head: Uint8Array): string => {
  const length = (head[26] ?? 0) + (head[27] ?? 0) * 256
  return isZip(head) ? new TextDecoder().decode(head.subarray(30, 30 + length)) : ""
}

/** Whether the archive is one document, of an office program, and not files that somebody packed. */
export const isDocument = (head: Uint8Array): boolean => isOffice(head) || firstPath(head) === "mimetype"

/** Whether it is one of Microsoft's; which one is seen when it is opened. */
export const isOffice = (head: Uint8Array): boolean =>
  /^(\[Content_Types\]\.xml$|(_rels|docProps|xl|customXml)\/)/.test(firstPath(head))

const ofZip = (error: Zip.ZipError | SourceError): SourceError => {
  if (error._tag === "SourceError") return error
  const { kind, message } = error
  if (kind === "Unsupported") {
    const what = message.includes(" is encrypted") ? "encrypted" : "packed in a way that cannot be read here"
    return new SourceError({
      kind: "Encoding",
      message: `is a ZIP archive that is ${what}: ${visible(message, 120)}.`,
      hint: "Unpack it first: unzip -p FILE | aptrinsic accounts import - --report REPORT",
    })
  }
  const what = kind === "Truncated" ? "breaks off" : "is damaged"
  return new SourceError({
    kind: "Syntax",
    message: `is a ZIP archive that ${what}: ${visible(message, 120)}.`,
    hint: "Fetch it again; 'unzip -t FILE' says whether it is whole.",
  })
}

const refused = (message: string) =>
  new SourceError({ kind: "Syntax", message, hint: "Make a new archive that holds only the file to import." })

/** The files of an archive, in its order. */
const entries = (bytes: Stream.Stream<Uint8Array, SourceError>): Stream.Stream<Entry, SourceError> =>
  Stream.suspend(() => {
    const gauge = makeGauge()
    const seen = new Set<string>()
    return bytes.pipe(
      gauge.packed,
      Stream.pipeThroughChannel(Zip.decode<SourceError>()),
      Stream.mapError(ofZip),
      Stream.mapEffect(({ body, header }) => {
        const { path } = header
        if (seen.has(path)) return Effect.fail(refused(`is a ZIP archive with two files named ${quote(path)}.`))
        if (seen.size === maxEntries) {
          return Effect.fail(refused(`is a ZIP archive of more than ${maxEntries} files.`))
        }
        seen.add(path)
        return Effect.succeed({ path, body: gauge.unpacked(Stream.mapError(body, ofZip)) })
      }),
    )
  })

/** Visits each entry; a body that a visit leaves is skipped, within the bounds of what may be unpacked. */
export const visit = <A, E>(
  bytes: Stream.Stream<Uint8Array, SourceError>,
  f: (entry: Entry) => Stream.Stream<A, E>,
): Stream.Stream<A, E | SourceError> =>
  Stream.flatMap(entries(bytes), (entry) => Stream.concat(f(entry), Stream.drain(entry.body)))

/** The bytes packed under a name. The archive is read to its end, because its digest is taken of all of it. */
export const part = (
  bytes: Stream.Stream<Uint8Array, SourceError>,
  path: string,
): Stream.Stream<Uint8Array, SourceError> => visit(bytes, (entry) => (entry.path === path ? entry.body : Stream.empty))

/** What file systems put beside what somebody packed. */
const isByTheWay = (path: string) => /(^|\/)(__MACOSX\/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$)|\/$/i.test(path)

const maxNamed = 5

/** The one file of an archive. Fails with `SourceError` when there is none, or more than one. */
export const onlyFile = Effect.fnUntraced(function* (
  bytes: Stream.Stream<Uint8Array, SourceError>,
): Effect.fn.Return<Stream.Stream<Uint8Array, SourceError>, SourceError> {
  const paths = yield* Stream.runCollect(visit(bytes, ({ path }) => Stream.make(path)))
  const files = paths.filter((path) => !isByTheWay(path))
  const [first, second] = files
  if (first === undefined) {
    return yield* new SourceError({
      kind: "Empty",
      message: "is a ZIP archive without files.",
      hint: "Check that it is the right file.",
    })
  }
  if (second === undefined) return part(bytes, first)
  if (files.some((path) => path.endsWith(".iwa"))) {
    return yield* new SourceError({
      kind: "Encoding",
      message: "is a document of Numbers or another program of Apple's.",
      hint: "Export it as an Excel workbook or as CSV and import that file.",
    })
  }
  const others = files.length > maxNamed ? `, … and ${files.length - maxNamed} more` : ""
  return yield* new SourceError({
    kind: "Encoding",
    message: `is a ZIP archive of ${files.length} files: ${files.slice(0, maxNamed).map(quote).join(", ")}${others}.`,
    hint: `Say which one: unzip -p FILE ${shell(first)} | aptrinsic accounts import - --report REPORT`,
  })
})
