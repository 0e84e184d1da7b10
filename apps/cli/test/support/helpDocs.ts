/** What effect makes of the help of each command. */
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import { root } from "../../src/Cli.ts"
import * as Flags from "../../src/input/Flags.ts"

/** Help runs no command, and needs nothing of what they need. */
const program = Command.runWith(root, { version: "" }) as (
  args: ReadonlyArray<string>,
) => Effect.Effect<void, unknown, Command.Environment>

/** What effect makes of the help of a command. */
export const docOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const docs: Array<HelpDoc> = []
  yield* program([...path, "--help"]).pipe(
    Effect.provideService(CliOutput.Presenter, {
      present: (event) => Effect.sync(() => "helpDoc" in event && docs.push(event.helpDoc)),
    }),
    Effect.provideService(CliConfig.CliConfig, { builtIns: Flags.builtIns }),
  )
  return docs[0]!
})

/** The commands that do something, each by its path. */
export const pathsOf = (
  command: Command.Command.Any,
  path: ReadonlyArray<string> = [],
): ReadonlyArray<ReadonlyArray<string>> => {
  const children = command.subcommands.flatMap((group) => group.commands)
  return children.length === 0 ? [path] : children.flatMap((child) => pathsOf(child, [...path, child.name]))
}
