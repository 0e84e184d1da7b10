/**
 * Opens pages of the site in Chromium, in the light, in the dark and on a narrow screen: `npm run proof:site`. None may be wider than its screen,
 * load anything from elsewhere or report an error, and the search has to find something. The pictures lie in `test-results`.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import chromium from "@sparticuz/chromium"
import { type Browser, chromium as playwright } from "playwright-core"

const site = fileURLToPath(new URL("../../site/.vitepress/dist", import.meta.url))
const pictures = fileURLToPath(new URL("test-results", import.meta.url))

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://site").pathname.replace(/\/$/u, "/index.html")
  const file = join(site, decodeURIComponent(path))
  if (!existsSync(file)) return response.writeHead(404).end()
  return response
    .writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" })
    .end(readFileSync(file))
})

const pages = [
  "index",
  "guide",
  "testing",
  "command",
  "import",
  "outcomes",
  "architecture",
  "variables",
  "api/core/Accounts",
]

const screens = [
  { name: "light", width: 1280, colorScheme: "light" },
  { name: "dark", width: 1280, colorScheme: "dark" },
  { name: "narrow", width: 360, colorScheme: "dark" },
] as const

const problems: Array<string> = []

const open = async (
  browser: Browser,
  base: string,
  path: string,
  { colorScheme, name, width }: (typeof screens)[number],
) => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
  const at = `${path} (${name})`
  page.on("request", (request) => {
    const isOurs = request.url().startsWith(base) || request.url().startsWith("data:")
    if (!isOurs) problems.push(`${at} asks ${request.url()}`)
  })
  page.on("requestfailed", (request) => problems.push(`${at} misses ${request.url()}`))
  page.on("pageerror", (error) => problems.push(`${at}: ${error.message}`))
  page.on("console", (message) => message.type() === "error" && problems.push(`${at}: ${message.text()}`))
  await page.goto(`${base}/${path}.html`, { waitUntil: "networkidle" })
  const seen = await page.evaluate(() => ({
    beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    isDark: document.documentElement.classList.contains("dark"),
  }))
  if (seen.beyond > 0) problems.push(`${at} is ${seen.beyond} px wider than its screen`)
  if (seen.isDark !== (colorScheme === "dark")) problems.push(`${at} has the colours of the other scheme`)
  await page.screenshot({ path: join(pictures, `${path.replaceAll("/", "-")}-${name}.png`) })
  return page
}

mkdirSync(pictures, { recursive: true })
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const browser = await playwright.launch({ args: ["--no-sandbox"], executablePath: await chromium.executablePath() })

for (const path of pages) for (const screen of screens) await (await open(browser, base, path, screen)).close()

const page = await open(browser, base, "index", screens[0])
await page.keyboard.press("Control+k")
await page.fill(".search-input", "inDoubt")
await page.waitForSelector(".results .result")
const found = await page.locator(".results .result").count()

await browser.close()
server.close()
for (const problem of problems) console.error(problem)
console.log(
  `${pages.length} pages on ${screens.length} screens, ${problems.length} problems; the search finds ${found}`,
)
if (problems.length > 0) process.exit(1)
