/**
 * One Chromium for all tests of pages, from a package. Each visit has a context of its own, and fails on what a person would not see: an error in the
 * console, an exception, a policy that was violated, a request to anywhere but the server under test.
 */
import { readFileSync } from "node:fs"
import process from "node:process"
import { fileURLToPath } from "node:url"
import chromium from "@sparticuz/chromium"
import * as Effect from "effect/Effect"
import { type Browser, chromium as playwright, type Page } from "playwright-core"

export type { Page }

export interface Screen {
  readonly colorScheme?: "light" | "dark" | undefined
  /** @default 1280 */
  readonly width?: number | undefined
  /** @default 900 */
  readonly height?: number | undefined
  /**
   * Pixels of the screen in one of the page, as when somebody zooms in.
   *
   * @default 1
   */
  readonly zoom?: number | undefined
  /** Problems that a visit brings about on purpose; they are not reported. */
  readonly expected?: RegExp | undefined
}

/** Milliseconds that something may take to be seen: a bound for two busy cores. */
export const patience = 15_000

// The suites share a worker, and the browser ends with it.
let launched: Promise<Browser> | undefined
const launch = async () => {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    // A site of somebody else, which is on this machine.
    "--host-resolver-rules=MAP elsewhere.test 127.0.0.1",
  ]
  // The package has a build for Linux on x64 alone.
  return process.platform === "linux" && process.arch === "x64"
    ? playwright.launch({ args, executablePath: await chromium.executablePath() })
    : playwright.launch({ args, channel: "chrome" })
}

/** The addresses of the page itself, which no server has. */
const isOwn = (address: string) => /^(data|blob|about|file):/u.test(address)

const watch = (page: Page, origin: string, problems: Array<string>) => {
  page.on("request", (request) => {
    const address = request.url()
    if (!isOwn(address) && new URL(address).origin !== origin) problems.push(`asks ${address}`)
  })
  page.on("pageerror", (error) => problems.push(`throws ${error.message}`))
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`reports ${message.text()}`)
  })
}

/**
 * Opens an address (of a server on loopback, or of a file), does something there, and dies of every problem that was met. An `assert` that fails
 * goes first.
 */
export const visit = <A>(
  address: string,
  { colorScheme = "light", expected, height = 900, width = 1280, zoom = 1 }: Screen,
  act: (page: Page) => Promise<A>,
): Effect.Effect<A> =>
  Effect.promise(async () => {
    launched ??= launch()
    const browser = await launched
    const context = await browser.newContext({
      colorScheme,
      deviceScaleFactor: zoom,
      locale: "en-GB",
      permissions: ["clipboard-read", "clipboard-write"],
      reducedMotion: "reduce",
      timezoneId: "UTC",
      viewport: { width, height },
    })
    context.setDefaultTimeout(patience)
    const problems: Array<string> = []
    try {
      const page = await context.newPage()
      watch(page, new URL(address).origin, problems)
      await page.goto(address)
      const result = await act(page)
      const met = problems.filter((problem) => expected?.test(problem) !== true)
      if (met.length > 0) throw new Error(`The page ${met.join("\nand ")}`)
      return result
    } finally {
      await context.close()
    }
  })

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8")

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary?: string }>
}

/** What axe finds on the page as it is, a line for each place; nothing where people with a screen reader or weak eyes get along. */
export const barriers = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe)
  const found: ReadonlyArray<Violation> = await page.evaluate(`axe.run().then(({ violations }) => violations)`)
  return found.flatMap(({ help, id, nodes }) =>
    nodes.map(({ failureSummary = "", html }) => `${id}: ${help}: ${html} ${failureSummary}`),
  )
}

/** By how many pixels the page is wider than its screen. */
export const beyond = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Where the focus is, as its role and its name are heard; for tests that use the keyboard alone. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    return `${element?.tagName.toLowerCase()} ${element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? ""}`
  })
