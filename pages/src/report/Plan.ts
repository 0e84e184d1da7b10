/** What a file would do to the accounts of PX: how many it creates and changes, and in which fields from what to what. */
import { count, counted, moment, visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Table } from "../shared/Table.ts"
import { value } from "./Differences.ts"
import { accountId, share, text, zone } from "./format.ts"
import { placeOf } from "./Open.ts"
import type { Made } from "./Report.ts"
import { Bar, Details, Section } from "./Section.ts"

interface Row {
  readonly row: number
  readonly line?: number
  readonly id: string
}

interface Field {
  readonly path: string
  readonly rows: number
  readonly first: ReadonlyArray<Row & { readonly from?: string; readonly to: string }>
}

export interface PlanPage {
  readonly file: string
  readonly target: string
  readonly counts: {
    readonly create: number
    readonly change: number
    readonly unchanged: number
    readonly incomparable: number
  }
  readonly asked: { readonly by: "list" | "reads"; readonly requests: number }
  readonly fields: ReadonlyArray<Field>
  readonly otherFields: number
  readonly creates: ReadonlyArray<Row & { readonly name: string }>
  readonly incomparable: ReadonlyArray<Row & { readonly message: string }>
}

const rowColumns = [
  { name: "where", cell: placeOf },
  { name: "account", cell: ({ id }: Row) => accountId(id) },
]

const Headline = ({ counts }: PlanPage) => {
  const { change, create, incomparable, unchanged } = counts
  const existing = change + unchanged
  const isSame = change + create + incomparable === 0
  const figures = [
    ["to create", create],
    ["to change", change],
    ["unchanged", unchanged],
    ["not compared", incomparable],
  ] as const
  return html`
    <section class=${`card answer ${isSame ? "good" : "info"}-edge`} aria-labelledby="answer">
      <h2 id="answer">
        ${
          isSame
            ? "PX holds every row as it is."
            : `The file would create ${counted(create, "account")} and change ${count(change)}.`
        }
      </h2>
      <ul>
        <li>Nothing was sent.</li>
        ${change > 0 && html`<li>${`${share(change / existing)} of the ${counted(existing, "account")} of the file that PX has would change.`}</li>`}
        ${incomparable > 0 && html`<li>${`${counted(incomparable, "row")} cannot be compared, and would not be sent.`}</li>`}
      </ul>
      <dl class="figures">
        ${figures.map(
          ([name, rows]) =>
            html`<div>
              <dt>${name}</dt>
              <dd data-figure=${name}>${count(rows)}</dd>
            </div>`,
        )}
      </dl>
    </section>
  `
}

const Fields = ({ counts, fields, otherFields }: PlanPage) => {
  if (fields.length === 0) return null
  return Section(
    "fields",
    "Which fields would change",
    html`<div>
      ${fields.map(
        ({ first, path, rows }, index) =>
          html`<${Details}
            key=${path}
            isOpen=${index < 3}
            summary=${html`<span class="reason">
              <span class="number">${count(rows)}</span>
              <span><strong>${text(path, 100)}</strong></span>
              ${Bar(rows / counts.change, "updated", share(rows / counts.change))}
            </span>`}
            make=${() =>
              html`<div>
                ${Table({
                  caption: `Changes of ${visible(path, 100)}`,
                  isStacked: true,
                  rows: first,
                  keyOf: ({ row }) => row,
                  columns: [
                    ...rowColumns,
                    { name: "in PX", cell: ({ from }) => value(from) },
                    { name: "would become", cell: ({ to }) => value(to) },
                  ],
                })}
                ${first.length < rows && html`<p class="dim note">${`These are the first ${count(first.length)} of ${counted(rows, "row")}; `}<code>--changes FILE</code>${" writes all of them."}</p>`}
              </div>`}
          />`,
      )}
    </div>`,
    otherFields > 0 &&
      html`<p class="dim note">${`${counted(otherFields, "other field")} would change in fewer rows.`}</p>`,
  )
}

const Creates = ({ counts, creates }: PlanPage) =>
  counts.create === 0
    ? null
    : Section(
        "creates",
        "Accounts to create",
        Table({
          caption: "The first accounts to create",
          isStacked: true,
          rows: creates,
          keyOf: ({ row }) => row,
          columns: [...rowColumns, { name: "name", cell: ({ name }) => text(name, 120) }],
        }),
        creates.length < counts.create &&
          html`<p class="dim note">${`These are the first ${count(creates.length)} of ${count(counts.create)}.`}</p>`,
      )

const Incomparable = ({ counts, incomparable }: PlanPage) =>
  counts.incomparable === 0
    ? null
    : Section(
        "incomparable",
        "Rows that cannot be compared",
        Table({
          caption: "The first rows that cannot be compared",
          isStacked: true,
          rows: incomparable,
          keyOf: ({ row }) => row,
          columns: [...rowColumns, { name: "why", cell: ({ message }) => text(message) }],
        }),
        incomparable.length < counts.incomparable &&
          html`<p class="dim note">
            ${`These are the first ${count(incomparable.length)} of ${count(counts.incomparable)}.`}
          </p>`,
      )

export const Plan = ({ made, plan }: { readonly made: Made; readonly plan: PlanPage }) => html`
  <div class="report">
    <header>
      <h1>${text(plan.file, 120)} against PX</h1>
      <p class="dim">
        ${text(plan.target, 120)}${` · asked on ${moment(Date.parse(made.at))} (${zone}) in ${counted(plan.asked.requests, "request")}`}
      </p>
    </header>
    <main class="stack">${Headline(plan)} ${Fields(plan)} ${Creates(plan)} ${Incomparable(plan)}</main>
    <footer class="dim">
      Made by ${text(made.by, 80)}${". PX may have changed since: this is what it held then."}
    </footer>
  </div>
`
