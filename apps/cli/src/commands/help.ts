/** `help accounts create` is `accounts create --help`, once it is sure that there is such a command. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { usage } from "../output/Failure.ts"
import { commandHint } from "../output/OtherTools.ts"

/** Fails when the path leads to no command. */
export const run = Effect.fnUntraced(function* (args: {
  readonly path: ReadonlyArray<string>
  readonly root: Command.Command.Any
}) {
  let command = args.root
  for (const [depth, name] of args.path.entries()) {
    const children = command.subcommands.flatMap((group) => group.commands)
    const child = children.find((candidate) => candidate.name === name)
    if (child === undefined) {
      return yield* usage(
        `There is no command "${visible(args.path.join(" "), 80)}".`,
        commandHint(args.root, args.path.slice(0, depth), name) ?? `See '${args.root.name} --help'.`,
      )
    }
    command = child
  }
})
