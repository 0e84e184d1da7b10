import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
/** The manual page, from the help of all commands. */
import * as Command from "effect/cli/Command"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { root } from "../../src/Cli.ts"
import { variables } from "../../src/commands/environment.ts"
import * as Flags from "../../src/input/Flags.ts"
import { argumentEntries, type Entry, flagEntry, Section, sharedFlags, usageOf } from "../../src/output/HelpPage.ts"

/** Help runs no command, and needs nothing of what they need. */
const program = Command.runWith(root, { version: "" }) as (
  args: ReadonlyArray<string>,
) => Effect.Effect<void, unknown, Command.Environment>

/** What effect makes of the help of a command. */
const docOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const docs: Array<HelpDoc> = []
  yield* program([...path, "--help"]).pipe(
    Effect.provideService(CliOutput.Presenter, {
      present: (event) => Effect.sync(() => "helpDoc" in event && docs.push(event.helpDoc)),
    }),
    Effect.provideService(CliConfig.CliConfig, { builtIns: Flags.builtIns }),
  )
  return docs[0]!
})

const pathsOf = (
  command: Command.Command.Any,
  path: ReadonlyArray<string> = [],
): ReadonlyArray<ReadonlyArray<string>> => {
  const children = command.subcommands.flatMap((group) => group.commands)
  return children.length === 0 ? [path] : children.flatMap((child) => pathsOf(child, [...path, child.name]))
}

/** A text that roff prints as it is. */
const text = (given: string): string =>
  given
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(
      /[^\n -~]/gu,
      (character) => `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replaceAll(/^(?=[.'])/gm, "\\&")

/** Paragraphs; a line that begins with a space stands as it is. */
const paragraphs = (description: string): ReadonlyArray<string> =>
  description
    .split("\n")
    .flatMap((line) => (line === "" ? [".PP"] : line.startsWith(" ") ? [".br", text(line)] : [text(line)]))

const entries = (list: ReadonlyArray<Entry>): ReadonlyArray<string> =>
  list.flatMap(([name, description]) => [".TP", `\\fB${text(name)}\\fR`, text(description)])

const section = (title: string, list: ReadonlyArray<Entry>) =>
  list.length === 0 ? [] : [`.SH ${title}`, ...entries(list)]

const examples = (docs: ReadonlyArray<HelpDoc>): ReadonlyArray<string> =>
  docs.flatMap((doc) =>
    (doc.examples ?? []).flatMap(({ command, description }) => [
      ".PP",
      ...(description === undefined ? [] : [`${text(description)}:`, ".br"]),
      `\\fB${text(command)}\\fR`,
    ]),
  )

const commandOf = (doc: HelpDoc): ReadonlyArray<string> => [
  `.SS ${text(["aptrinsic", ...(doc.commandPath ?? []).slice(1)].join(" "))} ${text(usageOf(doc))}`,
  ...paragraphs(doc.description),
  ...entries([...argumentEntries(doc), ...doc.flags.map(flagEntry)]),
]

export const page = Effect.gen(function* () {
  const top = yield* docOf([])
  const docs = yield* Effect.forEach(pathsOf(root), docOf)
  // Creating an account takes every flag of the connection.
  const { connection } = sharedFlags(docs[0]!)
  const codes = Context.get(top.annotations, Section)?.entries ?? []
  return [
    '.\\" Printed from the help: node apps/cli/test/man/update.ts',
    '.TH APTRINSIC 1 "" aptrinsic "User Commands"',
    ".SH NAME",
    `aptrinsic \\- ${text(top.description.charAt(0).toLowerCase() + top.description.slice(1).replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    `.B aptrinsic`,
    text(usageOf(top)),
    ".SH DESCRIPTION",
    text("Each command prints its own page: 'aptrinsic help COMMAND'. Flags may stand anywhere in the line."),
    ".SH COMMANDS",
    ...docs.flatMap(commandOf),
    ...section('"CONNECTION FLAGS"', connection),
    ...section('"GLOBAL FLAGS"', sharedFlags(top).program),
    ...section("ENVIRONMENT", variables),
    ...section('"EXIT STATUS"', codes),
    ".SH EXAMPLES",
    ...examples([top, ...docs]),
    "",
  ].join("\n")
})
