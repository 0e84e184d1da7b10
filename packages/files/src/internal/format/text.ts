/**
 * Files that are text: which encoding they are in, how they begin, their characters.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import type { Options } from "./fileFormat.ts"
import { foreign } from "./foreign.ts"
import * as TextEncoding from "./textEncoding.ts"

export interface Text {
  readonly encoding: string
  /** How it begins. */
  readonly head: string
  readonly text: Stream.Stream<string, SourceError>
}

const decodeHead = (encoding: string, head: Uint8Array) => new TextDecoder(encoding).decode(head, { stream: true })

/** How a text begins; nothing where the bytes are not text. */
export const beginningOf = (head: Uint8Array, { encoding, locale }: Options): string =>
  Result.match(TextEncoding.detect(head, encoding, locale), {
    onFailure: () => "",
    onSuccess: (found) => decodeHead(found, head),
  })

/** Bytes as text that is not empty. */
export const open = Effect.fnUntraced(function* (
  bytes: Stream.Stream<Uint8Array, SourceError>,
  headBytes: Uint8Array,
  options: Options,
): Effect.fn.Return<Text, SourceError> {
  const encoding = yield* Effect.fromResult(TextEncoding.detect(headBytes, options.encoding, options.locale))
  const head = decodeHead(encoding, headBytes)
  if (head.trim() === "") {
    return yield* new SourceError({ kind: "Empty", message: "is empty.", hint: "Check that it is the right file." })
  }
  const other = foreign(head.replace(/^\ufeff/, ""))
  if (other !== undefined) return yield* other
  return { encoding, head, text: TextEncoding.decode(encoding, TextEncoding.otherwise(options))(bytes) }
})
