/** Prints a completion script: effect's, with the flags it leaves out, and with the shell's own way to complete the names of files. */
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

const namesOf = (commands: ReadonlyArray<Command.Command.Any>) =>
  ({ _tag: "Choice", values: commands.map(({ name }) => name) }) as const

/**
 * Readline completes names of files itself where a function has nothing to offer: it knows about tildes and quotes, and ends a directory with a
 * slash.
 */
const filesByReadline = (descriptor: Completions.CommandDescriptor): Completions.CommandDescriptor => ({
  ...descriptor,
  flags: descriptor.flags.map((flag) => (flag.type._tag === "Path" ? { ...flag, type: { _tag: "String" } } : flag)),
  arguments: descriptor.arguments.filter(({ type }) => type._tag !== "Path"),
  subcommands: descriptor.subcommands.map(filesByReadline),
})

const described = (
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
    })),
    subcommands: descriptor.subcommands.map((child) => ({
      ...described(
        child,
        children.find(({ name }) => name === child.name)!,
      ),
      ...(child.name === "help"
        ? { arguments: child.arguments.map((argument) => ({ ...argument, type: namesOf(children) })) }
        : {}),
    })),
  }
}

/** A flag with its value in one word (`--report=today.ndjson`), one that may come again, and names of files behind `--`. */
const completeInZsh = (script: string): string =>
  script
    .replaceAll(/^( +'\([^)]*\)--[\w-]+)(\[(?:\\.|[^\]\\])*\]:)/gm, "$1=$2")
    .replaceAll(/^( +')\([^)]*\)(?=--[\w-]+=\[.*repeat for more\]:)/gm, "$1*")
    .replaceAll("_arguments ", "_arguments -S ")

export const run = Effect.fnUntraced(function* (args: {
  readonly shell: Completions.Shell
  readonly root: Command.Command.Any
}) {
  const output = yield* Output
  const { name } = args.root
  const complete = described(Completions.fromCommand(args.root), args.root)
  const descriptor = args.shell === "bash" ? filesByReadline(complete) : complete
  const generated = Completions.generate(name, args.shell, descriptor)
  const script = (args.shell === "zsh" ? completeInZsh(generated) : generated)
    .replaceAll(`${name} --completions ${args.shell}`, `${name} completion ${args.shell}`)
    .replace(/^complete -F/m, "complete -o default -F")
  return yield* output.succeed({ document: { shell: args.shell, script }, lines: [script] })
})
