/**
 * Lays out a help page: what the command does, how it is called, its arguments and flags, examples; wrapped to the terminal.
 */
import type { FlagDoc, HelpDoc } from "effect/cli/HelpDoc"
import * as Context from "effect/Context"
import * as Option from "effect/Option"
import * as Flags from "../input/Flags.ts"
import { cells, pad, type Paint } from "./Output.ts"

/** Replaces what follows the command's name in the usage line. */
export class Usage extends Context.Reference<string | undefined>("@effect-aptrinsic/cli/HelpPage/Usage", {
  defaultValue: () => undefined,
}) {}

/** A section of its own at the end of the page. */
export class Section extends Context.Reference<
  { readonly title: string; readonly entries: ReadonlyArray<readonly [name: string, text: string]> } | undefined
>("@effect-aptrinsic/cli/HelpPage/Section", { defaultValue: () => undefined }) {}

/** Breaks a text into lines of at most `width` cells. A line that starts with a space is kept as it is. */
export const wrap = (text: string, width: number): ReadonlyArray<string> =>
  text.split("\n").flatMap((paragraph) => {
    if (paragraph.startsWith(" ")) return [paragraph]
    const lines: Array<string> = []
    let line = ""
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`
      if (line !== "" && cells(longer) > width) {
        lines.push(line)
        line = word
      } else {
        line = longer
      }
    }
    return [...lines, line]
  })

export type Entry = readonly [name: string, description: string]

/** A flag that takes no value shows none; effect appends the choices of the others to their description, where ours already are. */
export const flagEntry = (flag: FlagDoc): Entry => {
  const names = [...flag.aliases.filter((alias) => !alias.startsWith("--")), `--${flag.name}`].join(", ")
  const takesValue = flag.type !== "boolean" && !flag.type.startsWith("[=")
  const description = Option.getOrElse(flag.description, () => "").replace(/ ?\(choices: [^)]*\)$/, "")
  return [takesValue ? `${names} ${flag.type}` : names, description]
}

/** What effect says of its own flags, in our words. */
const wordings: Record<string, string> = { help: "Show this help", version: "Show the version" }

/** The flags that a command shares with others: those of its connection, and those of the whole program. */
export const sharedFlags = (
  doc: HelpDoc,
): { readonly connection: ReadonlyArray<Entry>; readonly program: ReadonlyArray<Entry> } => {
  const shared = doc.globalFlags ?? []
  const connection = new Set(Context.get(doc.annotations, Flags.Shared).map(({ id }) => id))
  return {
    connection: shared.filter((flag) => connection.has(flag.name)).map(flagEntry),
    program: shared
      .filter((flag) => !connection.has(flag.name))
      .map((flag): Entry => {
        const [name, text] = flagEntry(flag)
        return [name, wordings[flag.name] ?? text]
      }),
  }
}

export const argumentEntries = (doc: HelpDoc): ReadonlyArray<Entry> =>
  (doc.args ?? []).map((arg) => [arg.name, Option.getOrElse(arg.description, () => "")])

/** What follows the command's name. */
export const usageOf = (doc: HelpDoc): string => {
  const usage = Context.get(doc.annotations, Usage)
  if (usage !== undefined) return usage
  const args = (doc.args ?? []).map((arg) => (arg.required ? arg.name : `[${arg.name}]`) + (arg.variadic ? "…" : ""))
  return [...args, ...((doc.subcommands ?? []).length > 0 ? ["COMMAND"] : []), "[flags]"].join(" ")
}

export const helpPage = (doc: HelpDoc, columns: number, paint: Paint): string => {
  const width = Math.max(40, Math.min(columns, 100))
  const path = doc.commandPath ?? ["aptrinsic"]
  const lines: Array<string> = []
  const heading = (title: string) => lines.push(...(lines.length === 0 ? [] : [""]), paint("bold", title))

  const entries = (title: string, list: ReadonlyArray<Entry>) => {
    if (list.length === 0) return
    heading(title)
    const column = Math.min(Math.max(...list.map(([name]) => cells(name))), 26) + 2
    for (const [name, description] of list) {
      const [first = "", ...rest] = wrap(description, width - column - 2)
      if (cells(name) > column - 2) lines.push(`  ${name}`, `  ${" ".repeat(column)}${first}`)
      else lines.push(`  ${pad(name, column)}${first}`)
      lines.push(...rest.map((line) => `  ${" ".repeat(column)}${line}`))
    }
  }

  if (doc.description !== "") lines.push(...wrap(doc.description, width))

  const subcommands = (doc.subcommands ?? []).flatMap((group) => group.commands)
  heading("USAGE")
  lines.push(`  ${[...path, usageOf(doc)].join(" ")}`)

  entries(
    "COMMANDS",
    subcommands.map((command) => [command.name, command.shortDescription ?? command.description]),
  )
  entries("ARGUMENTS", argumentEntries(doc))
  entries("FLAGS", doc.flags.map(flagEntry))
  const { connection, program } = sharedFlags(doc)
  entries("CONNECTION", connection)
  entries("GLOBAL", program)

  if (doc.examples !== undefined && doc.examples.length > 0) {
    heading("EXAMPLES")
    for (const example of doc.examples) {
      if (example.description !== undefined) lines.push(`  ${paint("dim", `# ${example.description}`)}`)
      lines.push(`  ${example.command}`)
    }
  }
  const section = Context.get(doc.annotations, Section)
  if (section !== undefined) entries(section.title, section.entries)
  if (subcommands.length > 0) {
    lines.push("", `Run '${[path[0], "help", ...path.slice(1), "COMMAND"].join(" ")}' for more about a command.`)
  }
  return lines.join("\n")
}
