/**
 * The rows of a journal file whose accounts are there and were not created from what the rows say, with what PX holds otherwise.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { ExistingRow, FieldDifference, RowRef } from "../../Row.ts"
import { makeKnownIds } from "./knownIds.ts"
import { type Differences, type Known, type Line, read } from "./line.ts"
import { linesOf } from "./lines.ts"
import type { Memory } from "./replay.ts"

const valuesOf = ({ differences = [], values }: Differences): ReadonlyArray<FieldDifference> =>
  values ?? differences.map((path) => ({ path }))

const placeOf = ({ id, line, row }: RowRef) => ({ row, ...(line === undefined ? {} : { line }), id })

/** A row whose own line says that its account was there before. */
export const existingOf = (duplicate: RowRef & Differences): ExistingRow => ({
  ...placeOf(duplicate),
  why: "duplicate",
  values: valuesOf(duplicate),
})

const rowLine = '{"s":"known","row":'
const headLine = '{"s":"known","id":'

/** Reading all the lines of a million rows would take longer than looking for these. */
const mayTell = (text: string) =>
  text.startsWith('{"s":"duplicate"') ||
  text.startsWith('{"s":"compared"') ||
  (text.startsWith(headLine) && text.includes('"differences":[')) ||
  (text.startsWith(rowLine) && (text.includes('"was":"duplicate"') || text.includes('"changed":true')))

const entryOf = (text: string): Line | Known | undefined => {
  if (!mayTell(text)) return undefined
  const { entry } = read(text, { seed: undefined })
  return entry !== undefined && "id" in entry ? entry : undefined
}

/** What lines say that come after those which need it. */
const makeAhead = () => {
  /** Which row an account has whose differences stand in the head, and on which line. */
  const rows = makeKnownIds()
  const lines = makeKnownIds()
  const compared = new Set<number>()
  const number = (known: ReturnType<typeof rows.find>) => known?.content
  return {
    compared,
    take: (entry: Line | Known) => {
      if (!("row" in entry)) return
      const { id, line, row, s } = entry
      if (s === "compared") compared.add(row)
      if (entry.differs !== true) return
      rows.put(id, { state: "Duplicate", content: row, message: undefined })
      lines.put(id, { state: "Duplicate", content: line, message: undefined })
    },
    placeOf: (id: string): RowRef | undefined => {
      const row = number(rows.find(id))
      return row === undefined ? undefined : { row, line: number(lines.find(id)), id }
    },
  }
}

type Ahead = ReturnType<typeof makeAhead>

const rowOf = (ahead: Ahead, entry: Line | Known): ExistingRow | undefined => {
  if (!("row" in entry)) {
    const place = ahead.placeOf(entry.id)
    if (place === undefined || ahead.compared.has(place.row)) return undefined
    return existingOf({ ...entry, ...place })
  }
  const { changed, differs, row, s } = entry
  switch (s) {
    case "duplicate":
      return existingOf(entry)
    case "compared":
      return { ...placeOf(entry), why: "changed", values: valuesOf(entry) }
    default:
      if (changed === true && !ahead.compared.has(row)) return { ...placeOf(entry), why: "changed" }
      return changed === true || differs === true ? undefined : existingOf(entry)
  }
}

/** The existing accounts that the file names; later lines about a row are read first, where there are any. */
export const existingIn = (
  fs: FileSystem.FileSystem,
  path: string,
  memory: Memory,
): Stream.Stream<ExistingRow, PlatformError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const ahead = makeAhead()
      const each = <A>(take: (entry: Line | Known) => A | undefined) =>
        linesOf(fs, path).pipe(
          Stream.chunks,
          Stream.map((lines): ReadonlyArray<A> =>
            lines.flatMap((text) => {
              const entry = entryOf(text)
              const taken = entry === undefined ? undefined : take(entry)
              return taken === undefined ? [] : [taken]
            }),
          ),
          Stream.filter(Arr.isReadonlyArrayNonEmpty),
          Stream.flattenArray,
        )
      if (memory.changed + memory.differing > 0) yield* Stream.runDrain(each(ahead.take))
      return each((entry) => rowOf(ahead, entry))
    }),
  )
