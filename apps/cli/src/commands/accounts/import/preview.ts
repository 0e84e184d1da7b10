/** The preview of an import: what each column gives, and the first rows as they will be sent. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { Column, Preview, Row } from "@effect-aptrinsic/files/internal/shared/preview"
import type * as Schema from "effect/Schema"
import { cells, pad, stringify } from "../../../output/Output.ts"
import * as words from "./words.ts"

/** Columns that fit a screen; the others are counted. */
const shown = 40
/** Names that are longer are shortened. */
const maxName = 28
const maxIgnored = 300

const header = ["Column", "Field", "Type", "Set", "Empty", "Doubtful", "Samples"]

const cellsOf = ({ column, doubtful, empty, field, invalid, samples, set, type }: Column): ReadonlyArray<string> => [
  visible(column, maxName),
  field,
  type,
  words.count(set),
  words.count(empty),
  words.count(doubtful + invalid),
  samples.map((sample) => visible(sample, 20)).join(" · "),
]

const isNumber = (index: number) => index >= 3 && index <= 5

const tableOf = (columns: ReadonlyArray<Column>): ReadonlyArray<string> => {
  const rows = [header, ...columns.slice(0, shown).map(cellsOf)]
  const widths = header.map((_, index) => Math.max(...rows.map((row) => cells(row[index]!))))
  const rest = columns.length - shown
  return [
    ...rows.map((row) =>
      `  ${row.map((cell, index) => (isNumber(index) ? cell.padStart(widths[index]!) : pad(cell, widths[index]!))).join("  ")}`.trimEnd(),
    ),
    ...(rest > 0 ? [`  … and ${words.plural(rest, "more column")}; --json has all of them`] : []),
  ]
}

const rowLine = ({ account, line, row }: Row) =>
  `  ${line === undefined ? `row ${row}` : `line ${line}`}  ${stringify(account as Schema.JsonObject)}`

/** Columns that are skipped because they are standard where the file comes from. */
const standard = ({ passedOver }: Pick<Preview, "passedOver">): ReadonlyArray<string> => {
  if (passedOver === undefined) return []
  const { columns, system } = passedOver
  const what = `${words.plural(columns.length, "standard column")} of ${system}`
  return [
    `  ${what} without a field: skipped, --unmapped custom keeps them: ${visible(columns.join(", "), maxIgnored)}`,
  ]
}

/** Columns that no flag names: those that are skipped, and those that stay text although they need not. */
export const notes = (preview: Pick<Preview, "columns" | "passedOver">): ReadonlyArray<string> => [
  ...standard(preview),
  ...preview.columns
    .flatMap(({ column, offers, samples }) =>
      offers.length === 0
        ? []
        : [
            `  ${visible(column, maxName)} is text, as ${visible(samples[0]!, 20)}; otherwise pass ${offers.join(" or ")}`,
          ],
    )
    .slice(0, shown),
]

/** A line for each column, one for those that are skipped, one for each row. */
export const lines = ({ columns, ignored, passedOver, rows }: Preview): ReadonlyArray<string> => [
  ...tableOf(columns),
  ...notes({ columns, passedOver }),
  ...(ignored.length === 0 ? [] : [`  Skipped: ${visible(ignored.join(", "), maxIgnored)}`]),
  ...rows.map(rowLine),
]

/** The members of the document. */
export const document = ({ columns, ignored, passedOver, rows }: Preview) => ({
  columns: columns.map((column) => ({ ...column })),
  ignored,
  passedOver: passedOver === undefined ? null : { ...passedOver },
  preview: rows.map(({ account, line, row }) => ({
    row,
    ...(line === undefined ? {} : { line }),
    account: account as Schema.JsonObject,
  })),
})
