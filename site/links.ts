/**
 * Follows every link of the site that was built: to a page and a heading that are there. What a page loads comes from the site itself; a link
 * that leads elsewhere is only counted, since nothing here may depend on a network.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL(".vitepress/dist", import.meta.url))

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))

const pages = new Map(
  files
    .filter((file) => file.endsWith(".html"))
    .map((file) => [`/${relative(folder, file)}`, readFileSync(file, "utf8")]),
)

const problems: Array<string> = []
let followed = 0
let outside = 0

const decode = (text: string) => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'")

const follow = (from: string, link: string): void => {
  const url = new URL(decode(link), `http://site${from}`)
  if (url.host !== "site") {
    outside += 1
    return
  }
  followed += 1
  const path = decodeURIComponent(url.pathname).replace(/\/$/u, "/index.html")
  const page = pages.get(path)
  if (page === undefined && !existsSync(join(folder, path))) problems.push(`${from}: ${link} leads nowhere`)
  const anchor = decodeURIComponent(url.hash.slice(1))
  if (anchor === "" || page === undefined) return
  const ids = [...page.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => decode(id!))
  if (!ids.includes(anchor)) problems.push(`${from}: ${link} leads to no heading`)
}

const isOutside = (address: string) => /^(?:https?:)?\/\//u.test(address)

for (const [from, page] of pages) {
  for (const [, link] of page.matchAll(/<a\b[^>]*? href="([^"]*)"/gu)) follow(from, link!)
  const loaded = page.matchAll(/<(?:script|img|source|iframe|link)\b[^>]*? (?:src|href)="([^"]*)"/gu)
  for (const [, address] of loaded) {
    if (isOutside(address!)) problems.push(`${from}: loads ${address} from outside`)
    else follow(from, address!)
  }
}

for (const file of files.filter((name) => name.endsWith(".css"))) {
  for (const [, address] of readFileSync(file, "utf8").matchAll(/(?:url\(|@import )["']?([^"')]*)/gu)) {
    if (isOutside(address!)) problems.push(`${relative(folder, file)}: loads ${address} from outside`)
  }
}

for (const problem of problems) console.error(problem)
console.log(
  `${pages.size} pages, ${followed} links followed, ${problems.length} broken; ${outside} lead out of the site`,
)
if (problems.length > 0 || followed === 0) process.exit(1)
