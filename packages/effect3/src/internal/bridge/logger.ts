/**
 * The log of core in the loggers of the program.
 */
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import * as Runtime from "effect/Runtime"
import * as Logger4 from "effect4/Logger"
import type * as LogLevel4 from "effect4/LogLevel"
import * as References4 from "effect4/References"

const levels: { readonly [Level in LogLevel4.LogLevel]: LogLevel.LogLevel } = {
  All: LogLevel.All,
  Trace: LogLevel.Trace,
  Debug: LogLevel.Debug,
  Info: LogLevel.Info,
  Warn: LogLevel.Warning,
  Error: LogLevel.Error,
  Fatal: LogLevel.Fatal,
  None: LogLevel.None,
}

/** The lowest level that the program wants to see. */
export const levelUp = ({ ordinal }: LogLevel.LogLevel): LogLevel4.LogLevel => {
  const found = Object.entries(levels).find(([, level]) => level.ordinal >= ordinal)
  return (found?.[0] ?? "None") as LogLevel4.LogLevel
}

export const loggerUp = (runtime: Runtime.Runtime<never>): Logger4.Logger<unknown, void> =>
  Logger4.make(({ fiber, logLevel, message }) => {
    const told = Array.isArray(message) ? message : [message]
    const annotations = fiber.getRef(References4.CurrentLogAnnotations)
    Runtime.runSync(runtime)(Effect.annotateLogs(Effect.logWithLevel(levels[logLevel], ...told), annotations))
  })
