/** Accounts that were there before: what the file says, what PX holds, and what an update overwrote. */
import { count, counted } from "../shared/format.ts"
import { type Content, html } from "../shared/html.ts"
import { Table } from "../shared/Table.ts"
import { accountId, text } from "./format.ts"
import { fileColumn, placeOf } from "./Open.ts"
import { Details, Section } from "./Section.ts"
import type { Summary } from "./words.ts"

type Group = Summary["differences"][number]

const titles = {
  duplicate: "Accounts that were there before",
  changed: "Rows that changed since they were sent",
  updated: "Accounts that were updated",
} as const

const sentences: { readonly [why in Group["why"]]: (group: Group) => string } = {
  updated: ({ rows }) =>
    `${counted(rows, "account")} got the values of the file; what PX held before stands beside them.`,
  changed: ({ rows }) =>
    `${counted(rows, "row")} said something else when an earlier run sent them; PX keeps what was sent first.`,
  duplicate: ({ differing, rows }) =>
    differing === 0
      ? `${counted(rows, "account")}, as they are in the file as far as it was asked.`
      : `${count(differing)} of ${counted(rows, "account")} hold other values than the file. They were left as they are.`,
}

/** A value; one that is not set has no text. */
export const value = (shown: string | undefined): Content =>
  shown === undefined ? html`<span class="dim">not set</span>` : text(shown, 200)

/** What the way back from an import changes is what that had changed. */
const back = {
  title: "Accounts that were set back",
  sentence: ({ rows }: Group) => `${counted(rows, "account")} got back what PX held before the import.`,
  columns: ["as the import left it", "set back to"],
} as const

const group = (summary: Summary) => (differences: Group) => {
  const { differing, fields, first, why } = differences
  const changes = first.flatMap((row) => row.values.map((each) => ({ ...each, place: row })))
  const isBack = summary.wayBack !== undefined
  const title = isBack ? back.title : titles[why]
  const [left, right] = isBack
    ? back.columns
    : why === "updated"
      ? ["in PX before", "in PX now"]
      : ["in PX", "in the file"]
  return Section(
    `differences-${why}`,
    title,
    html`<p class="note">${(isBack ? back.sentence : sentences[why])(differences)}</p>`,
    fields.length > 0 &&
      html`<p class="note">
        ${"By field: "}
        ${fields.map(({ path, rows }, index) => html`<span>${index > 0 && ", "}${text(path, 80)} ${count(rows)}</span>`)}.
      </p>`,
    changes.length > 0 &&
      html`<${Details}
        isOpen=${changes.length <= 20}
        summary=${first.length < differing ? `The first ${count(first.length)} of ${counted(differing, "row")}, with both values` : "Each with both values"}
        make=${() =>
          Table({
            caption: `${title}, with both values`,
            isStacked: true,
            rows: changes,
            keyOf: ({ path, place }) => `${place.journal} ${place.row} ${path}`,
            columns: [
              ...fileColumn(summary).map(({ cell, name }) => ({
                name,
                cell: ({ place }: (typeof changes)[number]) => cell(place),
              })),
              { name: "where", cell: ({ place }) => placeOf(place) },
              { name: "account", cell: ({ place }) => accountId(place.id) },
              { name: "field", cell: ({ path }) => text(path, 80) },
              { name: left!, cell: ({ found }) => value(found) },
              { name: right!, cell: ({ sent }) => value(sent) },
            ],
          })}
      />`,
  )
}

export const Differences = (summary: Summary) => {
  const told = summary.differences.filter(({ rows }) => rows > 0)
  return told.length === 0 ? null : html`<div class="stack">${told.map(group(summary))}</div>`
}
