/**
 * Words the mistakes in a command line that effect's parser finds: one line and the way out.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { NonShowHelpErrors } from "effect/cli/CliError"
import type * as Command from "effect/cli/Command"
import { type Failure, usage } from "./Failure.ts"
import { commandHint, flagHint, valueHint } from "./OtherTools.ts"

const suggestion = (names: ReadonlyArray<string>) =>
  names.length === 0 ? undefined : `Did you mean ${names.join(" or ")}?`

/** `"us" | "eu"` as a person would say it. */
const choices = (expected: string) => {
  const names = expected.split(" | ").map((name) => name.replace(/^"(.*)"$/, "$1"))
  return names.length < 2
    ? expected
        .replace(/^.*\bExpected:? /s, "")
        .replace(/\n.*$/s, "")
        .replace("string representing a finite ", "")
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`
}

const quote = (text: string) => `"${visible(text, 60)}"`

const words = (
  error: NonShowHelpErrors,
  root: Command.Command.Any,
  path: ReadonlyArray<string>,
): readonly [message: string, hint?: string | undefined] => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return [
        `There is no flag ${visible(error.option, 60)} here.`,
        flagHint(path, error.option) ?? suggestion(error.suggestions),
      ]
    case "UnknownSubcommand":
      return [`There is no command ${quote(error.subcommand)}.`, commandHint(root, path, error.subcommand)]
    case "UnexpectedArgument":
      return [
        error.arguments.length === 1
          ? `${quote(error.arguments[0]!)} is one argument too many.`
          : `${error.arguments.map(quote).join(", ")} are too many arguments.`,
        path.join(" ") === "accounts import"
          ? `One file is imported at a time: for file in *.csv; do ${root.name} accounts import "$file"; done`
          : undefined,
      ]
    case "MissingArgument":
      return [`${error.argument} is missing.`]
    case "MissingOption":
      return [`--${error.option} is missing.`]
    case "InvalidValue": {
      if (error.kind === "argument") {
        return [`${error.option} is ${quote(error.value)}; it must be ${choices(error.expected)}.`]
      }
      if (error.value === "") {
        return [`--${error.option} needs a value.`, `If it starts with a dash, write --${error.option}=VALUE.`]
      }
      if (/^\d+ occurrences$/.test(error.value)) return [`--${error.option} is given more than once.`]
      const message = `--${error.option} is ${quote(error.value)}; it must be ${choices(error.expected)}.`
      return [message, valueHint(path, error.option, error.value)]
    }
    default:
      return [visible(error.message.replaceAll(/\s*\n\s*/g, " "))]
  }
}

/** The first mistake: a later one is often its echo, and may hold what was meant to be a secret. */
export const usageError = (
  errors: ReadonlyArray<NonShowHelpErrors>,
  path: ReadonlyArray<string>,
  root: Command.Command.Any,
): Failure => {
  const [message, hint] = words(errors[0]!, root, path.slice(1))
  return usage(message, hint ?? `See '${path.join(" ")} --help'.`)
}
