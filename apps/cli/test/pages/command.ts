/** The page of the command: the help of each, as the command prints it. */
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Flags from "../../src/input/Flags.ts"
import { helpPage } from "../../src/output/HelpPage.ts"
import { docOf, paths } from "../support/helpDocs.ts"

/** The flags that every command has stand on the first page alone. */
const ownFlags = (doc: HelpDoc): HelpDoc => {
  const shared = new Set(Context.get(doc.annotations, Flags.Shared).map(({ id }) => id))
  return { ...doc, globalFlags: (doc.globalFlags ?? []).filter(({ name }) => shared.has(name)) }
}

const section = (path: ReadonlyArray<string>) =>
  Effect.map(docOf(path), (doc) =>
    [
      `## ${["aptrinsic", ...path].join(" ")}`,
      "",
      "```text",
      helpPage(path.length === 0 ? doc : ownFlags(doc), 80, (_, text) => text),
      "```",
      "",
    ].join("\n"),
  )

export const commandPage = Effect.map(
  Effect.forEach(paths, section),
  (sections) => `# The command

What \`aptrinsic\` can do, as \`aptrinsic help COMMAND\` prints it. [The page of its package](../apps/cli/README.md) tells how to install it and what a
report holds, [importing](import.md) how a file becomes accounts, [codes](codes.md) what a script may rely on, [variables](variables.md) what it
reads from the environment. This page is printed from the sources: \`node apps/cli/test/man/update.ts\`.

${sections.join("\n")}`,
)
