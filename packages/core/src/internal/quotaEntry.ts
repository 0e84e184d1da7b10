/**
 * The lines of a day's count on disk: the count at the beginning of the file, what was added to it since, and the seal after which nothing
 * counts any more.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Counts } from "./slidingDay.ts"

const Minute = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1e9 }))
/** More than anybody sends in a day; a quota above it limits nothing. */
export const maxCount = 1e12
const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: maxCount }))

/** The version of what is written here. */
const version = 1

const Start = Schema.Struct({
  op: Schema.Literal("start"),
  v: Schema.Literal(version),
  latest: Minute,
  counts: Schema.Array(Schema.Tuple([Minute, Count])),
})
/** The beginning of a file of another version, whatever else it says. */
const OtherStart = Schema.Struct({ op: Schema.Literal("start"), v: Schema.Finite })
const Seal = Schema.Struct({ op: Schema.Literal("seal") })

/** What every entry says: who wrote it, and the minute in which it was written. */
const common = { id: Schema.String, at: Minute }
const Take = Schema.Struct({ op: Schema.Literal("take"), count: Count, limit: Count, ...common })
const Other = Schema.Struct({ op: Schema.Literals(["add", "back"]), count: Count, of: Minute, ...common })

const Line = Schema.fromJsonString(Schema.Union([Take, Other, Start, Seal, OtherStart]))
/** A line of the file. */
export type Line = typeof Line.Type

/**
 * An entry to be written: `take` asks for up to `count` requests within `limit`, `add` counts requests that left in the minute `of`
 * without having been asked for, `back` takes the count of such that did not leave back.
 */
export type Entry =
  | { readonly op: "take"; readonly count: number; readonly limit: number }
  | { readonly op: "add" | "back"; readonly count: number; readonly of: number }

const decode = Schema.decodeUnknownOption(Line)

export const parseLine = (text: string): Line | undefined => Option.getOrUndefined(decode(text))

export const entryLine = (entry: Entry, id: string, at: number): string => `${JSON.stringify({ ...entry, at, id })}\n`
export const startLine = (counts: Counts): string => `${JSON.stringify({ op: "start", v: version, ...counts })}\n`
/** The count of a day that `startLine` wrote; undefined when something else stands there. */
export const parseCounts = (text: string): Counts | undefined => {
  const line = parseLine(text)
  return line?.op === "start" && "counts" in line ? line : undefined
}
export const sealLine = `${JSON.stringify({ op: "seal" })}\n`
