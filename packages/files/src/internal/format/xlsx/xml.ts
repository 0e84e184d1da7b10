/**
 * The XML of a workbook as events, without what a workbook has no use for: declarations of entities, depths, endless texts.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Xml from "effect/encoding/Xml"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { SourceError } from "../../../SourceError.ts"
import { tryChunks } from "../../streams.ts"

/** UTF-16 units of a tag or a text; a cell of Excel has 32,767 at the most. */
export const maxText = 1024 * 1024
/** A longer text of a cell is read as far, so that its row alone is invalid. */
export const maxToken = 8 * maxText
const maxDepth = 64

export const damaged = (what: string) =>
  new SourceError({
    kind: "Syntax",
    message: `is an Excel workbook that is damaged: ${what}.`,
    hint: "Open it in Excel, save it anew, and import that file.",
  })

const ofXml = (error: Xml.XmlError | SourceError, part: string) => {
  if (error._tag === "SourceError") return error
  return error.kind === "Limit"
    ? damaged(`${part}: a text of more than 8 MiB, or elements within elements to a depth of more than ${maxDepth}`)
    : damaged(`${part}: ${visible(error.message, 160)}`)
}

/** The events of a part of the workbook. */
export const events = (
  bytes: Stream.Stream<Uint8Array, SourceError>,
  part: string,
): Stream.Stream<Xml.Event, SourceError> =>
  bytes.pipe(
    Stream.pipeThroughChannel(Xml.decode<SourceError>({ maxTokenSize: maxToken, maxDepth })),
    Stream.mapError((error) => ofXml(error, part)),
  )

/** Whether events declare a document type, which no workbook does. */
export const declaresType = (chunk: ReadonlyArray<Xml.Event>): boolean => chunk.some(({ _tag }) => _tag === "Doctype")

/** A name without its prefix, which writers choose freely. */
export const localName = (name: string): string => name.slice(name.indexOf(":") + 1)

/** A workbook of 65,490 styles has some 200,000 elements of them. */
const maxElements = 1_000_000

/** The elements of a small part, in their order. */
export const elements = (content: Uint8Array, part: string) =>
  Stream.suspend(() => {
    let count = 0
    return events(Stream.make(content), part).pipe(
      tryChunks((chunk) => {
        if (declaresType(chunk)) return Result.fail(damaged(`${part}: a document type is declared`))
        const found = chunk.filter((event) => event._tag === "StartElement")
        count += found.length
        return count > maxElements
          ? Result.fail(damaged(`${part}: more than ${maxElements} elements`))
          : Result.succeed(found)
      }),
    )
  }).pipe(Stream.runCollect)

const escaped = /_x([0-9A-Fa-f]{4})_/g

/** What XML cannot hold is written `_x000D_` by Excel. */
export const unescape = (text: string): string =>
  text.includes("_x")
    ? text.replace(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text
