/** Shows what the page carries: the report of an import, one that runs, or what a file would do. */
// oxlint-disable-next-line import/no-unassigned-import -- it has to be loaded before the plots
import "../shared/language.ts"
import { render } from "preact"
import { visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Live } from "./Live.ts"
import { type News, takeToken } from "./news.ts"
import { Plan, type PlanPage } from "./Plan.ts"
import { type Made, Report, titleOf } from "./Report.ts"

type Carried =
  | ({ readonly kind: "report" } & News)
  | { readonly kind: "plan"; readonly made: Made; readonly plan: PlanPage }
  | { readonly kind: "live" }

const show = (carried: Carried) => {
  switch (carried.kind) {
    case "plan":
      document.title = `${visible(carried.plan.file, 100)} against PX`
      return html`<${Plan} ...${carried} />`
    case "report":
      document.title = `${titleOf(carried.summary)} ${visible(carried.summary.file, 100)}`
      return html`<${Report} ...${carried} />`
    case "live":
      document.title = "An import that runs"
      return html`<${Live} token=${takeToken()} />`
  }
}

render(show(JSON.parse(document.querySelector("#data")!.textContent)), document.querySelector("#page")!)
