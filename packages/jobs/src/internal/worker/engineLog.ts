/**
 * What a worker logs: Effect's engine tells of a database that is away in its own terms and with stack traces. Here it is one sentence, and the cause
 * of anything else its message. Entries of the level Debug stay as they are.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { describe } from "../database/failure.ts"

/** What follows when a database cannot be used, and what is said once it can. */
export const sendsNothing = "Nothing is sent until that is over; then the worker goes on by itself."
export const answersAgain = "The database of jobs answers again."

const sentences = new Map([
  ["Shard lock storage is unhealthy", `The database of jobs does not answer. ${sendsNothing}`],
  ["Shard lock storage is still unhealthy", "The database of jobs does not answer yet."],
  ["Shard lock storage has recovered", answersAgain],
])

const plainly = <A>(logger: Logger.Logger<unknown, A>): Logger.Logger<unknown, A> =>
  Logger.make((entry) => {
    const { cause, logLevel, message } = entry
    if (LogLevel.isLessThanOrEqualTo(logLevel, "Debug")) return logger.log(entry)
    const parts = Array.isArray(message) ? message : [message]
    const sentence = sentences.get(String(parts[0]))
    if (sentence !== undefined) return logger.log({ ...entry, message: [sentence], cause: Cause.empty })
    if (cause.reasons.length === 0) return logger.log(entry)
    return logger.log({ ...entry, message: [...parts, describe(Cause.squash(cause))], cause: Cause.empty })
  })

/** The loggers there are, for a worker. */
export const layerLoggers = Layer.effect(
  Logger.CurrentLoggers,
  Effect.map(Effect.service(Logger.CurrentLoggers), (loggers) => new Set(Array.from(loggers, plainly))),
)
