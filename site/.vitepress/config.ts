import { readdirSync } from "node:fs"
import { basename, join } from "node:path"
import { defineConfig } from "vitepress"
import { addressOf, groups, pagesFolder, titleOf } from "../repository.ts"

const sections = groups.map(({ files, text }) => ({
  text,
  collapsed: text === "Examples",
  items: files.map((file) => ({ text: titleOf(file), link: `/${addressOf(file).replace(/^index$/u, "")}` })),
}))

/** The pages that were made of the docstrings. */
const reference = () =>
  readdirSync(join(pagesFolder, "api"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      text: name,
      collapsed: name !== "core",
      items: readdirSync(join(pagesFolder, "api", name))
        .map((file) => basename(file, ".md"))
        .toSorted()
        .map((module) => ({ text: module, link: `/api/${name}/${module}` })),
    }))

/** As GitHub names headings, so that a link holds in the repository and here. */
const slugify = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\p{Mark} _-]/gu, "")
    .replaceAll(" ", "-")

export default defineConfig({
  title: "effect-aptrinsic",
  description:
    "Create Gainsight PX accounts from Effect programs and from the shell, and always know whether they were created.",
  srcDir: ".pages",
  cleanUrls: false,
  lastUpdated: false,
  markdown: { anchor: { slugify } },
  // The index of the search is one file.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav: [
      { text: "Guide", link: "/guide" },
      { text: "Command", link: "/command" },
      { text: "Reference", link: "/api/" },
    ],
    sidebar: { "/api/": reference(), "/": sections },
    outline: [2, 3],
    search: { provider: "local" },
  },
})
