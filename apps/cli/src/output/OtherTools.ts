/**
 * Hints for people who type the commands and flags of other tools: the name here, or that PX or this command does not have it. Hints for a
 * command stand beside the command under which people look for it.
 */
import { fields } from "@effect-aptrinsic/core/AccountFields"
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import type * as Command from "effect/cli/Command"
import * as Context from "effect/Context"

/** Names that other tools have for the commands under this one, each with its hint. */
export class Meant extends Context.Reference<{ readonly [name: string]: string }>(
  "@effect-aptrinsic/cli/OtherTools/Meant",
  { defaultValue: () => ({}) },
) {}

const childrenOf = (command: Command.Command.Any) => command.subcommands.flatMap((group) => group.commands)

const childAt = (root: Command.Command.Any, path: ReadonlyArray<string>): Command.Command.Any | undefined =>
  path.reduce<Command.Command.Any | undefined>(
    (command, name) => command && childrenOf(command).find((child) => child.name === name),
    root,
  )

/** The hint for a command that is not under `parent`, a path without the program. */
export const commandHint = (
  root: Command.Command.Any,
  parent: ReadonlyArray<string>,
  name: string,
): string | undefined => {
  const command = childAt(root, parent) ?? root
  const meant = Context.get(command.annotations, Meant)
  if (Object.hasOwn(meant, name)) return meant[name]
  const elsewhere = childrenOf(root).find((group) => childAt(group, [name]) !== undefined)
  if (elsewhere !== undefined) return `Did you mean '${root.name} ${elsewhere.name} ${name}'?`
  const here = childrenOf(command).map((child) => child.name)
  // Two of three letters say nothing: "lst" is as near to get as to list.
  const candidates = [...here, ...Object.keys(meant)].filter((other) => name.length > 3 || other[0] === name[0])
  const near = nearest(name, candidates)
  if (near === undefined) return undefined
  return here.includes(near) ? `Did you mean ${near}?` : meant[near]
}

const connected = new Map([
  ["product", "--product-key"],
  ["product-keys", "--product-key"],
  ["region", "--data-center"],
  ["datacenter", "--data-center"],
  ["url", "--base-url"],
  ["host", "--base-url"],
  ["token", "--api-key-file"],
  ["key", "--api-key-file"],
])

const anywhere = new Map([
  ["no-color", "--color never"],
  ["no-colour", "--color never"],
  ["verbose", "--log-level debug"],
  ["debug", "--log-level debug"],
  ["silent", "--quiet"],
  ["non-interactive", "--no-input"],
])

/** Values of flags as other tools write them, each with its hint. */
const values: ReadonlyMap<string, string> = new Map([
  ["format tsv", "Leave out --format: tabs are recognised; --delimiter tab insists on them."],
  ["format tab", "Leave out --format: tabs are recognised; --delimiter tab insists on them."],
  ["format txt", "Leave out --format: the content shows the format."],
  ["format xls", "Leave out --format: the content shows the format."],
  ["format excel", "Did you mean --format xlsx?"],
  ["format jsonl", "Did you mean --format ndjson?"],
])

/** The hint for a value that a flag of the command at a path, without the program, does not have. */
export const valueHint = (path: ReadonlyArray<string>, option: string, value: string): string | undefined => {
  const meant = `${option} ${value.toLowerCase()}`
  if (option === "if-exists") return "Did you mean --if-exists update?"
  // What an import reads is more than what is written.
  return path.join(" ") === "accounts export" && meant !== "format jsonl" ? undefined : values.get(meant)
}

const fieldOf = (name: string) => {
  const bare = name.replaceAll("-", "").toLowerCase()
  return fields.find(({ path }) => path.toLowerCase() === bare || path.toLowerCase().endsWith(`.${bare}`))
}

/** The hint for a flag that the command at a path, without the program, does not have. */
export const flagHint = (path: ReadonlyArray<string>, option: string): string | undefined => {
  const name = option.replace(/^--?/, "").replace(/=.*$/s, "")
  const command = path.join(" ")
  const meant =
    anywhere.get(name) ??
    (/^(?:accounts (?!fields)|auth (?:login|status)|doctor|jobs (?:submit|resume)|worker)/.test(command)
      ? connected.get(name)
      : undefined)
  if (meant !== undefined) return `Did you mean ${meant}?`
  if (/^(?:accounts (?:import|diff)|jobs submit)$/.test(command) && name === "file") {
    return `The file needs no flag: aptrinsic ${command} FILE`
  }
  if (!/^(?:accounts (?:create|update|import|diff)|jobs submit)$/.test(command)) return undefined
  const field = fieldOf(name)
  return field === undefined ? undefined : `Did you mean --set ${field.path}=VALUE?`
}
