/**
 * Rows that a journal file knows under another id than they have, called by their names.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import type { Contradiction, RowRef } from "../../Row.ts"
import { read } from "./line.ts"
import { linesOf } from "./lines.ts"

/** Reads the file for the last line of each of these rows: the memory of a run holds no ids. */
export const contradictionsOf = Effect.fnUntraced(function* (path: string, rows: ReadonlyArray<RowRef>) {
  const fs = yield* FileSystem.FileSystem
  const wanted = new Set(rows.map(({ row }) => row))
  const found = new Map<number, { readonly line: number; readonly id: string }>()
  let line = 0
  yield* Stream.runForEach(linesOf(fs, path), (text) =>
    Effect.sync(() => {
      line++
      const { entry } = read(text, { seed: undefined })
      if (entry !== undefined && "row" in entry && wanted.has(entry.row)) found.set(entry.row, { line, id: entry.id })
    }),
  )
  return rows.map(({ id, row }): Contradiction => {
    const recorded = found.get(row)
    const was = recorded === undefined ? "was another id" : `is ${visible(recorded.id, 100)} in line ${recorded.line}`
    return { line: recorded?.line, row, message: `row ${row} is ${visible(id, 100)} and ${was}` }
  })
})
