/**
 * The counts of the sandbox and what is left of its limits.
 */
import { count } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import type { State } from "./control.ts"

const left = (now: number | null, of: number | undefined) =>
  now === null || of === undefined ? "no limit" : html`${count(now)} <small class="dim">of ${count(of)}</small>`

export const Figures = ({ state }: { readonly state: State }) => {
  const { accounts, limits, requests } = state
  const { outcomes } = requests
  const perSecond = limits.perSecond?.burst ?? limits.perSecond?.requests
  const figures: ReadonlyArray<readonly [name: string, value: unknown, look?: string]> = [
    ["Accounts", count(accounts)],
    ["Requests", count(requests.total)],
    ["Created", count(outcomes.created), "good"],
    ["Duplicates", count(outcomes.duplicate)],
    ["Answered 429", count(outcomes["rate-limited"]), outcomes["rate-limited"] > 0 ? "bad" : ""],
    ["With a fault", count(requests.faulty), requests.faulty > 0 ? "warn" : ""],
    ["Unanswered", count(requests.unanswered), requests.unanswered > 0 ? "warn" : ""],
    ["Left this second", left(state.left.perSecond, perSecond)],
    ["Left of the day", left(state.left.perDay, limits.perDay?.burst ?? limits.perDay?.requests)],
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
