/**
 * How far a run has come, on stderr: one line that is drawn anew on a terminal, a line every ten seconds elsewhere and where a terminal is dumb
 * or a build server's, a line of JSON every second when that is asked for, otherwise nothing with `--json` or `--quiet`.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { variable } from "../../../config/Environment.ts"
import { cells, Output, stringify } from "../../../output/Output.ts"

/** What a line is made of: parts drop from the right when the terminal is narrow. */
type Parts = ReadonlyArray<string>

/** A part drawn from 0 to 1. */
export const bar = (share: number): string => {
  const full = Math.round(Math.max(0, Math.min(1, share)) * 10)
  return "█".repeat(full) + "░".repeat(10 - full)
}

/** As many parts as fit, in their order; a terminal that is wrapped cannot be drawn over. */
const fit = (parts: Parts, columns: number): string => {
  let line = ""
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`
    if (cells(longer) < columns) line = longer
    else if (line !== "") break
  }
  return line
}

export interface Progress {
  /** Takes the line away, to write something else. */
  readonly clear: Effect.Effect<void>
  /** Takes the line away for good. */
  readonly end: Effect.Effect<void>
}

/** The progress in three forms: parts of a line on a terminal, a plain line, the members of a line of JSON. */
export interface View {
  readonly draw: (now: number) => Parts
  readonly tell: (now: number) => string
  readonly document: (now: number) => { readonly [name: string]: Schema.Json }
}

const canDraw = Effect.gen(function* () {
  const [term, ci] = yield* Effect.forEach(["TERM", "CI"], variable)
  const isBuild = ci !== undefined && !["0", "false"].includes(ci.toLowerCase())
  return term !== "dumb" && !isBuild && (yield* (yield* Stdio.Stdio).stderrIsTerminal)
})

const none: Progress = { clear: Effect.void, end: Effect.void }

/** A line now and then, until the scope is closed. */
const repeat = (line: (now: number) => string, every: "1 second" | "10 seconds") =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => Console.error(line(now))).pipe(
    Effect.delay(every),
    Effect.forever,
    Effect.forkScoped,
    Effect.as(none),
  )

/** Shows progress for the time of the scope. */
export const show = Effect.fnUntraced(function* ({ document, draw, tell }: View, form: "json" | undefined) {
  const output = yield* Output
  const stdio = yield* Stdio.Stdio
  if (form === "json") {
    return yield* repeat(
      (now) => stringify({ at: DateTime.formatIso(DateTime.makeUnsafe(now)), ...document(now) }),
      "1 second",
    )
  }
  if (output.json || output.quiet) return none
  if (!(yield* canDraw)) return yield* repeat(tell, "10 seconds")
  const write = (text: string) => Effect.ignore(Stream.run(Stream.make(text), stdio.stderr({ endOnDone: false })))
  const erase = "\r\u001b[2K"
  const terminal = yield* Terminal.Terminal
  const redraw = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    // Asked each time: a window can be resized.
    yield* write(`${erase}${fit(draw(now), (yield* terminal.columns) || 80)}`)
  })
  yield* Effect.addFinalizer(() => write(erase))
  const drawing = yield* Effect.forkScoped(Effect.forever(Effect.delay(redraw, "100 millis")))
  return { clear: write(erase), end: Effect.andThen(Fiber.interrupt(drawing), write(erase)) } satisfies Progress
})
