/** The manual page, from the help of all commands. */
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { variables } from "../../src/commands/environment.ts"
import { argumentEntries, type Entry, flagEntry, Section, sharedFlags, usageOf } from "../../src/output/HelpPage.ts"
import { docOf, leaves } from "../support/helpDocs.ts"

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
  const docs = yield* Effect.forEach(leaves, docOf)
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
