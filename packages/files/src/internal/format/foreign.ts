/**
 * Text that is written for something else than to be imported, by how it begins, with the way to rows.
 */
import { SourceError } from "../../SourceError.ts"

const kinds: ReadonlyArray<readonly [begins: RegExp, message: string, hint: string]> = [
  [
    // A line above it may say that a password was given on the command line.
    /^(?:[^\r\n]*\r?\n){0,3}\+-+(?:\+-+)*\+ *\r?\n\|[^\r\n]*\| *\r?\n\+-[-+]*\+|^\*{9,} 1\. row \*{9,}/,
    "is a table drawn for people to read, as mysql draws it.",
    "Export it as cells between tabs: mysql --batch -e 'SELECT ..' > accounts.tsv; psql has --csv, sqlite3 -csv, beeline --outputformat=csv2",
  ],
  [
    /^[^\r\n]+\r?\n *[-─]+([+┼][-─]+)+ *\r?\n|^-\[ RECORD 1 \]/,
    "is a table drawn by psql for people to read.",
    "Export it as CSV: psql --csv -c 'SELECT ..' > accounts.csv",
  ],
  [
    /^\s*[┌╭╔┏][─━═┬╤╦┳]+/,
    "is a table drawn for people to read, in a box.",
    "Export it as CSV: duckdb -csv -c 'SELECT ..' > accounts.csv; sqlite3 has -csv, psql --csv",
  ],
  [
    /^\s*\|[^\r\n]*\| *\r?\n *\|(?: *:?-+:? *[|+])+ *(?:\r?\n|$)/,
    "is a table in Markdown.",
    "Write it as cells between bars: sed '2d; s/^ *| *//; s/ *| *$//; s/ *| */|/g' FILE > accounts.csv",
  ],
  [
    /^[^\r\n,;|\t]+\r?\n-+(?: +-+)+ *\r?\n/,
    "is a table in columns of fixed width, for people to read.",
    "Export it as CSV: sqlcmd -s, -W; sqlplus -m 'csv on'; sqlite3 -header -csv",
  ],
  [
    /^\s*\{\s*"type"\s*:\s*"(SCHEMA|RECORD|STATE)"/,
    "is the output of a Singer tap: messages, of which some hold a row.",
    `Take the rows out: jq -c 'select(.type=="RECORD").record' FILE > accounts.ndjson`,
  ],
  [
    /^\s*\{\s*"(index|create)"\s*:\s*\{[^\n]*\}\s*\}\s*\n/,
    "is a bulk request to Elasticsearch, with an action line above each row.",
    `Take the rows out: jq -c 'select(has("index") or has("create") | not)' FILE > accounts.ndjson`,
  ],
  [
    /^\s*\[\s*[^\s[\]{][^[{\n]*\]\s*\n\s*\[/,
    "has a list on each line, whose values have no names.",
    "Write it as CSV: jq -r @csv FILE > accounts.csv",
  ],
]

export const foreign = (head: string): SourceError | undefined => {
  const kind = kinds.find(([begins]) => begins.test(head))
  return kind === undefined ? undefined : new SourceError({ kind: "Syntax", message: kind[1], hint: kind[2] })
}
