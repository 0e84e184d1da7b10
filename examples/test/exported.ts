/**
 * The exports of modules and their docstrings, read as text, and what a docstring leaves out.
 */
import { readdir, readFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { repository } from "./world.ts"

interface Exported {
  readonly name: string
  /** Where it is declared: `packages/core/src/Accounts.ts: createAccount`. */
  readonly at: string
  readonly isValue: boolean
  /** The docstring right above it, empty without one. */
  readonly comment: string
}

const declaration =
  /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\n)?^export (?:abstract )?(const|class|function|interface|type) (\w+)/gm
const handedOn = /^export (type )?(?:\*|\{([^}]*)\}) from "(\.[^"]+)"/gm

const declaredIn = (file: string, text: string): ReadonlyArray<Exported> =>
  [...text.matchAll(declaration)].map(([, comment = "", kind, name]) => ({
    name: name!,
    at: `${relative(repository, file)}: ${name}`,
    isValue: kind !== "interface" && kind !== "type",
    comment,
  }))

/** The exports of a module, with those that it hands on from another one. */
const exportsOf = async (file: string): Promise<ReadonlyArray<Exported>> => {
  const text = await readFile(file, "utf8")
  const others = [...text.matchAll(handedOn)].map(async ([, isType, list, from]) => {
    const all = await exportsOf(join(dirname(file), from!))
    if (list === undefined) return all
    return [...list.matchAll(/(type )?(\w+)/g)].flatMap(([, isTypeToo, name]) =>
      all.filter((one) => one.name === name && !(one.isValue && (isType ?? isTypeToo) !== undefined)),
    )
  })
  return [...declaredIn(file, text), ...(await Promise.all(others)).flat()]
}

/** The parts that the docstrings of one name lack: a value and the type of that name share one. */
const missingOf = (declarations: ReadonlyArray<Exported>): ReadonlyArray<string> => {
  const [{ at }] = declarations as [Exported]
  const comment = declarations.map((exported) => exported.comment).join("\n")
  const parts = {
    text: /^\s*(?:\* )?[^\s@*]/m,
    "@stability": /@stability \w/,
    "@category": /@category \w/,
    ...(declarations.some(({ isValue }) => isValue) ? { example: /\*\*Example\*\*[^]*```ts\n/ } : {}),
  }
  return Object.entries(parts).flatMap(([part, shows]) => (shows.test(comment) ? [] : [`${at} has no ${part}`]))
}

/** The parts that the docstrings of the modules in a folder lack, and how many names the modules export. */
export const review = async (folder: string) => {
  const files = (await readdir(folder)).filter((name) => /^(?!index\.).*\.ts$/.test(name))
  const modules = await Promise.all(files.map((name) => exportsOf(join(folder, name))))
  const names = modules.flatMap((exported) => [...Map.groupBy(exported, ({ name }) => name).values()])
  return { count: names.length, missing: names.flatMap(missingOf) }
}
