/**
 * Puts the pages together: those of the sidebar, and whatever file or folder of the repository they link to. A link into the repository
 * becomes one to the page that shows its target.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, extname, join, posix } from "node:path"
import { addressOf, exists, groups, isFolder, pagesFolder, read, repository } from "./repository.ts"

const pending = groups.flatMap(({ files }) => files)
const written = new Set<string>()

const put = (address: string, text: string): void => {
  const file = join(pagesFolder, `${address}.md`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** A target in the repository, as the page that shows it; the page is written too. */
const pageOf = (target: string): string => {
  const readme = posix.join(target, "README.md")
  const path = isFolder(target) && exists(readme) ? readme : target
  pending.push(path)
  return `/${addressOf(path).replace(/^index$/u, "")}`
}

const link = (file: string, target: string): string => {
  const [path = "", anchor] = target.split("#")
  if (path === "" || /^\w+:/u.test(path)) return target
  const resolved = posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/u, "")
  if (!exists(resolved)) throw new Error(`${file} links to ${target}, which does not exist`)
  if ([".png", ".svg"].includes(extname(resolved))) return picture(resolved)
  return pageOf(resolved) + (anchor === undefined ? "" : `#${anchor}`)
}

/** A picture lies beside the pages, under the path it has in the repository. */
const picture = (path: string): string => {
  const copy = join(pagesFolder, "public", path)
  mkdirSync(dirname(copy), { recursive: true })
  copyFileSync(join(repository, path), copy)
  return `/${path}`
}

/** Fenced blocks stay as they are; elsewhere links are pointed at pages. */
const withLinks = (file: string): string =>
  read(file)
    .split(/^(```[\s\S]*?^```)$/mu)
    .map((part) =>
      part.startsWith("```")
        ? part
        : part.replaceAll(/\]\(([^()\s]+)\)/gu, (_, target: string) => `](${link(file, target)})`),
    )
    .join("")

const languages: Readonly<Record<string, string>> = { ".ts": "ts", ".sh": "sh", ".json": "json", ".ndjson": "json" }

const listing = (path: string): string => {
  if (extname(path) === ".xlsx") return ""
  return `\`\`\`\`${languages[extname(path)] ?? "text"}\n${read(path).trimEnd()}\n\`\`\`\`\n`
}

const folder = (path: string): string =>
  readdirSync(join(repository, path), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "pnpm-lock.yaml")
    .map(({ name }) => name)
    .toSorted()
    .map((name) => `## ${name}\n\n${listing(posix.join(path, name))}`)
    .join("\n")

const textOf = (path: string): string => {
  if (isFolder(path)) return `# ${path}\n\n${folder(path)}`
  return extname(path) === ".md" ? withLinks(path) : `# ${path}\n\n${listing(path)}`
}

rmSync(pagesFolder, { force: true, recursive: true })
for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
  if (written.has(path)) continue
  written.add(path)
  put(addressOf(path), textOf(path))
}
