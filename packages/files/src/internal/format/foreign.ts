/**
 * Text that is written for something else than to be imported, by how it begins, with the way to rows.
 */
import * as Result from "effect/Result"
import { SourceError } from "../../SourceError.ts"

const kinds: ReadonlyArray<readonly [begins: RegExp, message: string, hint: string]> = [
  [
    /^[^\r\n]+\r?\n *-+(\+-+)+ *\r?\n/,
    "is a table drawn by psql for people to read.",
    "Export it as CSV: psql --csv -c 'SELECT ..' > accounts.csv",
  ],
  [
    /^\s*\{\s*"type"\s*:\s*"(SCHEMA|RECORD|STATE)"/,
    "is the output of a Singer tap: messages, of which some hold a row.",
    `Take the rows out: jq -c 'select(.type=="RECORD").record' FILE > accounts.ndjson`,
  ],
  [
    /^\s*\{\s*"(index|create)"\s*:\s*\{[^\n]*\}\s*\}\s*\n/,
    "is a bulk request to Elasticsearch, with a line of its own above each row.",
    `Take the rows out: jq -c 'select(has("index") or has("create") | not)' FILE > accounts.ndjson`,
  ],
  [
    /^\p{Cc}\s*[{[]/u,
    "is a JSON text sequence.",
    String.raw`Write one object a line: tr -d '\036' < FILE | jq -c . > accounts.ndjson`,
  ],
  [
    /^\s*\[[^[{\n]*\]\s*\n\s*\[/,
    "has a list on each line, whose values have no names.",
    "Write it as CSV: jq -r @csv FILE > accounts.csv",
  ],
]

const isObject = (line: string) => Result.isSuccess(Result.try(() => JSON.parse(line) as unknown))

/** Objects that are not one a line. */
export const unlined = (head: string): SourceError | undefined => {
  const text = head.replace(/^\ufeff/, "").trimStart()
  const end = text.indexOf("\n")
  const line = end === -1 ? text : text.slice(0, end)
  const isSpread = /^\{[^\n]*\n\s*["}\]]/.test(text)
  const isTogether = /\}\s*\{\s*"/.test(line)
  return (isSpread || isTogether) && !isObject(line)
    ? new SourceError({
        kind: "Syntax",
        message: isSpread ? "has objects over several lines." : "has several objects on a line.",
        hint: "Write one object a line: jq -c . FILE > accounts.ndjson",
        line: 1,
      })
    : undefined
}

export const foreign = (head: string): SourceError | undefined => {
  const kind = kinds.find(([begins]) => begins.test(head))
  return kind === undefined ? undefined : new SourceError({ kind: "Syntax", message: kind[1], hint: kind[2] })
}
