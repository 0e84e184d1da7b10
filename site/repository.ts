/** The files of the repository as pages: which page shows a file, and under which title. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Group, order } from "./order.ts"

export const repository = fileURLToPath(new URL("..", import.meta.url))

/** Where the pages are put together for VitePress. */
export const pagesFolder = fileURLToPath(new URL(".pages", import.meta.url))

export const read = (file: string): string => readFileSync(join(repository, file), "utf8")

export const exists = (path: string): boolean => existsSync(join(repository, path))

export const isFolder = (path: string): boolean => statSync(join(repository, path)).isDirectory()

/** The groups of the sidebar, with what no group names. */
export const groups: ReadonlyArray<Group> = (() => {
  const named = new Set(order.flatMap(({ files }) => files))
  const rest = readdirSync(join(repository, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`)
    .filter((file) => !named.has(file))
  return rest.length === 0 ? order : [...order, { text: "More", files: rest }]
})()

/** The address of the page that shows a file or folder, without the slash it begins with. */
export const addressOf = (path: string): string => {
  if (path === "README.md") return "index"
  if (path.endsWith("/README.md")) return addressOf(path.slice(0, -"/README.md".length))
  if (path === "apps/cli") return "packages/cli"
  if (path.startsWith("docs/")) return path.slice("docs/".length, -".md".length)
  if (/^[A-Z]+\.md$/u.test(path)) return `project/${path.slice(0, -".md".length).toLowerCase()}`
  return path.replace(/\.\w+$/u, "")
}

export const titleOf = (file: string): string =>
  extname(file) === ".md" ? (/^# (.*)$/mu.exec(read(file))?.[1] ?? basename(file, ".md")) : basename(file)
