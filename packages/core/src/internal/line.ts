/**
 * What all calls of one service share: its settings, the way of a request to the server, and how a call is told of. The members of
 * `Accounts` are made from it, each beside its call.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { AccountsError } from "../AccountsError.ts"
import * as AccountsMetrics from "../AccountsMetrics.ts"
import type { Options } from "../Options.ts"
import type { Operation } from "../Outcome.ts"
import { countersOf } from "./counters.ts"
import { type Exchange, makeExchange } from "./exchange.ts"
import { makePerform } from "./perform.ts"
import type { OpenGate } from "./rateBudget.ts"
import { makeServerClock, type ServerClock } from "./serverClock.ts"
import { resolve, type Settings } from "./shared/settings.ts"
import { outcomeOf, traced } from "./tracing.ts"

/** A way to the server. */
export interface Line {
  readonly settings: Settings
  readonly exchange: Exchange
  readonly clock: ServerClock
  readonly remainingToday: Effect.Effect<number>
}

/** Over the `HttpClient` in the context. */
export const makeLine = Effect.fnUntraced(function* (options: Options, openGate: OpenGate) {
  const settings = yield* Effect.fromResult(resolve(options))
  const gate = yield* openGate(Redacted.make(`${settings.origin} ${Redacted.value(settings.apiKey)}`), settings)
  const perform = yield* makePerform(yield* HttpClient.HttpClient, settings)
  const clock = makeServerClock()
  const exchange = makeExchange(perform, gate, clock, settings)
  return { settings, exchange, clock, remainingToday: gate.remainingToday } satisfies Line
})

/** Calls of one operation as they are told of: named by a span, and counted when they write. */
export const reporting = (operation: Operation) => {
  const endedOf = countersOf(AccountsMetrics.callsOf(operation.name), "outcome", "reason")
  const count = (exit: Exit.Exit<unknown, AccountsError>): Effect.Effect<void> => {
    const error = Option.getOrUndefined(Exit.findErrorOption(exit))
    // An interrupted call leaves a request behind whose answer nobody has seen, as far as it can know.
    const reason = Exit.isSuccess(exit) ? "none" : (error?.reason._tag ?? "interrupted")
    return Metric.update(endedOf(outcomeOf(operation, exit) ?? "unknown", reason), 1)
  }
  return <A, E extends AccountsError>(id: string | undefined, call: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    traced(operation, id, operation.kind === "write" ? Effect.onExit(call, count) : call)
}
