/**
 * What the updates of a journal file overwrote, row by row.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { FieldChange, Overwritten } from "../../Row.ts"
import { type Line, read } from "./line.ts"
import { linesOf } from "./lines.ts"
import type { RowStates } from "./rowStates.ts"

const sentLine = '{"s":"sent","row":'

/** The lines about rows that were sent to change something, which they did or may have. */
const updatesIn = (fs: FileSystem.FileSystem, path: string, states: RowStates) =>
  linesOf(fs, path).pipe(
    Stream.chunks,
    Stream.map((lines): ReadonlyArray<Line & { readonly fields: ReadonlyArray<FieldChange> }> =>
      lines.flatMap((text) => {
        if (!text.startsWith(sentLine) || !text.includes('"fields":[')) return []
        const { entry } = read(text, { seed: undefined })
        if (entry === undefined || !("row" in entry) || entry.fields === undefined) return []
        const { fields, row } = entry
        return states.isOf(entry) && (states.get(row) === "Updated" || states.isUpdate(row))
          ? [{ ...entry, fields }]
          : []
      }),
    ),
    Stream.filter(Arr.isReadonlyArrayNonEmpty),
    Stream.flattenArray,
  )

/** Fields that were sent more than once were last changed from what the last line says. */
const merge = (before: ReadonlyArray<FieldChange>, after: ReadonlyArray<FieldChange>): ReadonlyArray<FieldChange> => [
  ...new Map([...before, ...after].map((field) => [field.path, field])).values(),
]

/** Rows that were sent once as they come, then the others, of which there are few. */
export const overwrittenIn = (
  fs: FileSystem.FileSystem,
  path: string,
  states: RowStates,
): Stream.Stream<Overwritten, PlatformError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const times = new Uint8Array(states.last() + 1)
      yield* Stream.runForEach(updatesIn(fs, path, states), ({ row }) =>
        Effect.sync(() => void (times[row] = Math.min(2, times[row]! + 1))),
      )
      const repeated = new Map<number, Overwritten>()
      return updatesIn(fs, path, states).pipe(
        Stream.map(({ fields, id, line, row }): Overwritten => {
          const isCertain = states.get(row) === "Updated"
          return { row, ...(line === undefined ? {} : { line }), id, isCertain, fields }
        }),
        Stream.filter((each) => {
          if (times[each.row] === 1) return true
          const fields = merge(repeated.get(each.row)?.fields ?? [], each.fields)
          repeated.set(each.row, { ...each, fields })
          return false
        }),
        Stream.concat(Stream.suspend(() => Stream.fromIterable(repeated.values()))),
      )
    }),
  )
