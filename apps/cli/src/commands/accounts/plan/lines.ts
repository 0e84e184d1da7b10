/** The rows of a plan as lines and as JSON. */
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { Change, Create, Incomparable, PlannedRow } from "@effect-aptrinsic/bulk/PlannedRow"
import type { FieldChange } from "@effect-aptrinsic/bulk/Row"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type * as Schema from "effect/Schema"
import * as InputText from "../../../input/InputText.ts"
import { shown as shownId, value } from "../../../output/AccountsFailure.ts"
import { table } from "../../../output/Output.ts"
import * as words from "../import/words.ts"

/** Changed fields, or rows that cannot be compared, that fit a screen. */
export const shown = 20
/** Accounts to create that are shown beside them: enough to see whether their ids are right. */
export const shownCreates = 5

/** The counts of a plan, and the first rows of their kinds, as many as are shown. */
export interface Shown {
  readonly counts: Plan.Counts
  readonly creates: ReadonlyArray<Create>
  readonly changes: ReadonlyArray<Change>
  readonly incomparable: ReadonlyArray<Incomparable>
}

const kinds = { Create: "create", Change: "change", Incomparable: "incomparable", Unchanged: "unchanged" } as const

/** A row as a document has it. */
export const document = (row: PlannedRow): { readonly [name: string]: Schema.Json } => {
  const { _tag, id, line, row: number } = row
  const place = { row: number, ...(line === undefined ? {} : { line }), id, kind: kinds[_tag] }
  switch (_tag) {
    case "Create":
      return { ...place, account: row.account as unknown as Schema.Json }
    case "Change":
      return { ...place, fields: row.fields.map((field) => ({ ...field })) }
    case "Incomparable":
      return { ...place, message: row.message }
    case "Unchanged":
      return place
  }
}

/** Whether PX holds all rows as they are. */
export const isSame = ({ change, create, incomparable }: Plan.Counts): boolean => change + create + incomparable === 0

const place = ({ line, row }: PlannedRow) => (line === undefined ? `row ${row}` : `line ${line}`)

/** `plan: "free" -> "pro"`. */
export const changeText = ({ from, path, to }: FieldChange): string =>
  `${visible(path, 60)}: ${value(from)} -> ${value(to)}`

/** The first changes; `where` says which file has all of them, or how to write one, where that can be. */
export const changeLines = (
  { changes, counts, creates, incomparable }: Shown,
  where: { readonly file: string | undefined; readonly how: string | undefined },
): ReadonlyArray<string> => {
  const changed = changes.flatMap((row) =>
    row.fields.map((field) => [`${place(row)}  ${shownId(row.id)}`, changeText(field)] as const),
  )
  const created = creates.map(
    (row) => [`${place(row)}  ${shownId(row.id)}`, `create ${value(row.account.name)}`] as const,
  )
  const refused = incomparable.map(
    (row) => [`${place(row)}  ${shownId(row.id)}`.trimEnd(), visible(row.message, 160)] as const,
  )
  const told = [...changed.slice(0, shown), ...created, ...refused]
  const all = Object.values(counts.fields).reduce((sum, rows) => sum + rows, counts.create + counts.incomparable)
  const more = all > told.length ? `… and ${words.count(all - told.length)} more` : undefined
  const written = where.file === undefined ? undefined : `${InputText.label(where.file)} has all of them`
  const rest = [more, written ?? (more && where.how)].filter((part) => part !== undefined)
  return [...table(told).map((line) => `  ${line}`), ...(rest.length === 0 ? [] : [`  ${rest.join("; ")}`])]
}

/** How many rows would do what. */
export const countLines = (counts: Plan.Counts): ReadonlyArray<string> => {
  const fields = Object.entries(counts.fields)
    .toSorted(([, one], [, other]) => other - one)
    .map(([path, rows]) => `${visible(path, 60)} ${words.count(rows)}`)
  const named = `${fields.slice(0, 10).join(", ")}${fields.length > 10 ? `, and ${fields.length - 10} other fields` : ""}`
  const rows: ReadonlyArray<readonly [string, number, string]> = [
    ["create", counts.create, ""],
    ["change", counts.change, named],
    ["unchanged", counts.unchanged, ""],
    ["not compared", counts.incomparable, ""],
  ]
  return rows
    .filter(([, count]) => count > 0)
    .map(([what, count, more]) => `  ${what.padEnd(13)}${words.count(count).padStart(9)}  ${more}`.trimEnd())
}
