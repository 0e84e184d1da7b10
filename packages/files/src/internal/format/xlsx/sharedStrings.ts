/**
 * The texts that cells share: most workbooks keep each text once, and cells have its number.
 */
import * as Effect from "effect/Effect"
import type * as Xml from "effect/encoding/Xml"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { SourceError } from "../../../SourceError.ts"
import { damaged, declaresType, events, localName, maxToken, unescape } from "./xml.ts"

/** All of them are kept while the sheet is read: some 200 MB. */
const maxStrings = 4 * 1024 * 1024
const maxCharacters = 128 * 1024 * 1024

const tooMany = new SourceError({
  kind: "Syntax",
  message: `is an Excel workbook with more than ${maxStrings} different texts, or ${maxCharacters / 1024 / 1024} million characters of them.`,
  hint: "Save the sheet as 'CSV UTF-8' and import that file.",
})

const makeCollector = () => {
  const strings: Array<string> = []
  let [characters, text, isText, isPhonetic] = [0, "", false, false]
  const take = (event: Xml.Event) => {
    switch (event._tag) {
      case "StartElement":
        switch (localName(event.name)) {
          case "si":
            text = ""
            return
          case "t":
            isText = !isPhonetic
            return
          case "rPh":
            isPhonetic = true
        }
        return
      case "Text":
        if (isText) text += event.text
        return
      case "EndElement":
        switch (localName(event.name)) {
          case "si":
            characters += text.length
            strings.push(unescape(text))
            return
          case "t":
            isText = false
            return
          case "rPh":
            isPhonetic = false
        }
    }
  }
  return {
    strings,
    takeAll: (chunk: ReadonlyArray<Xml.Event>): Result.Result<void, SourceError> => {
      if (declaresType(chunk)) return Result.fail(damaged("its shared texts: a document type is declared"))
      chunk.forEach(take)
      if (text.length > maxToken) return Result.fail(damaged("its shared texts: a text of more than 8 MiB"))
      return strings.length > maxStrings || characters > maxCharacters ? Result.fail(tooMany) : Result.void
    },
  }
}

/** Reads the texts in their order. Fails with `SourceError` when they are more than can be kept. */
export const readSharedStrings = (
  bytes: Stream.Stream<Uint8Array, SourceError>,
): Effect.Effect<ReadonlyArray<string>, SourceError> =>
  Effect.suspend(() => {
    const { strings, takeAll } = makeCollector()
    return events(bytes, "its shared texts").pipe(
      Stream.chunks,
      Stream.runForEach((chunk) => Effect.fromResult(takeAll(chunk))),
      Effect.as(strings),
    )
  })
