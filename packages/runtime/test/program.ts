/**
 * A program that the tests of `runMain` start as a process of its own: the first argument says how it ends.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { adapter } from "./adapter.ts"

class Broken extends Schema.TaggedError<Broken>()("Broken", { what: Schema.String }) {
  override get message() {
    return this.what
  }
}

const endings: Record<string, Effect.Effect<unknown, unknown>> = {
  succeed: Console.log("done"),
  fail: new Broken({ what: "it broke" }),
  die: Effect.die(new Error("it broke badly")),
  wait: Console.log("ready").pipe(Effect.andThen(Effect.never), Effect.ensuring(Console.log("cleaned up"))),
  hold: Console.log(process.pid).pipe(Effect.andThen(Effect.never), Effect.ensuring(Console.log("cleaned up"))),
  linger: Console.log("ready").pipe(
    Effect.andThen(Effect.never),
    Effect.ensuring(Effect.andThen(Console.log("cleaning"), Effect.never)),
  ),
}

adapter.runMain(endings[process.argv[2]!]!, { onAbort: () => process.stdout.write("aborted\n") })
