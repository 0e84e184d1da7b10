/**
 * Bytes as text: which encoding they are in, and that every one of them is a character. No byte is ever replaced in silence.
 */
import { joined } from "@effect-aptrinsic/core/internal/shared/joined"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import { encodingOf } from "../conversion/localeEncoding.ts"
import { isLocale } from "../conversion/monthNames.ts"
import { mapChunks, tryChunks } from "../streams.ts"
import { refusalOf } from "./notText.ts"

const marks: ReadonlyArray<readonly [encoding: string, bytes: ReadonlyArray<number>]> = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
]

const startsWith = (bytes: Uint8Array, prefix: ReadonlyArray<number>) =>
  prefix.every((byte, index) => bytes[index] === byte)

const common = "utf-8, utf-16le, utf-16be, windows-1252, windows-1251, iso-8859-2, macintosh, shift_jis, gb18030, big5"

/** UTF-16 without a mark: text that is mostly Latin has a zero in every other byte. */
const unmarkedUtf16 = (head: Uint8Array): string | undefined => {
  const zeros = [0, 0]
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at % 2]!++
  const half = head.length / 2
  if (zeros[1]! > half * 0.4 && zeros[0]! < half * 0.1) return "utf-16le"
  return zeros[0]! > half * 0.4 && zeros[1]! < half * 0.1 ? "utf-16be" : undefined
}

/** Where the first byte stands that is not ASCII; the length where there is none. */
const firstHigh = (bytes: Uint8Array): number => {
  const at = bytes.findIndex((byte) => byte > 127)
  return at === -1 ? bytes.length : at
}

/** Whether the first character that is not ASCII is one of UTF-8; nothing where there is none, or only its beginning. */
const isUtf8 = (bytes: Uint8Array): boolean | undefined => {
  const high = firstHigh(bytes)
  const lead = bytes[high]
  if (lead === undefined) return undefined
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  const character = bytes.subarray(high, high + length)
  const isWhole = character.length === length
  const decoder = new TextDecoder("utf-8", { fatal: true })
  const isValid = Result.isSuccess(Result.try(() => decoder.decode(character, { stream: !isWhole })))
  return isValid && !isWhole ? undefined : isValid
}

/** The encoding of a text of this language that is not UTF-8; nothing when an encoding is declared, or the language is not known. */
export const otherwise = ({
  encoding,
  locale,
}: {
  readonly encoding?: string | undefined
  readonly locale?: string | undefined
}): string | undefined =>
  encoding === undefined && locale !== undefined && isLocale(locale) ? encodingOf(locale) : undefined

/**
 * Finds the encoding of a text: its byte order mark decides, as the WHATWG Encoding Standard has it, then the encoding that is declared (any
 * label of that standard), then the zeros of UTF-16; else it is UTF-8, or when it is not, the one that Windows has for the language. So the failed rows of a file in another encoding, which are UTF-8
 * with a mark, are read by the same command.
 *
 * Fails with `SourceError`: `Options` for a label that does not exist, `Encoding` for what is not text (a workbook, a compressed file).
 */
export const detect = (head: Uint8Array, declared?: string, locale?: string): Result.Result<string, SourceError> => {
  const refusal = refusalOf(head)
  if (refusal !== undefined) return Result.fail(refusal)
  const marked = marks.find(([, bytes]) => startsWith(head, bytes))?.[0]
  if (declared === undefined) {
    const legacy = otherwise({ locale })
    const assumed = legacy === undefined || isUtf8(head) !== false ? "utf-8" : legacy
    return Result.succeed(marked ?? unmarkedUtf16(head) ?? assumed)
  }
  const known = Result.try(() => new TextDecoder(declared).encoding)
  if (Result.isFailure(known)) {
    return Result.fail(
      new SourceError({
        kind: "Options",
        message: `cannot be read as "${visible(declared, 60)}": there is no such encoding.`,
        hint: `Encodings are ${common} and others of the WHATWG Encoding Standard.`,
      }),
    )
  }
  return Result.succeed(marked ?? known.success)
}

