/** Loads what a command does when it runs: `--version` and `--help` start without it. */
import * as Effect from "effect/Effect"

export const load =
  <Input, A, E, R>(module: () => Promise<{ readonly run: (input: Input) => Effect.Effect<A, E, R> }>) =>
  (input: Input): Effect.Effect<A, E, R> =>
    Effect.flatMap(Effect.promise(module), ({ run }) => run(input))
