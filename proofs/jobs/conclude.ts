import process from "node:process"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

/** Runs a proof that gives its problems, tells the first of them, and ends with 1 when there are any. Not to end in time is one. */
export const conclude = async (proof: Effect.Effect<ReadonlyArray<string>, unknown>, seconds: number) => {
  const problems = await Effect.runPromise(
    Effect.timeoutOrElse(proof, {
      duration: seconds * 1000,
      orElse: () => Effect.succeed([`It did not end within ${Math.round(seconds)} seconds.`]),
    }),
  )
  await Effect.runPromise(Console.log(problems.length === 0 ? "No violation." : problems.slice(0, 40).join("\n")))
  process.exitCode = problems.length === 0 ? 0 : 1
}
