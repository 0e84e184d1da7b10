/** How each page is shown: wide in the light and in the dark, and as narrow as a phone. */
import type { Page } from "../test/browser.ts"

export const screens = [
  { name: "light", colorScheme: "light", width: 1100, height: 900 },
  { name: "dark", colorScheme: "dark", width: 1100, height: 900 },
  { name: "narrow", colorScheme: "light", width: 360, height: 1200 },
] as const

/** Takes a picture of a page on each screen. */
export type Shoot = (page: Page) => Promise<void>

/** Plots are drawn anew with the frames after a change. */
const drawn = (page: Page) =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))

export const shootInto =
  (pathOf: (screen: string) => string): Shoot =>
  async (page) => {
    for (const { colorScheme, height, name, width } of screens) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await page.evaluate(() => scrollTo(0, 0))
      await page.mouse.move(0, 0)
      await drawn(page)
      await page.screenshot({ path: pathOf(name) })
    }
  }
