/** `help accounts create` is `accounts create --help`, once it is sure that there is such a command. */
import { nearest } from "@effect-aptrinsic/core/AccountFields"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { usage } from "../output/Failure.ts"

/** Fails when the path leads to no command. */
export const run = Effect.fnUntraced(function* (args: {
  readonly path: ReadonlyArray<string>
  readonly root: Command.Command.Any
}) {
  let command = args.root
  for (const name of args.path) {
    const children = command.subcommands.flatMap((group) => group.commands)
    const child = children.find((candidate) => candidate.name === name)
    if (child === undefined) {
      const suggestion = nearest(
        name,
        children.map((candidate) => candidate.name),
      )
      return yield* usage(
        `There is no command "${visible(args.path.join(" "), 80)}".`,
        suggestion === undefined ? `See '${args.root.name} --help'.` : `Did you mean ${suggestion}?`,
      )
    }
    command = child
  }
})
