/** Pages that are one file each, opened from the disk as by somebody who got one by mail. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import * as Document from "../../../apps/cli/src/page/document.ts"
// @boundaries-ignore the command exports nothing
import { fitted } from "../../../apps/cli/src/page/report.ts"
import { type Page, type Screen, visit } from "../browser.ts"
import type { Summary } from "./summary.ts"

export type Carried = Parameters<typeof Document.page>[0]

/** What the page of a report carries. */
export const reportOf = (summary: Summary, by = "aptrinsic 1.4.0"): Carried => ({
  kind: "report",
  made: { by, at: "2027-03-01T15:20:00.000Z" },
  summary: fitted(summary),
})

export const visitDocument = Effect.fnUntraced(function* <A>(
  carried: Carried,
  screen: Screen,
  act: (page: Page) => Promise<A>,
) {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "page-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true })),
  )
  const file = join(directory, "page.html")
  writeFileSync(file, Document.page(carried))
  return yield* visit(pathToFileURL(file).href, screen, act)
}, Effect.scoped)

/** Opens all that is made when it is opened. */
export const unfold = async (page: Page): Promise<void> => {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true
  })
  await page.waitForFunction(() =>
    [...document.querySelectorAll("details")].every(({ children }) => children.length > 1),
  )
}
