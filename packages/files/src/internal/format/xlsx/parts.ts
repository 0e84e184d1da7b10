/**
 * The parts of a workbook and how they refer to each other, found in one pass over the archive, wherever they stand in it.
 */
import { joined } from "@effect-aptrinsic/core/internal/shared/joined"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { SourceError } from "../../../SourceError.ts"
import * as zip from "../zip.ts"
import { readSharedStrings } from "./sharedStrings.ts"
import { damaged, elements } from "./xml.ts"

type Bytes = Stream.Stream<Uint8Array, SourceError>

/** Bytes of all the parts that are small: names of sheets, relations, styles. */
const maxSmall = 16 * 1024 * 1024

const isSmall = (path: string) =>
  /^_rels\/\.rels$|(^|\/)_rels\/workbook[^/]*\.rels$|(^|\/)(workbook|styles)[^/]*\.xml$/i.test(path)
const isSheet = (path: string) => /(^|\/)worksheets\/[^/]+\.xml$/i.test(path)
const isStrings = (path: string) => /(^|\/)sharedStrings[^/]*\.xml$/i.test(path)

const cellValue = /<(?:\w+:)?(?:v|is)[ >]/

/** What a pass over the archive keeps. */
export interface Parts {
  readonly small: Map<string, Uint8Array>
  readonly strings: Map<string, ReadonlyArray<string>>
  /** The sheets, and whether any cell has a value. */
  readonly sheets: Map<string, boolean>
  readonly others: Set<string>
}

const readSmall = (body: Bytes, left: number) =>
  Effect.suspend(() => {
    let size = 0
    return body.pipe(
      Stream.mapEffect((chunk) => {
        size += chunk.length
        return size > left ? Effect.fail(damaged("its styles or names take more than 16 MiB")) : Effect.succeed(chunk)
      }),
      Stream.runCollect,
      Effect.map(joined),
    )
  })

const hasValue = (body: Bytes) => {
  const decoder = new TextDecoder("latin1")
  return Effect.map(
    Stream.runHead(Stream.filter(body, (chunk) => cellValue.test(decoder.decode(chunk)))),
    ({ _tag }) => _tag === "Some",
  )
}

export const readParts = Effect.fnUntraced(function* (bytes: Bytes): Effect.fn.Return<Parts, SourceError> {
  const parts: Parts = { small: new Map(), strings: new Map(), sheets: new Map(), others: new Set() }
  let left = maxSmall
  const read = Effect.fnUntraced(function* ({ body, path }: zip.Entry): Effect.fn.Return<void, SourceError> {
    if (isSmall(path)) {
      const content = yield* readSmall(body, left)
      left -= content.length
      parts.small.set(path, content)
    } else if (isStrings(path) && parts.strings.size === 0) parts.strings.set(path, yield* readSharedStrings(body))
    else if (isSheet(path)) parts.sheets.set(path, yield* hasValue(body))
    else parts.others.add(path)
  })
  yield* Stream.runDrain(zip.visit(bytes, (entry) => Stream.fromEffectDrain(read(entry))))
  return parts
})

/** The path that a relation of a part leads to. */
const resolve = (from: string, target: string): string => {
  if (target.startsWith("/")) return target.slice(1)
  const path = from.split("/").slice(0, -1)
  for (const step of target.split("/")) {
    if (step === "..") path.pop()
    else if (step !== ".") path.push(step)
  }
  return path.join("/")
}

export interface Relation {
  readonly id: string
  /** The last word of its type: `worksheet`, `styles`. */
  readonly type: string
  readonly path: string
}

export const relationsOf = Effect.fnUntraced(function* (parts: Parts, part: string) {
  const name = part.split("/").at(-1)!
  const path = `${part.slice(0, part.length - name.length)}_rels/${name}.rels`
  const content = parts.small.get(path)
  if (content === undefined) return []
  return (yield* elements(content, path)).flatMap(({ attributes }): ReadonlyArray<Relation> => {
    const { Id: id, Target: target, TargetMode: mode, Type: type } = attributes
    if (id === undefined || target === undefined || type === undefined || mode === "External") return []
    return [{ id, type: type.split("/").at(-1)!, path: resolve(part, target) }]
  })
})
