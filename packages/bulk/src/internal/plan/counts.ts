/**
 * How many rows of a plan would do what, and how many of them change each field.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { PlannedRow } from "../../PlannedRow.ts"

export const countRows = <E, R>(rows: Stream.Stream<PlannedRow, E, R>) => {
  const counts = { create: 0, change: 0, unchanged: 0, incomparable: 0 }
  const names = { Create: "create", Change: "change", Unchanged: "unchanged", Incomparable: "incomparable" } as const
  const fields = new Map<string, number>()
  return Stream.runForEachArray(rows, (chunk) =>
    Effect.sync(() => {
      for (const row of chunk) {
        counts[names[row._tag]]++
        if (row._tag !== "Change") continue
        for (const { path } of row.fields) fields.set(path, (fields.get(path) ?? 0) + 1)
      }
    }),
  ).pipe(Effect.map(() => ({ ...counts, fields: Object.fromEntries(fields) })))
}
