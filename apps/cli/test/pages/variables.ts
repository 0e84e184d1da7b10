/** The page of the variables: those of the library from its options, those of the command from its help. */
import { readFileSync } from "node:fs"
import { variables } from "../../src/commands/environment.ts"
import { table } from "../support/table.ts"

const options = readFileSync(new URL("../../../../packages/core/src/Options.ts", import.meta.url), "utf8")

/** What the comment of an option says first, and its default. */
const option = ([, comment = "", name = ""]: RegExpExecArray) => {
  const text = comment.replaceAll(/^ *\* ?/gmu, "").trim()
  const [meaning = ""] = /^.*?\.(?=\s|$)/su.exec(text) ?? []
  const [, stated] = /@default (.*)/u.exec(text) ?? []
  return {
    name,
    meaning: meaning.replaceAll(/\s+/gu, " "),
    stated: stated?.replaceAll('"', "") ?? "none: it is required",
  }
}

const optionsOf = (name: string) => {
  const [, body = ""] = new RegExp(`export interface ${name} [^\\n]*\\{\\n(.*?)\\n\\}`, "su").exec(options) ?? []
  return [...body.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\n {2}readonly (\w+)\??:/gsu)].map(option)
}

const variableOf = (name: string) => `APTRINSIC_${name.replaceAll(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase()}`

/** In the order in which a reader meets them: where to, how fast, how long. */
const [key, ...rest] = optionsOf("Options")
export const ofLibrary = [key!, ...rest, ...optionsOf("Bounds")]

export const variablesPage = `# Variables

What programs and the command read from the environment. An empty variable counts as unset. This page is printed from the sources:
\`node apps/cli/test/man/update.ts\`.

## Of the library

\`Accounts.layerFromConfig\` reads these eleven, from the environment or any other \`ConfigProvider\`. Durations are written as Effect writes them:
\`30 seconds\`, \`2 minutes\`. A program that wants other names gives them to \`Accounts.layerConfig\`.

${table(
  ["variable", "option", "what it says", "default"],
  ofLibrary.map(({ meaning, name, stated }) => [`\`${variableOf(name)}\``, `\`${name}\``, meaning, stated]),
)}

## Of the command

A flag wins over the environment, the environment over the profile, the profile over the default. Durations may be as short as \`15s\` and \`2m\` here too.

${table(
  ["variable", "what it says"],
  variables.map(([name, meaning]) => [`\`${name}\``, meaning]),
)}

## Of the network

\`HTTPS_PROXY\`, \`HTTP_PROXY\`, \`NO_PROXY\`, and what the runtimes read for certificates: [the network](network.md#proxies).
\`OTEL_EXPORTER_OTLP_ENDPOINT\` and others of OpenTelemetry are read by \`aptrinsic worker\`, and by Effect when a program asks for it: [observability](observability.md).
`
