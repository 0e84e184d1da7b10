/** Shows what the page carries: the report of an import, or what a file would do. */
import { render } from "preact"
import { visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Plan, type PlanPage } from "./Plan.ts"
import { type Made, Report } from "./Report.ts"
import type { Summary } from "./words.ts"

type Carried =
  | { readonly kind: "report"; readonly made: Made; readonly summary: Summary }
  | { readonly kind: "plan"; readonly made: Made; readonly plan: PlanPage }

const carried: Carried = JSON.parse(document.querySelector("#data")!.textContent)
const place = document.querySelector("#page")!
if (carried.kind === "plan") {
  document.title = `${visible(carried.plan.file, 100)} against PX`
  render(html`<${Plan} ...${carried} />`, place)
} else {
  document.title = `Import of ${visible(carried.summary.file, 100)}`
  render(html`<${Report} ...${carried} />`, place)
}
