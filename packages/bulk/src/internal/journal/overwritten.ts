/**
 * What the updates of a journal file overwrote, row by row.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { FieldChange, Overwritten } from "../../Row.ts"
import { type Line, type Marks, read } from "./line.ts"
import { linesOf } from "./lines.ts"
import type { RowStates } from "./rowStates.ts"

/** A line that says what an update overwrites, or that its row failed or was taken back. */
const telling = /^\{"s":"(?:sent|failed|released)","row":(\d+),/

/**
 * The lines about rows that were sent to change something, which they did or may have; without fields where an earlier one did not. A line that
 * was changed counts for nothing.
 */
const updatesIn = (fs: FileSystem.FileSystem, path: string, states: RowStates, marks: Marks) =>
  linesOf(fs, path).pipe(
    Stream.chunks,
    Stream.map((lines): ReadonlyArray<Line> =>
      lines.flatMap((text) => {
        const row = Number(telling.exec(text)?.[1] ?? 0)
        if (states.get(row) !== "Updated" && !states.isUpdate(row)) return []
        const { entry, isIntact } = read(text, marks)
        if (!isIntact || entry === undefined || !("row" in entry) || !states.isOf(entry)) return []
        return entry.s === "sent" && entry.fields === undefined ? [] : [entry]
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
  marks: Marks,
): Stream.Stream<Overwritten, PlatformError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const times = new Uint8Array(states.last() + 1)
      yield* Stream.runForEach(updatesIn(fs, path, states, marks), ({ fields, row }) =>
        Effect.sync(() => void (times[row] = Math.min(2, times[row]! + (fields === undefined ? 0 : 1)))),
      )
      const repeated = new Map<number, Overwritten>()
      return updatesIn(fs, path, states, marks).pipe(
        Stream.filterMap(({ fields, id, line, row }): Result.Result<Overwritten, void> => {
          if (fields === undefined) repeated.delete(row)
          if (fields === undefined) return Result.failVoid
          const isCertain = states.get(row) === "Updated"
          const each = { row, ...(line === undefined ? {} : { line }), id, isCertain, fields }
          if (times[row] === 1) return Result.succeed(each)
          repeated.set(row, { ...each, fields: merge(repeated.get(row)?.fields ?? [], fields) })
          return Result.failVoid
        }),
        Stream.concat(Stream.suspend(() => Stream.fromIterable(repeated.values()))),
      )
    }),
  )
