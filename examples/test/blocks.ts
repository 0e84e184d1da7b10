/** The fenced blocks of pages and docstrings. */
import { readdir, readFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { repository } from "./world.ts"

export interface Block {
  /** Where it stands: `README.md:12`. */
  readonly at: string
  readonly language: string
  readonly text: string
}

/** At the start of a line, or behind the asterisk of a docstring. */
const fence = /^( \* |)```(\w+)\n([\s\S]*?)^( \* |)```$/gm

/** The fenced blocks of a page, or of the docstrings of a source. */
export const readBlocks = async (file: string): Promise<ReadonlyArray<Block>> => {
  const text = await readFile(file, "utf8")
  return [...text.matchAll(fence)].map(({ 2: language, 3: body, index }) => ({
    at: `${relative(repository, file)}:${text.slice(0, index).split("\n").length}`,
    language: language!,
    text: body!.replaceAll(/^ \* ?/gm, ""),
  }))
}

export const find = async (folder: string, matches: RegExp): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && matches.test(entry.name))
  return files.map((entry) => join(entry.parentPath, entry.name)).filter((file) => !/node_modules|\/dist\//.test(file))
}
