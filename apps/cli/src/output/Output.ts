/**
 * Where text goes: results on stdout, everything else on stderr; with `--json` one document on stdout and nothing else there.
 *
 * Text from a server, a file or the command line passes through `visible` before it comes here.
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import * as CliOutput from "effect/cli/CliOutput"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import type * as Schema from "effect/Schema"
import { Platform } from "../Platform.ts"
import { exitCodes, ExitWith, Failure } from "./Failure.ts"
import * as Presentation from "./Presentation.ts"

type Color = "green" | "red" | "yellow" | "dim" | "bold"
const codes: Record<Color, readonly [on: number, off: number]> = {
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
}

/** Colours a text for one stream, or leaves it alone. */
export type Paint = (color: Color, text: string) => string

/** Colours where it is enabled. */
export const painter =
  (enabled: boolean): Paint =>
  (color, text) =>
    enabled ? `\u001b[${codes[color][0]}m${text}\u001b[${codes[color][1]}m` : text

type Json = { readonly [name: string]: Schema.Json | undefined }

/** What a command has to say when it succeeds. */
export interface Result {
  /** Members of the JSON document after `ok: true`. */
  readonly document: Json
  /**
   * Whether it all went well: the document's `ok`.
   *
   * @default true
   */
  readonly ok?: boolean | undefined
  /** The same for a reader, one entry a line. */
  readonly lines: ReadonlyArray<string>
  /**
   * Set by what tells of something that was done, rather than what was asked for: it goes to stderr when stdout cannot be written, and when it
   * went well, `true`, `--quiet` drops it.
   */
  readonly confirmation?: boolean | undefined
}

// JSON leaves DEL, C1, the line separators and the bidirectional controls as they are; a terminal would obey them.
const terminalControls = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** One line of JSON that no terminal acts upon and that reads back as it was. */
export const stringify = (json: Json | Schema.Json): string =>
  JSON.stringify(json).replace(
    terminalControls,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )

/** The terminal cells a text takes. Measuring anything but ASCII first loads 12 ms of segmentation tables. */
export const cells = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : CliOutput.displayWidth(text))

/** Pads to a width in terminal cells. */
export const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - cells(text)))

/** Lines of two columns, the left one as wide as its widest cell plus a gap. */
export const table = (rows: ReadonlyArray<readonly [string, string]>, gap = 2): ReadonlyArray<string> => {
  const width = Math.max(0, ...rows.map(([left]) => cells(left))) + gap
  return rows.map(([left, right]) => pad(left, width) + right)
}

const failureLines = (failure: Failure, paint: Paint): ReadonlyArray<string> => [
  `${paint("red", "✖")} ${failure.message}`,
  ...table((failure.problems ?? []).map(({ field, message }) => [field, message])).map((line) => `  ${line}`),
  ...(failure.text ?? []),
  ...table(failure.rows ?? [], 1).map((line) => `  ${line}`),
  ...(failure.hints ?? []).map((hint) => `  ${hint}`),
]

const failureDocument = (failure: Failure): Json => ({
  ok: false,
  error: {
    code: failure.code,
    message: failure.message,
    ...(failure.hints === undefined || failure.hints.length === 0 ? {} : { hint: failure.hints.join(" ") }),
    ...(failure.problems === undefined ? {} : { problems: failure.problems.map((problem) => ({ ...problem })) }),
    ...failure.extra,
  },
})

const goneStreams: Record<string, string> = {
  EPIPE: "nobody reads it any more.",
  EIO: "its terminal or its disk is gone.",
}

/** Why stdout cannot be written. */
const whyUnwritten = (error: PlatformError): string => {
  const { code = "" } = (error.reason.cause ?? {}) as { readonly code?: string }
  return goneStreams[code] ?? `${phraseOf(error)[0]}.`
}

const interrupted = new Failure({ exitCode: exitCodes.interrupted, code: "interrupted", message: "Interrupted." })

/** The document of a run that was cut off. */
export const aborted = (message: string, hint: string): string =>
  `${stringify(failureDocument(new Failure({ ...interrupted, message, hints: hint === "" ? [] : [hint] })))}\n`

export class Output extends Context.Service<
  Output,
  Presentation.Presentation & {
    readonly paint: Paint
    /** Ends a command that did what it was asked. */
    readonly succeed: (result: Result) => Effect.Effect<void>
    /** Ends a command that did not. */
    readonly fail: (failure: Failure) => Effect.Effect<void>
    /** Writes a part of a long result to stdout. Fails when it cannot be written, which is told then. */
    readonly write: (part: string | Uint8Array) => Effect.Effect<void, ExitWith>
    /** Whether something could not be written to stdout. */
    readonly isLost: () => boolean
    /** Prints a note on stderr, unless `--quiet`. */
    readonly note: (text: string) => Effect.Effect<void>
    /** Ends a run that was interrupted, unless its end was already told. */
    readonly interrupted: Effect.Effect<void>
    /** Says that something is doubtful. */
    readonly warn: (text: string) => Effect.Effect<void>
    /** The line that says so. */
    readonly warning: (text: string) => string
  }
>()("@effect-aptrinsic/cli/output/Output") {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const presentation = yield* Presentation.detect
      const platform = yield* Platform
      const paint = painter(presentation.color.stdout)
      const paintError = painter(presentation.color.stderr)
      const warning = (text: string) => `${paintError("yellow", "!")} ${text}`
      // With --json there is one document, whatever happens after it; `late` is what is told then.
      let ended = false
      const end = (effect: Effect.Effect<void>, late = Effect.void) =>
        Effect.suspend(() => {
          if (ended && presentation.json) return late
          ended = true
          return effect
        })
      let lost = false
      /** Prints a text; tells on stderr that it could not, and what else is worth keeping of it. */
      const print = (part: string | Uint8Array, kept: ReadonlyArray<string>) =>
        Effect.catch(platform.print(part), (error) => {
          lost = true
          return lines([`${paintError("red", "✖")} stdout cannot be written: ${whyUnwritten(error)}`, ...kept])
        })
      const lines = (text: ReadonlyArray<string>) => (text.length === 0 ? Effect.void : Console.error(text.join("\n")))
      const fail = (failure: Failure) => {
        const told = failureLines(failure, paintError)
        const said = lines(told)
        // A worker goes on after its document, and may still fail.
        return end(presentation.json ? print(`${stringify(failureDocument(failure))}\n`, told) : said, said)
      }
      const succeed = ({ confirmation, document, lines: text, ok = true }: Result) => {
        const kept = confirmation === undefined ? [] : text
        if (presentation.json) return end(print(`${stringify({ ok, ...document })}\n`, kept))
        const isSilent = text.length === 0 || (presentation.quiet && confirmation === true)
        return end(isSilent ? Effect.void : print(`${text.join("\n")}\n`, kept))
      }
      return Output.of({
        ...presentation,
        paint,
        succeed,
        fail,
        interrupted: Effect.suspend(() => (ended || !presentation.json ? Effect.void : fail(interrupted))),
        write: (part) =>
          Effect.andThen(
            print(part, []),
            Effect.suspend(() => (lost ? Effect.fail(new ExitWith({ exitCode: exitCodes.unwritten })) : Effect.void)),
          ),
        isLost: () => lost,
        note: (text) => (presentation.quiet || presentation.json ? Effect.void : Console.error(text)),
        warn: (text) => Console.error(warning(text)),
        warning,
      })
    }),
  )
}
