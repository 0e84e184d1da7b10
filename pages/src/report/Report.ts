/** The report of an import, from the answer to the details. */
import { moment } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Differences } from "./Differences.ts"
import { text, zone } from "./format.ts"
import { Headline } from "./Headline.ts"
import { Open } from "./Open.ts"
import { Outcomes, Requests } from "./Outcomes.ts"
import { Pace } from "./Pace.ts"
import { Damage, Files, Runs } from "./Runs.ts"
import type { Summary } from "./words.ts"

export interface Made {
  /** The program that made the page. */
  readonly by: string
  readonly at: string
}

/** Before the name of the file. */
export const titleOf = ({ wayBack }: Summary): string => (wayBack === undefined ? "Import of" : "Way back from")

export const Report = ({ made, summary }: { readonly made: Made; readonly summary: Summary }) => html`
  <div class="report">
    <header>
      <h1>${titleOf(summary)} ${text(summary.file, 120)}</h1>
      <p class="dim">
        to ${text(summary.target, 120)}
        ${` · begun ${moment(Date.parse(summary.startedAt))} · last word ${moment(Date.parse(summary.endedAt))}`}
      </p>
    </header>
    <main class="stack">
      ${Headline({ summary })} ${Damage(summary)} ${Pace(summary)} ${Outcomes(summary)} ${Open(summary)}
      ${Differences(summary)} ${Files(summary)} ${Runs(summary)} ${Requests(summary)}
    </main>
    <footer class="dim">
      Made by ${text(made.by, 80)}${` on ${moment(Date.parse(made.at))} (${zone}) from the report of the import alone.`}
    </footer>
  </div>
`
