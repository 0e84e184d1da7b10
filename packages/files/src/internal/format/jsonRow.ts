/**
 * JSON values as rows, and rows that failed as JSON.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Code } from "../../Problem.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mark, ours, place, problem } from "./failedRow.ts"
import type { FailedRow, FileFormat } from "./fileFormat.ts"

/** UTF-16 units: an account is far smaller. */
export const maxRow = 1024 * 1024

export type Place = Pick<SourceRow, "row" | "line">

export const unreadable = (place: Place, code: Code, message: string, content: string): SourceRow => ({
  _tag: "Unreadable",
  ...place,
  code,
  message,
  content,
})

export const toRow = (place: Place, value: unknown): SourceRow => {
  if (Predicate.isObject(value)) return { _tag: "Object", ...place, value: value as Schema.JsonObject }
  // A list nested a hundred thousand levels deep can be read, but not written.
  const text = Result.getOrElse(
    Result.try(() => JSON.stringify(value)),
    () => "",
  )
  const found = Array.isArray(value) ? "a list" : visible(text, 60)
  return unreadable(place, "not_an_object", `is ${found}, not an object with the fields of an account`, text)
}

/** V8 tells a position in what it is given. */
const position = /(?: in JSON)? at position (\d+)(?: \(line \d+ column \d+\))?/

/** A row as it stands in its file; `where` says where a position in it is. */
export const readText = (text: string, at: Place, where: (position: number | undefined) => string): SourceRow => {
  if (text.length > maxRow) return unreadable(at, "too_long", "is longer than 1 MiB", visible(text))
  const parsed = Result.try(() => JSON.parse(text) as unknown)
  if (Result.isSuccess(parsed)) return toRow(at, parsed.success)
  const { message } = parsed.failure as { readonly message: string }
  const found = position.exec(message)
  const told = `${visible(message.replace(position, ""), 100)}${where(found === null ? undefined : Number(found[1]))}`
  return unreadable(at, "json", `is not JSON: ${told}`, text)
}

/** What stands for a number beyond every number, which JSON.stringify would take for null, and null for "not set". */
const beyond = "\0Infinity"
const written = { [beyond]: "1e999", [`-${beyond}`]: "-1e999" }

const stringify = (value: object): string => {
  let isBeyond = false
  const text = JSON.stringify(value, (_, child: unknown) => {
    if (typeof child !== "number" || Number.isFinite(child)) return child
    isBeyond = true
    return child < 0 ? `-${beyond}` : beyond
  })
  if (!isBeyond) return text
  return Object.entries(written).reduce((all, [from, to]) => all.replaceAll(JSON.stringify(from), to), text)
}

const toLine = ([row, why]: FailedRow): string => {
  const where = row.line === undefined ? { _row: row.row } : { [place]: row.line }
  const said = { ...where, [problem]: why }
  const own =
    row._tag === "Object"
      ? Object.fromEntries(Object.entries(row.value).filter(([name]) => name !== "_row" && !ours.has(name)))
      : { _text: row._tag === "Unreadable" ? row.content : "" }
  // A value nested a hundred thousand levels deep can be read, but not written.
  return `${Result.getOrElse(
    Result.try(() => stringify({ ...own, ...said })),
    () => stringify({ _text: "", ...said }),
  )}\n`
}

/** The rows one JSON object a line, whatever form the JSON of their source had. */
export const writeFailed: FileFormat["writeFailed"] = ({ encoding }, rows) => {
  const lines = Stream.map(rows, toLine)
  return encoding === "utf-8" ? lines : Stream.concat(Stream.make(mark), lines)
}
