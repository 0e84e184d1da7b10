/** Each run: when, by what, with which settings, how it ended. And the files that belong together. */
import { count, counted, duration, moment } from "../shared/format.ts"
import { type Content, html } from "../shared/html.ts"
import { Table } from "../shared/Table.ts"
import { rate, text } from "./format.ts"
import { Section } from "./Section.ts"
import { ended, isIn, type Journal, of, outcomesOf, type Run, runEnd, type Summary } from "./words.ts"

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const said = (value: Run["settings"][string]): string =>
  typeof value === "string" ? value : Array.isArray(value) ? value.map(String).join(", ") : JSON.stringify(value)

/** The settings as flags; the server stands in the title. */
const settingsOf = ({ settings }: Run): Content => {
  const flags = Object.entries(settings).filter(([name]) => name !== "target")
  return html`<ul class="plain flags">
    ${flags.map(([name, value]) => html`<li><code>${text(`--${kebab(name)}${value === true ? "" : ` ${said(value)}`}`, 160)}</code></li>`)}
  </ul>`
}

const endOf = ({ message, state }: Run): Content => html`
  <div>
    <span class=${state === "done" ? "good" : state === "running" ? "info" : "warn"}>${text(runEnd(state), 80)}</span>${
      message !== undefined && html`<div class="dim">${text(message)}</div>`
    }
  </div>
`

/** Lines in one cell, but for those that there is no reason for. */
const lines = (...texts: ReadonlyArray<Content>): Content =>
  html`<ul class="plain">
    ${texts.filter((each) => each !== false).map((each) => html`<li>${each}</li>`)}
  </ul>`

const rowsOf = (summary: Summary, { rows }: Run): Content => {
  const told = outcomesOf(summary).filter(({ key }) => of(rows, key) > 0)
  if (told.length === 0) return html`<span class="dim">none</span>`
  return lines(...told.map(({ key, name }) => `${count(of(rows, key))} ${name}`))
}

const timeOf = ({ endedAt, startedAt, state }: Run): Content =>
  lines(
    html`<span class="nowrap">${moment(Date.parse(startedAt))}</span>`,
    state === "running" ? "goes on" : html`<span class="nowrap">until ${moment(Date.parse(endedAt))}</span>`,
    duration(Date.parse(endedAt) - Date.parse(startedAt)),
  )

const paceOf = (run: Run): Content =>
  lines(
    `${rate(run.perSecond)} rows a second`,
    counted(run.requests, "request"),
    run.rateLimited > 0 && `${count(run.rateLimited)} of them refused (429)`,
    run.pauses > 0 && `waited ${duration(run.pausedMs)} in ${counted(run.pauses, "pause")}`,
  )

export const Runs = (summary: Summary) => {
  const { journals, runCount, runs } = summary
  if (runs.length === 0) return null
  const start = runCount - runs.length
  return Section(
    "runs",
    runCount === 1 ? "The run" : "The runs",
    runs.length < runCount &&
      html`<p class="dim note">The last ${count(runs.length)} of ${counted(runCount, "run")}.</p>`,
    Table({
      caption: "Runs",
      isStacked: true,
      rows: runs.map((run, index) => ({ ...run, number: start + index + 1 })),
      keyOf: ({ number }) => number,
      columns: [
        { name: "run", isNumber: true, cell: ({ number }) => count(number) },
        ...(journals.length > 1
          ? [{ name: "file", cell: ({ journal }: Run): Content => text(journals[journal]?.file ?? "", 60) }]
          : []),
        { name: "when", cell: timeOf },
        { name: "how it ended", cell: endOf },
        { name: "rows", cell: (run: Run) => rowsOf(summary, run) },
        { name: "pace", cell: paceOf },
        { name: "by what", cell: (run) => html`<div>${text(run.by, 80)} ${settingsOf(run)}</div>` },
      ],
    }),
  )
}

const stateOf = ({ counts, state }: Journal): Content =>
  state === "complete"
    ? html`<span class="good">everything is in</span>`
    : state === "running"
      ? html`<span class="info">running</span>`
      : html`<span class="warn">${counted(ended(counts) - isIn(counts) + (counts.remaining ?? 0), "row")} open</span>`

/** The files of failed rows that were imported after the first one. */
export const Files = ({ journals, recovered }: Summary) => {
  if (journals.length < 2) return null
  return Section(
    "files",
    "The files that belong together",
    html`<p class="note">
      ${counted(recovered, "row")} of the first file that failed there ${recovered === 1 ? "was" : "were"} brought in by
      a later one.
    </p>`,
    Table({
      caption: "Files",
      isStacked: true,
      rows: journals,
      keyOf: ({ name }) => name,
      columns: [
        { name: "file", cell: ({ file }) => text(file, 80) },
        { name: "report", cell: ({ name }) => text(name, 120) },
        { name: "begun", cell: ({ startedAt }) => moment(Date.parse(startedAt)) },
        { name: "in PX", isNumber: true, cell: ({ counts }) => count(isIn(counts)) },
        { name: "failed", isNumber: true, cell: ({ counts }) => count(counts.failed) },
        { name: "in doubt", isNumber: true, cell: ({ counts }) => count(counts.inDoubt) },
        { name: "invalid", isNumber: true, cell: ({ counts }) => count(counts.invalid) },
        { name: "state", cell: stateOf },
      ],
    }),
  )
}

export const Damage = ({ contradictions }: Summary) =>
  contradictions.count === 0
    ? null
    : Section(
        "damage",
        "The report is damaged",
        html`<p class="note">
          In ${counted(contradictions.count, "place")}. Rows that this concerns are looked up before they are sent.
        </p>`,
        html`<ul>
          ${contradictions.first.map((place) => html`<li>${text(place)}</li>`)}
        </ul>`,
      )
