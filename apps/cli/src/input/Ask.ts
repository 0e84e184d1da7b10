/**
 * Asks the person at the terminal, if there is one. Questions are drawn on stderr, so stdout may go anywhere.
 */
import * as Prompt from "effect/cli/Prompt"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { variable } from "../config/Environment.ts"
import { Output } from "../output/Output.ts"
import * as Flags from "./Flags.ts"

/** Whether there is a person to ask. */
export const canAsk = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  const { json } = yield* Output
  const noInput = yield* Flags.NoInput
  const isDumb = (yield* variable("TERM")) === "dumb"
  return !json && !noInput && !isDumb && (yield* stdio.stdinIsTerminal) && (yield* stdio.stderrIsTerminal)
})

/** The keys of a terminal, and whether the last one was Ctrl-C: a prompt that Esc, Ctrl-D or a closed stdin ends looks the same. */
const watched = (readInput: Terminal.Terminal["readInput"]) => {
  let isInterrupted = false
  return {
    isInterrupted: () => isInterrupted,
    readInput: Effect.flatMap(readInput, (keys) =>
      Stream.fromQueue(keys).pipe(
        Stream.tap(({ key }) => Effect.sync(() => void (isInterrupted = key.ctrl && key.name === "c"))),
        Stream.toQueue({ capacity: "unbounded" }),
      ),
    ),
  }
}

/** The answer to a prompt; none when there is nobody to ask, or Ctrl-D, Esc or the end of stdin answers. Ctrl-C ends the program. */
export const ask = Effect.fn("Ask.ask")(function* <A>(
  prompt: (theme: { readonly colors: boolean }) => Prompt.Prompt<A>,
) {
  if (!(yield* canAsk)) return Option.none<A>()
  const stdio = yield* Stdio.Stdio
  const terminal = yield* Terminal.Terminal
  const output = yield* Output
  const keys = watched(terminal.readInput)
  const onStderr = Terminal.make({
    ...terminal,
    columns: Effect.map(terminal.columns, (columns) => columns || 80),
    display: (text) => Stream.run(Stream.make(text), stdio.stderr()),
    readInput: keys.readInput,
  })
  return yield* Prompt.run(prompt({ colors: output.color.stderr })).pipe(
    Effect.provideService(Terminal.Terminal, onStderr),
    // The prompt leaves the cursor behind its question.
    Effect.tapError(() => Console.error("")),
    Effect.asSome,
    Effect.catchTag("QuitError", (quit) => (keys.isInterrupted() ? Effect.fail(quit) : Effect.succeedNone)),
  )
})
