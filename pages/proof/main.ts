/**
 * Opens the report of a million rows in Chromium: `npm run proof:report`. The page has to take at most 2 MB and two seconds, and to say what the
 * report says.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import * as JournalReader from "@effect-aptrinsic/bulk/JournalReader"
import { layerServices } from "@effect-aptrinsic/runtime/node"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import { page as pageOf } from "../../apps/cli/src/page/document.ts"
// @boundaries-ignore the command exports nothing
import { carried } from "../../apps/cli/src/page/report.ts"
import { barriers, beyond, type Screen, visit } from "../test/browser.ts"
import { writeJournal } from "./journal.ts"

const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" } },
})
const rows = Number(values.rows)
const most = { bytes: 2_000_000, milliseconds: 2_000 }

const screens: ReadonlyArray<readonly [name: string, screen: Screen]> = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["narrow", { width: 360 }],
]

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

const proof = Effect.gen(function* () {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "report-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true })),
  )
  const [journal, html] = [join(directory, "customers.csv.import.ndjson"), join(directory, "report.html")]
  const expected = writeJournal(journal, rows)
  const before = performance.now()
  const summary = yield* JournalReader.summarize(journal)
  const read = performance.now() - before
  writeFileSync(html, pageOf(yield* carried(summary)))
  const problems: Array<string> = []
  const bytes = statSync(html).size
  if (bytes > most.bytes) problems.push(`The page takes ${bytes} bytes.`)
  const opened: Array<number> = []
  for (const [name, screen] of screens) {
    yield* visit(pathToFileURL(html).href, screen, async (page) => {
      await page.locator(".u-over").first().waitFor()
      opened.push(await page.evaluate(() => performance.now()))
      for (const [figure, count] of Object.entries(expected)) {
        const label = figure === "duplicate" ? "there before" : figure
        const shown = await page.locator(`[data-figure="${label}"]`).innerText()
        if (Number(shown.replaceAll(",", "")) !== count) problems.push(`${figure} is ${shown}, not ${count}.`)
      }
      problems.push(...(await barriers(page)))
      if ((await beyond(page)) > 0) problems.push(`The page is wider than a screen: ${name}.`)
    })
  }
  // The machine may stall in one of the visits.
  const quickest = Math.min(...opened)
  if (quickest > most.milliseconds) problems.push(`The page opens in ${seconds(quickest)}.`)
  yield* Console.log(
    `A report of ${rows.toLocaleString("en")} rows (${Math.round(statSync(journal).size / 1e6)} MB) is read in ${seconds(read)}; its page takes ${Math.round(bytes / 1000)} kB and opens in ${seconds(quickest)}.`,
  )
  return problems
})

const problems = await Effect.runPromise(proof.pipe(Effect.scoped, Effect.provide(layerServices)))
for (const problem of problems) process.stderr.write(`${problem}\n`)
// The browser would keep the process alive.
process.exit(problems.length > 0 ? 1 : 0)
