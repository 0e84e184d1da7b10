/**
 * A table as PostgreSQL's COPY writes it in its text format, and MySQL's INTO OUTFILE: cells between tabs, a backslash before what would end
 * them, `\N` where nothing is set. Nothing is quoted.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import { csv } from "./csv.ts"
import { type Located, tooLong } from "./csvReader.ts"
import { checkDelimiter, columnsOf, toRows } from "./csvRows.ts"
import { isOurs } from "./csvText.ts"
import type { FileFormat, Options } from "./fileFormat.ts"
import { maxRow } from "./jsonRow.ts"
import { mapLines } from "./lines.ts"
import * as text from "./text.ts"

/** In a dump of a database the statement before the rows names the columns. */
const statement = /^COPY [^\n(]+\(([^\n()]+)\) FROM stdin;\r?$/im

const characters: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }

const unescaped = (cell: string) =>
  cell.replaceAll(/\\(x[\da-f]{1,2}|[0-7]{1,3}|[^])/gi, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return characters[code] ?? code
  })

const nothing = String.raw`\N`
const end = String.raw`\.`

/** The cells of a line; those of MySQL hold the delimiter behind a backslash. */
const cellsOf = (line: string, delimiter: string): ReadonlyArray<string> => {
  const parts = line.split(delimiter)
  if (!line.includes("\\")) return parts
  const cells: Array<string> = []
  let open = ""
  for (const part of parts) {
    if (open === "" && (part === nothing || !part.includes("\\"))) {
      cells.push(part === nothing ? "" : part)
      continue
    }
    const cell = open + part
    open = endsEscaped(cell) ? cell + delimiter : ""
    if (open === "") cells.push(cell === nothing ? "" : unescaped(cell))
  }
  return open === "" ? cells : [...cells, unescaped(open)]
}

/** Whether the last backslash escapes what comes next. */
const endsEscaped = (text: string) => {
  let at = text.length
  while (text[at - 1] === "\\") at--
  return (text.length - at) % 2 === 1
}

const behind = { code: "footer", message: String.raw`stands behind \., where the data ends` } as const

interface Layout {
  readonly delimiter: string
  /** Lines before the first record. */
  readonly skipLines: number
  /** Whether statements may follow the data. */
  readonly isDump: boolean
}

/** Every record that is not blank. */
const recordsOf =
  ({ delimiter, isDump, skipLines }: Layout) =>
  (text: Stream.Stream<string, SourceError>): Stream.Stream<Located, SourceError> =>
    Stream.suspend(() => {
      let open = ""
      let [line, begun] = [0, 1]
      let hasEnded = false
      const read = (lines: ReadonlyArray<string>) => {
        const records: Array<Located> = []
        for (const each of lines) {
          if (++line <= skipLines) continue
          const content = open + (each.endsWith("\r") ? each.slice(0, -1) : each)
          if (open === "") begun = line
          open = endsEscaped(content) && content.length <= maxRow ? `${content}\n` : ""
          if (open !== "" || content.trim() === "") continue
          if (hasEnded && isDump && !statement.test(content)) continue
          if (content === end) hasEnded = true
          else if (hasEnded) records.push({ line: begun, cells: [content], fault: behind })
          else if (content.length > maxRow) records.push({ line: begun, ...tooLong })
          else records.push({ line: begun, cells: cellsOf(content, delimiter) })
        }
        return records
      }
      return mapLines(read)(text)
    })

const headOf = (head: string) => {
  const found = statement.exec(head)
  return found === null
    ? undefined
    : {
        skipLines: head.slice(0, found.index).split("\n").length,
        columns: found[1]!.split(",").map((name) => name.trim().replace(/^"(.*)"$/, "$1")),
      }
}

const isNothing = /(?:^|\t)\\N(?:\t|\r?$)/m
const isQuoted = /(?:^|\t)"/m

/** Only where it cannot be a CSV between tabs. */
const recognises = (bytes: Uint8Array, options: Options): boolean => {
  const { delimiter, quote } = options
  const isOfTabs = delimiter === undefined || ["\t", "tab", String.raw`\t`].includes(delimiter)
  if (quote !== undefined || !isOfTabs || !bytes.includes(0x5c)) return false
  const head = text.beginningOf(bytes, options)
  if (isOurs(head)) return false
  if (statement.test(head)) return true
  return head.includes("\t") && (isNothing.test(head) || /^\\\.\r?$/m.test(head)) && !isQuoted.test(head)
}

const quoteError = new SourceError({
  kind: "Options",
  message: "is read as COPY writes it, where nothing is quoted.",
  hint: "Leave out --quote, or pass --format csv.",
})

const open: FileFormat["open"] = Effect.fnUntraced(function* (bytes, headBytes, options) {
  const { encoding, head, text: characters } = yield* text.open(bytes, headBytes, options)
  if (isOurs(head)) return yield* csv.open(bytes, headBytes, { ...options, delimiter: undefined })
  if (options.quote !== undefined) return yield* quoteError
  const delimiter = yield* Effect.fromResult(checkDelimiter(options.delimiter ?? "\t"))
  const dump = headOf(head)
  const { skipLines = dump?.skipLines ?? 0 } = options
  const records = recordsOf({ delimiter, skipLines, isDump: dump !== undefined })(characters)
  const first = yield* Stream.runHead(records)
  if (Option.isNone(first)) {
    return yield* new SourceError({ kind: "Empty", message: "is empty.", hint: "Check that it is the right file." })
  }
  const hasHeader = dump === undefined && options.header !== false
  const columns = dump?.columns ?? (yield* Effect.fromResult(columnsOf(first.value, hasHeader)))
  return { format: "copy", encoding, delimiter, columns, rows: toRows(columns, { hasHeader })(records) }
})

export const copy: FileFormat = {
  name: "copy",
  recognises,
  open,
  extensions: ["copy", "tsv", "txt"],
  writes: "csv",
  // With a header and the cells as they are meant: what a spreadsheet opens too.
  writeFailed: csv.writeFailed,
}