const lineFeed = 10

const countLines = (bytes: Uint8Array): number => {
  let count = 0
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) count++
  return count
}

/** The line, in a chunk that did not decode, of the first bytes that do not encode a character. */
const lineOfError = (chunk: Uint8Array, encoding: string) => {
  // The end of a character that began in the chunk before.
  const start =
    encoding === "utf-8"
      ? Math.max(
          0,
          chunk.findIndex((byte) => byte < 0x80 || byte > 0xbf),
        )
      : 0
  const text = new TextDecoder(encoding).decode(chunk.subarray(start), { stream: true })
  const at = text.indexOf("\ufffd")
  return text.slice(0, at === -1 ? text.length : at).split("\n").length
}

const undecodable = (encoding: string, line: number) =>
  new SourceError({
    kind: "Encoding",
    message: `is not ${encoding.toUpperCase()} text: line ${line} holds bytes that do not encode a character.`,
    hint: "Save it as UTF-8, or say how it is encoded: --encoding windows-1252 (Excel on Windows), macintosh, shift_jis, ..",
    line,
  })

const holdsNul = (line: number) =>
  new SourceError({
    kind: "Encoding",
    message: `is not text: line ${line} holds a zero byte.`,
    hint: "Export it again as UTF-8 text, or say how it is encoded with --encoding.",
    line,
  })

type Decode = (chunk: Uint8Array, stream: boolean) => Result.Result<string, unknown>

const makeStrict = (encoding: string): Decode => {
  const decoder = new TextDecoder(encoding, { fatal: true })
  return (chunk, stream) => Result.try(() => decoder.decode(chunk, { stream }))
}

/** Decodes UTF-8 that may be in another encoding instead, which the first bytes tell that are not ASCII. */
const makeUndecided = (otherwise: string): Decode => {
  let decode: Decode | undefined
  // The beginning of a character that ends in the next chunk, if this is UTF-8.
  let begun = new Uint8Array(0)
  return (chunk, stream) => {
    if (decode !== undefined) return decode(chunk, stream)
    const all = joined([begun, chunk])
    const found = isUtf8(all)
    const high = found === undefined && stream ? firstHigh(all) : 0
    begun = all.slice(high)
    if (high > 0 || all.length === 0) return makeStrict("utf-8")(all.subarray(0, high), false)
    if (found === undefined && stream) return Result.succeed("")
    decode = makeStrict(found === true ? "utf-8" : otherwise)
    return decode(all, stream)
  }
}

/**
 * Decodes bytes strictly and drops a byte order mark; what begins as UTF-8 and is not is taken for `otherwise`, where there is one. Fails with `SourceError` (`Encoding`), which names the line, at the first bytes that
 * do not encode a character, and at a zero byte.
 */
export const decode =
  (encoding: string, otherwise?: string) =>
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<string, E | SourceError, R> =>
    Stream.suspend(() => {
      const decoded = encoding === "utf-8" && otherwise !== undefined ? makeUndecided(otherwise) : makeStrict(encoding)
      let lines = 0
      const take = (chunk: Uint8Array, stream: boolean): Result.Result<string, SourceError> => {
        const text = Result.mapError(decoded(chunk, stream), () =>
          undecodable(encoding, lines + lineOfError(chunk, encoding)),
        )
        if (Result.isSuccess(text) && text.success.includes("\0")) {
          return Result.fail(holdsNul(lines + text.success.slice(0, text.success.indexOf("\0")).split("\n").length))
        }
        lines += countLines(chunk)
        return text
      }
      const end = Stream.suspend(() => Stream.fromIterable([new Uint8Array(0)])).pipe(
        tryChunks(() => Result.map(take(new Uint8Array(0), false), (text) => (text === "" ? [] : [text]))),
      )
      return bytes.pipe(
        tryChunks((chunks) => Result.all(chunks.map((chunk) => take(chunk, true)))),
        mapChunks((texts) => texts.filter((text) => text !== "")),
        Stream.concat(end),
      )
    })
