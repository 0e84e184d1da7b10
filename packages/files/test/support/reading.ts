/**
 * Workbooks as a source reads them: from parts, to rows with their lines.
 */
import * as Source from "@effect-aptrinsic/files/Source"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { row, workbook } from "./workbook.ts"

export const open = (bytes: Uint8Array, options?: Source.Options) =>
  Source.open(
    Stream.fromIterable(
      Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, at) => bytes.subarray(at * 4096, (at + 1) * 4096)),
    ).pipe(Stream.rechunk(1)),
    options,
  )

export const read = Effect.fnUntraced(function* (bytes: Uint8Array, options?: Source.Options) {
  const source = yield* open(bytes, options)
  const rows = yield* Stream.runCollect(source.rows)
  return { ...source, rows: rows.map((row) => (row._tag === "Cells" ? [row.line, ...row.cells] : [row.line, row])) }
})

export const refused = (bytes: Uint8Array, options?: Source.Options) => Effect.flip(read(bytes, options))

export const table = (data: string, parts: Partial<Parameters<typeof workbook>[0]> = {}) =>
  workbook({ sheets: { Accounts: row(1, "id", "value") + data }, ...parts })
