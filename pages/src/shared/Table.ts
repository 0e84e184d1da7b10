/**
 * A table that is heard as one: with a caption, and headers of its columns. Where the screen is narrow it scrolls by itself, or its cells stand below
 * one another.
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
  /**
   * Whether its cells stand below one another, each behind the name of its column, where the screen is narrow.
   *
   * @default false
   */
  readonly isStacked?: boolean | undefined
}

// The roles are said because cells that are laid out below one another lose them.
const alignment = (isNumber: boolean | undefined) => (isNumber === true ? "number" : "")

export const Table = <Row>({ caption, columns, isStacked = false, keyOf, rows }: TableProps<Row>) => html`
  <div class="scroll" tabindex="0" role="group" aria-label=${caption}>
    <table class=${isStacked ? "stacked" : ""} role="table">
      <caption class="only-heard">
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(
            ({ isNumber, name }) => html`<th scope="col" role="columnheader" class=${alignment(isNumber)}>${name}</th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (row) => html`
            <tr role="row" key=${keyOf(row)}>
              ${columns.map(
                ({ cell, isNumber, name }) =>
                  html`<td role="cell" data-column=${name} class=${alignment(isNumber)}>${cell(row)}</td>`,
              )}
            </tr>
          `,
        )}
      </tbody>
    </table>
  </div>
`
