/**
 * A table that is heard as one: with a caption, and headers of its columns. It scrolls by itself where the screen is narrow.
 */
import { type Content, html } from "./html.ts"

export interface Column<Row> {
  readonly name: string
  readonly isNumber?: boolean | undefined
  readonly cell: (row: Row) => Content
}

export interface TableProps<Row> {
  readonly caption: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
  readonly keyOf: (row: Row) => string | number
}

const alignment = (isNumber: boolean | undefined) => (isNumber === true ? "number" : "")

export const Table = <Row>({ caption, columns, keyOf, rows }: TableProps<Row>) => html`
  <div class="scroll" tabindex="0" role="group" aria-label=${caption}>
    <table>
      <caption class="only-heard">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ isNumber, name }) => html`<th scope="col" class=${alignment(isNumber)}>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`
            <tr key=${keyOf(row)}>
              ${columns.map(({ cell, isNumber }) => html`<td class=${alignment(isNumber)}>${cell(row)}</td>`)}
            </tr>
          `,
        )}
      </tbody>
    </table>
  </div>
`
