/** Prints a completion script: effect's, with the flags it leaves out and the flags that take a file. */
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import type * as Flag from "effect/cli/Flag"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Flags from "../input/Flags.ts"
import { Output } from "../output/Output.ts"

const descriptors = (flags: ReadonlyArray<{ readonly flag: Flag.Flag<unknown> }>) =>
  Completions.fromCommand(Command.make("flags", Object.fromEntries(flags.map(({ flag }, index) => [index, flag]))))
    .flags

const takesFile: ReadonlySet<string> = new Set(["file", "api-key-file"])

const file = { _tag: "Path", pathType: "file" } as const

const namesOf = (commands: ReadonlyArray<Command.Command.Any>) =>
  ({ _tag: "Choice", values: commands.map(({ name }) => name) }) as const

const complete = (
  descriptor: Completions.CommandDescriptor,
  command: Command.Command.Any,
): Completions.CommandDescriptor => {
  const children = command.subcommands.flatMap((group) => group.commands)
  const shared = Context.get(command.annotations, Flags.Shared)
  return {
    ...descriptor,
    // None of our flags has a --no- form.
    flags: [...descriptor.flags, ...descriptors([...shared, ...Flags.program, ...Flags.builtIns])].map((flag) => ({
      ...flag,
      negation: false,
      type: takesFile.has(flag.name) ? file : flag.type,
    })),
    subcommands: descriptor.subcommands.map((child) => ({
      ...complete(
        child,
        children.find(({ name }) => name === child.name)!,
      ),
      ...(child.name === "help"
        ? { arguments: child.arguments.map((argument) => ({ ...argument, type: namesOf(children) })) }
        : {}),
    })),
  }
}

export const run = Effect.fnUntraced(function* (args: {
  readonly shell: Completions.Shell
  readonly root: Command.Command.Any
}) {
  const output = yield* Output
  const descriptor = complete(Completions.fromCommand(args.root), args.root)
  const script = Completions.generate(args.root.name, args.shell, descriptor)
  return yield* output.succeed({ document: { shell: args.shell, script }, lines: [script] })
})
