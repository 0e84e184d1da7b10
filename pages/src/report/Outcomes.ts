/** How the rows ended, what was asked of PX for it, and what that took of the day. */
import { count, counted, moment } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Table } from "../shared/Table.ts"
import { share, shares, text } from "./format.ts"
import { Bar, Section } from "./Section.ts"
import { of, outcomesOf, type Summary, total, untold } from "./words.ts"

export const Outcomes = (summary: Summary) => {
  const { counts } = summary
  const all = Math.max(1, total(summary))
  const remaining = counts.remaining ?? 0
  const rows = [
    ...outcomesOf(summary).map(({ about, key, name }) => ({ about, key: key as string, name, rows: of(counts, key) })),
    { about: "sent, and not answered yet", key: "underWay", name: "under way", rows: counts.underWay ?? 0 },
    { about: "nothing is known against them", key: "remaining", name: "not sent yet", rows: remaining },
    { about: "the report does not say what became of them", key: "untold", name: "not known", rows: untold(summary) },
  ].filter((outcome) => outcome.rows > 0)
  if (rows.length === 0) return null
  const told = shares(
    rows.map((outcome) => outcome.rows),
    all,
  )
  return Section(
    "outcomes",
    "How the rows ended",
    Table({
      caption: "Rows by outcome",
      rows: rows.map((outcome, index) => ({ ...outcome, share: told[index]! })),
      keyOf: ({ key }) => key,
      columns: [
        {
          name: "outcome",
          cell: ({ about, name }) => html`<div>${name} <span class="dim about">${about}</span></div>`,
        },
        { name: "rows", isNumber: true, cell: (outcome) => count(outcome.rows) },
        { name: "share", cell: (outcome) => Bar(outcome.rows / all, outcome.key, outcome.share) },
      ],
    }),
  )
}

const kinds: Readonly<Record<string, string>> = { before: "before the rows", any: "not told apart" }

const answers: Readonly<Record<string, string>> = {
  any: "not recorded",
  lost: "no answer: the connection broke or took too long",
  none: "no answer: the run was killed before it came",
  429: "429: too many requests",
}

const answerOf = (answer: string, isRunning: boolean) =>
  isRunning && answer === "none" ? "no answer yet, or a run was killed before it came" : (answers[answer] ?? answer)

const quotaOf = ({ quota, requestCount, runs }: Summary) => {
  if (quota === undefined) return null
  const { at, perDay, remaining } = quota
  if (perDay === undefined) return null
  // Earlier runs may have been on other days.
  const used = remaining === undefined ? (runs.at(-1)?.requests ?? requestCount) : perDay - remaining
  const by = remaining === undefined && runs.length > 1 ? " by the last run" : ""
  const left =
    remaining === undefined || at === undefined ? "" : `; ${count(remaining)} were left on ${moment(Date.parse(at))}`
  return html`<div>
    <p class="note">
      <strong>${count(used)}</strong>
      ${` of the ${counted(perDay, "request")} of a day were used${by}, ${share(used / perDay)}${left}.`}
    </p>
    ${Bar(Math.min(1, used / perDay), "info")}
  </div>`
}

export const Requests = (summary: Summary) => {
  const { requestCount, requests, state } = summary
  if (requestCount === 0) return null
  const told = shares(
    requests.map(({ count: times }) => times),
    requestCount,
  )
  return Section(
    "requests",
    "Requests to PX",
    quotaOf(summary),
    html`<p class="note">${counted(requestCount, "request")} in all, as far as the report knows.</p>`,
    requests.length > 0 &&
      Table({
        caption: "Requests by their answers",
        isStacked: true,
        rows: requests.map((answer, index) => ({ ...answer, share: told[index]! })),
        keyOf: ({ answer, request }) => `${request} ${answer}`,
        columns: [
          { name: "request", cell: ({ request }) => text(kinds[request] ?? request) },
          { name: "answer", cell: ({ answer }) => text(answerOf(answer, state === "running")) },
          { name: "times", isNumber: true, cell: ({ count: times }) => count(times) },
          { name: "share", cell: ({ count: times, share: of }) => Bar(times / requestCount, "info", of) },
        ],
      }),
  )
}
