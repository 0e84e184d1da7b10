/**
 * The counts of the sandbox and what is left of its limits.
 */
import { count } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import type { Limits, State } from "./control.ts"

/** How many requests a limit admits at once. */
const mostOf = (limit: Limits["perSecond"]) =>
  limit?.window === "token-bucket" ? (limit.burst ?? limit.requests) : limit?.requests

const left = (now: number | null, of: number | undefined) =>
  now === null || of === undefined ? "no limit" : html`${count(now)} <small class="dim">of ${count(of)}</small>`

export const Figures = ({ state }: { readonly state: State }) => {
  const { accounts, limits, requests } = state
  const { outcomes } = requests
  const figures: ReadonlyArray<readonly [name: string, value: unknown, look?: string]> = [
    ["Accounts", count(accounts)],
    ["Requests", count(requests.total)],
    ["Created", count(outcomes.created), "good"],
    ["Duplicates", count(outcomes.duplicate)],
    ["Answered 429", count(outcomes["rate-limited"]), outcomes["rate-limited"] > 0 ? "bad" : ""],
    ["With a fault", count(requests.faulty), requests.faulty > 0 ? "warn" : ""],
    ["Unanswered", count(requests.unanswered), requests.unanswered > 0 ? "warn" : ""],
    ["Left this second", left(state.left.perSecond, mostOf(limits.perSecond))],
    ["Left of the day", left(state.left.perDay, mostOf(limits.perDay))],
  ]
  return html`
    <dl class="figures card" aria-label="Counts">
      ${figures.map(
        ([name, value, look = ""]) =>
          html`<div key=${name}>
            <dt>${name}</dt>
            <dd class=${look}>${value}</dd>
          </div>`,
      )}
    </dl>
  `
}
