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

type Path = ReadonlyArray<string>

const under = (command: Command.Command.Any, path: Path): ReadonlyArray<readonly [Path, Command.Command.Any]> => [
  [path, command],
  ...command.subcommands.flatMap((group) => group.commands.flatMap((child) => under(child, [...path, child.name]))),
]

/** Every command by its path, the program itself first. */
export const paths: ReadonlyArray<Path> = under(root, []).map(([path]) => path)

/** Those that do something. */
export const leaves: ReadonlyArray<Path> = under(root, []).flatMap(([path, { subcommands }]) =>
  subcommands.length === 0 ? [path] : [],
)
