import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
// @boundaries-ignore the command exports nothing
import * as Document from "../../apps/cli/src/page/document.ts"
import { barriers } from "./browser.ts"
import { reportOf, visitDocument } from "./support/document.ts"
import { full, million } from "./support/summary.ts"

describe("the report's page", () => {
  it("takes at most 80 kB without its data", () => {
    assert.isBelow(gzipSync(Document.page(null)).length, 80_000)
  })

  it("holds a summary at all of its bounds in at most 2 MB", () => {
    assert.isBelow(Buffer.byteLength(Document.page(reportOf(full))), 2_000_000)
  })

  it.live("shows an import of a million rows to the eye, to a keyboard and to a screen reader", () =>
    visitDocument(reportOf(million), {}, async (page) => {
      const text = await page.locator("body").innerText()
      assert.include(text, "Not everything is in: 999,612 of 1,000,000 rows are in PX.")
      assert.include(text, "Dashed: the 96 to 100 requests a second that were allowed.")
      assert.include(text, "1,070,345 of the 1,500,000 requests of a day were used, 71.4 %")
      assert.deepStrictEqual(await barriers(page), [])
      await page.locator(".keys").first().press("ArrowRight")
      assert.match(await page.locator(".u-legend").first().innerText(), /at\s*:?\s*08:00:00/)
      // Colours that somebody forces would make all bars one.
      await page.emulateMedia({ forcedColors: "active" })
      const bars = await page.evaluate(() =>
        [...document.querySelectorAll("section[aria-labelledby=outcomes] .bar")].map(
          (bar) => getComputedStyle(bar).backgroundColor,
        ),
      )
      assert.strictEqual(new Set(bars).size, bars.length)
      assert.isAbove(bars.length, 3)
      const numbers = page.getByText("The numbers of both plots")
      await numbers.press("Enter")
      const told = page.locator("section[aria-labelledby=rows] .scroll tbody tr")
      await told.first().waitFor()
      assert.strictEqual(await told.count(), million.intervals.length)
    }),
  )
})
