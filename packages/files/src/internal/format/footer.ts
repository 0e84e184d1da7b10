/**
 * The end of a table: rows below the data that a report closes with, and the marks that say that nothing follows.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mapChunks } from "../streams.ts"

/** Rows at the end that are looked at; no report closes with more. */
const window = 20
/** Rows that may be a footer are held in memory until the end is known. */
const maxSkipped = 1000

const words = new RegExp(
  [
    String.raw`\(?[\d.,]+ (?:rows?|records?|results?|zeilen|datensätze|lignes?|filas?)\b`,
    String.raw`(?:grand |sub)?totals?(?![\p{L}-])|sum(?:me|a)?(?!\p{L})|gesamt(?:summe)?(?!\p{L})|average\b|count\b`,
    String.raw`(?:report )?(?:generated|exported|created|printed|downloaded|prepared) (?:by|on|at|from|with|:)`,
    String.raw`confidential|copyright|©|\(c\)|source:|page \d|end of (?:file|report|data)|as of \d|filter(?:s|ed by)\b`,
    String.raw`erstellt (?:von|am|mit)|vertraulich|stand:|généré (?:par|le)|confidentiel|generado (?:por|el)|confidencial`,
    String.raw`[-=*_]{3,}$`,
  ].join("|"),
  "iuy",
)

const startsAsFooter = (text: string) => {
  words.lastIndex = 0
  return words.test(text)
}

const textsOf = (row: SourceRow): ReadonlyArray<string> => {
  const cells = row._tag === "Cells" ? row.cells : row._tag === "Unreadable" ? row.content : []
  return (typeof cells === "string" ? [cells] : cells).map((cell) => cell.trim()).filter((cell) => cell !== "")
}

const isAmount = (text: string) => /^\p{Sc}?[\d.,'\s%-]+\p{Sc}?$/u.test(text)

/** Whether a row is not data: a phrase where several cells should be, or words of a report beside nothing but amounts. */
const isFooter = (row: SourceRow, columns: number): boolean => {
  if (row._tag === "Object" || (row._tag === "Unreadable" && row.code !== "cells")) return false
  const [first, ...others] = textsOf(row)
  if (first === undefined) return false
  // One word may be the beginning of a row that was cut.
  if (row._tag === "Unreadable" && row.content[0] === first && others.length === 0 && /\S\s+\S/.test(first)) return true
  const isFull = row._tag === "Cells" && others.length + 1 > columns / 2
  return startsAsFooter(first) && (!isFull || (others.length > 0 && others.every(isAmount)))
}

/** `\.` of PostgreSQL, and the Ctrl-Z of DOS. */
const isEnd = (text: string | undefined) => text === String.raw`\.` || text === "\u001a"

/** Rows at the end without the marks behind them. */
const unmarked = (rows: ReadonlyArray<SourceRow>): ReadonlyArray<SourceRow> => {
  const last = rows.at(-1)
  if (last === undefined) return rows
  const texts = textsOf(last)
  if (texts.length === 1 && isEnd(texts[0])) return unmarked(rows.slice(0, -1))
  if (last._tag !== "Cells" || last.cells.at(-1)?.endsWith("\u001a") !== true) return rows
  return [...rows.slice(0, -1), { ...last, cells: [...last.cells.slice(0, -1), last.cells.at(-1)!.slice(0, -1)] }]
}

/** Rows at the end, with those that look like a footer as rows that cannot be read. */
const told = (rows: ReadonlyArray<SourceRow>, columns: number): ReadonlyArray<SourceRow> => {
  const from = rows.findLastIndex((row) => !isFooter(row, columns)) + 1
  // Where no row is data, it is the table that is read in another way than it is written.
  if (from === 0) return rows
  const count = rows.length - from
  const those = count === 1 ? "the last row" : `the last ${count} rows`
  const message = `looks like the footer of a report: skip ${those} with --skip-footer ${count}; 0 keeps ${count === 1 ? "it" : "them"}`
  return rows.map((row, index): SourceRow => {
    if (index < from || row._tag === "Object") return row
    const content = row._tag === "Cells" ? row.cells : row.content
    return { _tag: "Unreadable", row: row.row, line: row.line, code: "footer", message, content }
  })
}

/** Rows of a table as far as its data goes. What looks like a footer is told unless it is said how many rows are one. */
export const without =
  (columns: number, skipFooter: number | undefined) =>
  (rows: Stream.Stream<SourceRow, SourceError>): Stream.Stream<SourceRow, SourceError> =>
    Stream.suspend(() => {
      const skipped = skipFooter ?? 0
      let held: ReadonlyArray<SourceRow> = []
      const end = Stream.suspend(() => {
        const rest = unmarked(held)
        const data = rest.slice(0, Math.max(0, rest.length - skipped))
        return Stream.fromIterable(skipFooter === undefined ? told(data, columns) : data)
      })
      return rows.pipe(
        mapChunks((chunk) => {
          const all = held.concat(chunk)
          const known = Math.max(0, all.length - skipped - window)
          held = all.slice(known)
          return all.slice(0, known)
        }),
        Stream.concat(end),
      )
    })

export const checkLength = (skipFooter: number | undefined): Effect.Effect<void, SourceError> =>
  skipFooter === undefined || (Number.isInteger(skipFooter) && skipFooter >= 0 && skipFooter <= maxSkipped)
    ? Effect.void
    : Effect.fail(
        new SourceError({
          kind: "Options",
          message: `cannot be read without its last ${skipFooter} rows.`,
          hint: `A footer has from 0 to ${maxSkipped} rows.`,
        }),
      )
