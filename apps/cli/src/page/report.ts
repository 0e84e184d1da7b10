/** The report of an import as a page: the summary of its journals, no larger than a mail takes. */
import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { replace } from "../commands/accounts/export/target.ts"
import { shown } from "../output/shown.ts"
import { data, page } from "./document.ts"
import { stamp } from "./stamp.ts"

type Encoded = typeof ImportSummary.ImportSummary.Encoded

/** Characters of data, each of which may take three bytes; with its program the page is less than 2 MB. */
const most = 600_000

/** With so many rows of each kind; the page says of how many they are the first. */
const cut = (summary: Encoded, rows: number): Encoded => ({
  ...summary,
  reasons: summary.reasons.map((reason) => ({ ...reason, first: reason.first.slice(0, rows) })),
  differences: summary.differences.map((differences) => ({ ...differences, first: differences.first.slice(0, rows) })),
})

/** Long values in many fields of many rows are more than anybody reads. */
export const fitted = (summary: Encoded): Encoded => {
  let [fitting, rows] = [summary, Math.max(...Object.values(ImportSummary.bounds))]
  while (rows > 0 && data(fitting).length > most) {
    rows = Math.floor(rows / 2)
    fitting = cut(summary, rows)
  }
  return fitting
}

const encode = Schema.encodeSync(ImportSummary.ImportSummary)

/** What the page carries. */
export const carried = Effect.fnUntraced(function* (summary: ImportSummary.ImportSummary) {
  return { kind: "report", made: yield* stamp, summary: fitted(encode(shown(summary))) }
})

/** Writes the page to a file, in the place of one that is there. */
export const write = Effect.fnUntraced(function* (file: string, summary: ImportSummary.ImportSummary) {
  const text = page(yield* carried(summary))
  yield* replace(file, (append) => append(text))
})
