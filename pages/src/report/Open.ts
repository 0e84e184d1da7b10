/** Why rows are not in: reasons, the rows of each, and the cells to look at. */
import { count, counted } from "../shared/format.ts"
import { type Content, html } from "../shared/html.ts"
import { Table } from "../shared/Table.ts"
import { accountId, text } from "./format.ts"
import { Bar, Details, Section } from "./Section.ts"
import { nameOf, type Summary } from "./words.ts"

type Reason = Summary["reasons"][number]
type Row = Reason["first"][number]

/** Where a row stands: its line in the file, else its number. */
export const placeOf = ({ line, row }: { readonly line?: number; readonly row: number }): string =>
  line === undefined ? `row ${count(row)}` : `line ${count(line)}`

/** The file of a row, where there is more than one. */
export const fileColumn = ({ journals }: Summary) =>
  journals.length < 2
    ? []
    : [
        {
          name: "file",
          cell: ({ journal }: { readonly journal: number }): Content => text(journals[journal]?.file ?? "", 60),
        },
      ]

const cellsOf = ({ cells = [], message }: Row): Content =>
  cells.length === 0
    ? text(message)
    : html`<ul class="plain">
        ${cells.map(({ column, field, message: why }) => html`<li><strong>${text(column ?? field, 80)}</strong> ${text(why)}</li>`)}
      </ul>`

/** Whether the reason says of its rows all that they say. */
const isSaid = ({ first, message }: Reason) => first.every((row) => row.cells === undefined && row.message === message)

/** How many of its rows say something else than the message, counted up to a hundred. */
const othersOf = ({ different = 1 }: Reason): Content =>
  different > 1 &&
  html`<span class="dim">${`and ${count(different - 1)}${different < 100 ? "" : " or more"} like it`}</span>`

const rowsOf = (summary: Summary, reason: Reason, number: number) => html`
  <div>
    ${Table({
      caption: `Rows of reason ${number}`,
      isStacked: true,
      rows: reason.first,
      keyOf: ({ journal, row }) => `${journal} ${row}`,
      columns: [
        ...fileColumn(summary),
        { name: "where", cell: placeOf },
        { name: "account", cell: ({ id }) => accountId(id) },
        ...(isSaid(reason) ? [] : [{ name: "why", cell: cellsOf }]),
      ],
    })}
    ${
      reason.rows > reason.first.length &&
      html`<p class="dim note">
        ${`These are the first ${count(reason.first.length)} of ${counted(reason.rows, "row")}; `}
        <code>aptrinsic report FILE --failed</code> has all of them.
      </p>`
    }
  </div>
`

export const Open = (summary: Summary) => {
  const { otherRows, reasons } = summary
  const { unreached = 0 } = summary.counts
  if (reasons.length + unreached === 0) return null
  const most = Math.max(1, ...reasons.map(({ rows }) => rows))
  return Section(
    "open",
    summary.wayBack === undefined ? "Why rows are not in" : "Why accounts are not set back",
    html`<div>
      ${reasons.map(
        (reason, index) =>
          html`<${Details}
            key=${`${reason.state} ${reason.code} ${reason.field ?? ""}`}
            isOpen=${index === 0}
            summary=${html`<span class="reason">
              <span class="number">${count(reason.rows)}</span>
              <span>
                <span class=${`tag ${reason.state}`}>${nameOf(summary, reason.state)}</span>${" "}
                ${reason.field !== undefined && html`<strong>${text(reason.field, 80)}</strong>`}${" "}
                ${text(reason.message)} ${othersOf(reason)}
                <code class="dim">${text(reason.code, 60)}</code>
              </span>
              ${Bar(reason.rows / most, reason.state)}
            </span>`}
            make=${() => rowsOf(summary, reason, index + 1)}
          />`,
      )}
    </div>`,
    otherRows > 0 &&
      html`<p class="dim note">
        ${counted(otherRows, "row")} of other reasons; <code>aptrinsic report FILE --failed</code> has all of them.
      </p>`,
    unreached > 0 &&
      html`<p class="dim note">
        ${`${counted(unreached, "more row")} cannot be sent: no run came to ${unreached === 1 ? "it" : "them"} yet, the next one says why.`}
      </p>`,
  )
}
