/**
 * The requests as they come, newest first: what was asked, what was answered, which fault was played. A row opens to its headers and bodies.
 */
import { useEffect, useMemo, useState } from "preact/hooks"
import { count, counted, duration, named, timeOfDay, visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { type Entry, type LoggedRequest, request } from "./control.ts"
import { prettyBody } from "./json.ts"
import type { World } from "./live.ts"

const looks: Readonly<Record<string, string>> = {
  created: "good",
  updated: "good",
  found: "good",
  listed: "good",
  duplicate: "info",
  "not-found": "info",
}

const isTrouble = ({ faults, status }: Entry) => faults.length > 0 || status === null || status === 429 || status >= 500

/** Whether all words of a filter are somewhere in the request. */
const matches = (entry: Entry, filter: string): boolean => {
  const { accountId, faults, method, outcome, path, status } = entry
  const text = [method, path, accountId, outcome, status ?? "none", ...faults].join(" ").toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word))
}

const Body = ({ name, text }: { readonly name: string; readonly text: string | undefined }) => html`
  <div>
    <h3>${name}</h3>
    ${
      text === undefined
        ? html`<p class="dim">none that was kept</p>`
        : html`<pre tabindex="0" aria-label=${name}>${prettyBody(text)}</pre>`
    }
  </div>
`

const Details = ({ sequence }: { readonly sequence: number }) => {
  const [logged, setLogged] = useState<LoggedRequest | "gone">()
  useEffect(() => {
    request(sequence).then(
      (found) => setLogged(found ?? "gone"),
      () => setLogged("gone"),
    )
  }, [sequence])
  if (logged === undefined) return html`<p class="dim">…</p>`
  if (logged === "gone") return html`<p class="dim">The sandbox no longer has this request.</p>`
  const headers = Object.entries(logged.headers).map(([name, value]) => `${name}: ${visible(value)}`)
  return html`
    <div class="details">
      <${Body} name="Sent" text=${logged.sent} />
      <${Body} name="Answered" text=${logged.answered} />
      <div>
        <h3>Headers</h3>
        <pre tabindex="0" aria-label="Headers">${headers.join("\n")}</pre>
      </div>
    </div>
  `
}

interface RowProps {
  readonly entry: Entry
  readonly isOpen: boolean
  readonly toggle: () => void
}

const Row = ({ entry, isOpen, toggle }: RowProps) => {
  const { accountId, at, elapsed, faults, method, outcome, path, status } = entry
  return html`
    <tr class=${isOpen ? "entry open" : "entry"} role="row">
      <td role="cell" class="mono when">${timeOfDay(at)}</td>
      <td role="cell" class="asked">
        <button type="button" class="row" aria-expanded=${isOpen} onClick=${toggle}>
          <strong>${visible(method)}</strong> ${visible(path, 80)}
        </button>
      </td>
      <td role="cell" class="account">${accountId === null ? "" : named(accountId, 60)}</td>
      <td role="cell">
        ${status ?? "none"} <span class=${looks[outcome] ?? "bad"}>${outcome}</span>
        ${faults.length > 0 && html`<div class="warn">${faults.join(", ")}</div>`}
      </td>
      <td role="cell" class="number when took">${duration(Number(elapsed))}</td>
    </tr>
    ${
      isOpen &&
      html`<tr class="open" role="row">
        <td role="cell" colspan="5"><${Details} sequence=${entry.sequence} /></td>
      </tr>`
    }
  `
}

const columns: ReadonlyArray<readonly [name: string, look: string]> = [
  ["Time", ""],
  ["Request", ""],
  ["Account", "account"],
  ["Answer", ""],
  ["Took", "number"],
]

/** `isFiltered`: among those that the page holds. */
const told = (shown: number, isFiltered: boolean, { leftOut, requests, state }: World) => {
  const total = state?.requests.total ?? 0
  const held = requests.length
  const searched =
    isFiltered && held < total
      ? `the last ${counted(held, "request")}, which the page holds of ${count(total)}`
      : counted(total, "request")
  const left = leftOut === 0 ? "" : ` ${counted(leftOut, "request")} left out: more came than a page can show.`
  return `Showing ${count(shown)} of ${searched}.${left}`
}

export const Log = ({ world }: { readonly world: World }) => {
  const [filter, setFilter] = useState("")
  const [onlyTrouble, setOnlyTrouble] = useState(false)
  const [held, hold] = useState<World>()
  const [open, setOpen] = useState<number>()
  const seen = held ?? world
  const shown = useMemo(
    () => seen.requests.filter((entry) => matches(entry, filter) && (!onlyTrouble || isTrouble(entry))).toReversed(),
    [seen, filter, onlyTrouble],
  )
  const isFiltered = filter.trim() !== "" || onlyTrouble
  const since = world.latest - seen.latest
  return html`
    <section class="card log" aria-labelledby="log">
      <div class="bar">
        <h2 id="log">Requests</h2>
        <input
          type="search"
          aria-label="Filter the requests"
          placeholder="Filter: acme 429 POST…"
          value=${filter}
          onInput=${({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => setFilter(currentTarget.value)}
        />
        <label>
          <input type="checkbox" checked=${onlyTrouble} onChange=${() => setOnlyTrouble(!onlyTrouble)} />Trouble only
        </label>
        <button
          type="button"
          aria-pressed=${held !== undefined}
          onClick=${() => hold(held === undefined ? world : undefined)}
        >
          ${held === undefined ? "Pause" : "Go on"}
        </button>
      </div>
      <p class="dim">
        ${told(shown.length, isFiltered, seen)}${held === undefined ? "" : ` Paused: ${count(since)} since.`}
      </p>
      <div class="scroll tall" tabindex="0" role="group" aria-label="Requests, newest first">
        <table class="stacked" role="table">
          <caption class="only-heard">
            Requests, newest first
          </caption>
          <thead role="rowgroup">
            <tr role="row">
              ${columns.map(([name, look]) => html`<th scope="col" role="columnheader" class=${look}>${name}</th>`)}
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${shown.map(
              (entry) =>
                html`<${Row}
                  key=${entry.sequence}
                  entry=${entry}
                  isOpen=${open === entry.sequence}
                  toggle=${() => setOpen(open === entry.sequence ? undefined : entry.sequence)}
                />`,
            )}
          </tbody>
        </table>
      </div>
      ${shown.length === 0 ? html`<p class="dim">${seen.requests.length === 0 ? "Nothing was asked yet." : `None of the last ${counted(seen.requests.length, "request")} matches.`}</p>` : ""}
    </section>
  `
}
