/**
 * How far a run has come: one line on stderr that is drawn anew on a terminal, a line every ten seconds elsewhere, nothing with `--json` or
 * `--quiet`.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { cells, Output } from "../../../output/Output.ts"

/** What a line is made of: parts drop from the right when the terminal is narrow. */
export type Parts = ReadonlyArray<string>

/** A part drawn from 0 to 1. */
export const bar = (share: number): string => {
  const full = Math.round(Math.max(0, Math.min(1, share)) * 20)
  return "█".repeat(full) + "░".repeat(20 - full)
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

/** Shows progress for the time of the scope. `draw` makes the parts for a terminal, `tell` a plain line. */
export const show = Effect.fnUntraced(function* (draw: (now: number) => Parts, tell: (now: number) => string) {
  const output = yield* Output
  const stdio = yield* Stdio.Stdio
  const none: Progress = { clear: Effect.void, end: Effect.void }
  if (output.json || output.quiet) return none
  if (!(yield* stdio.stderrIsTerminal)) {
    const line = Effect.flatMap(Clock.currentTimeMillis, (now) => Console.error(tell(now)))
    yield* Effect.forkScoped(Effect.forever(Effect.delay(line, "10 seconds")))
    return none
  }
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
