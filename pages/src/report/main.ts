/** Shows what the page carries. */
import { render } from "preact"
import { visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { type Made, Report } from "./Report.ts"
import type { Summary } from "./words.ts"

interface Carried {
  readonly kind: "report"
  readonly made: Made
  readonly summary: Summary
}

const carried: Carried = JSON.parse(document.querySelector("#data")!.textContent)
document.title = `Import of ${visible(carried.summary.file, 100)}`
render(html`<${Report} ...${carried} />`, document.querySelector("#page")!)
