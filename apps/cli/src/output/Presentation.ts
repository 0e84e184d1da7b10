/**
 * How this run presents itself: JSON or text, which stream is coloured, how much it says. Read off the command line before it is parsed,
 * because a mistake in the command line has to be presented too.
 */
import * as Effect from "effect/Effect"
import type * as LogLevel from "effect/LogLevel"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import { variable } from "../config/Environment.ts"

export interface Presentation {
  readonly json: boolean
  readonly quiet: boolean
  readonly logLevel: LogLevel.LogLevel
  /** The value of `APTRINSIC_LOG_LEVEL` when it does not name a level. */
  readonly unknownLogLevel: string | undefined
  readonly color: { readonly stdout: boolean; readonly stderr: boolean }
  /** Width for text meant to be read on this terminal; off a terminal `undefined`. */
  readonly columns: number | undefined
}

const logLevels = new Map<string, LogLevel.LogLevel>([
  ["error", "Error"],
  ["warn", "Warn"],
  ["info", "Info"],
  ["debug", "Debug"],
])

/** Whether a boolean flag is on: the last of `--json`, `--json=false` decides. */
const isOn = (args: ReadonlyArray<string>, ...names: ReadonlyArray<string>) => {
  const last = args.findLast((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)))
  return last !== undefined && !/=(false|no|off|0|n)$/.test(last)
}

const valueOf = (args: ReadonlyArray<string>, name: string) => {
  const at = args.findLastIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  if (at === -1) return undefined
  return args[at] === name ? args[at + 1] : args[at]!.slice(name.length + 1)
}

/** The arguments of this program: what follows `--` belongs to the command that `sandbox` runs. */
export const ownArguments = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  return end === -1 ? args : args.slice(0, end)
}

export const detect = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  const terminal = yield* Terminal.Terminal
  const args = ownArguments(yield* stdio.args)
  const [noColor, forceColor, term, logLevel] = yield* Effect.forEach(
    ["NO_COLOR", "FORCE_COLOR", "TERM", "APTRINSIC_LOG_LEVEL"],
    variable,
  )
  const wanted = valueOf(args, "--color")
  const colored = (isTerminal: boolean) => {
    if (wanted === "always" || wanted === "never") return wanted === "always"
    if (noColor !== undefined) return false
    if (forceColor !== undefined) return !["0", "false"].includes(forceColor.toLowerCase())
    return isTerminal && term !== "dumb"
  }
  const stdoutIsTerminal = yield* stdio.stdoutIsTerminal
  return {
    json: isOn(args, "--json"),
    quiet: isOn(args, "--quiet", "-q"),
    unknownLogLevel: logLevel === undefined || logLevels.has(logLevel) ? undefined : logLevel,
    logLevel: logLevels.get(valueOf(args, "--log-level") ?? logLevel ?? "") ?? "Warn",
    color: { stdout: colored(stdoutIsTerminal), stderr: colored(yield* stdio.stderrIsTerminal) },
    columns: stdoutIsTerminal ? (yield* terminal.columns) || 80 : undefined,
  } satisfies Presentation
})
