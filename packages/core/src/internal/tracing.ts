/**
 * What a call tells of itself: spans with their events where a tracer receives them, and a line of the log a step where debug logs are on.
 * Made for nobody they would cost a sixth of the CPU of a create.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Tracer from "effect/Tracer"
import type { AccountsError } from "../AccountsError.ts"
import { type AccountsEvent, describe } from "../AccountsEvent.ts"
import type { Operation, Outcome } from "../Outcome.ts"
import { type Answer, isReply, kindOf } from "./answer.ts"
import type { Request } from "./request.ts"

export const isTraced = (context: Context.Context<never>): boolean =>
  Context.getOrUndefined(context, Tracer.Tracer) !== undefined

/** Tells a step of a call to those who read traces or logs. */
export type Note = (event: AccountsEvent) => Effect.Effect<void>

const quiet: Note = () => Effect.void

/** What reads a trace knows numbers and texts. */
const inMillis = (value: unknown) => (Duration.isDuration(value) ? Duration.toMillis(value) : value)

const eventOf = (span: Tracer.AnySpan | undefined, clock: Clock.Clock): Note => {
  if (span === undefined || span._tag !== "Span") return quiet
  return ({ _tag, ...details }) =>
    Effect.sync(
      () =>
        void Result.try(() =>
          span.event(_tag, clock.currentTimeNanosUnsafe(), Record.map<string, unknown, unknown>(details, inMillis)),
        ),
    )
}

const line: Note = (event) => Effect.logDebug(describe(event))

/** Where the calls of this region tell their steps. */
export const noteOf: Effect.Effect<Note> = Effect.contextWith((context: Context.Context<never>) => {
  const span = isTraced(context) ? Context.getOrUndefined(context, Tracer.ParentSpan) : undefined
  const logs = LogLevel.isLessThanOrEqualTo(Context.get(context, References.MinimumLogLevel), "Debug")
  if (span === undefined && !logs) return Effect.succeed(quiet)
  return Effect.map(Clock.Clock, (clock): Note => {
    const tell = eventOf(span, clock)
    return logs ? (event) => Effect.andThen(tell(event), line(event)) : tell
  })
})

/** What a call came to, as attributes of its span. */
export interface Ended {
  readonly attempts: number
  readonly waited?: Duration.Duration | undefined
}

/** The outcome of a write; undefined after an interruption. */
export const outcomeOf = (operation: Operation, exit: Exit.Exit<unknown, AccountsError>): Outcome | undefined => {
  if (operation.kind === "read") return undefined
  if (Exit.isFailure(exit)) return Option.getOrUndefined(Exit.findErrorOption(exit))?.outcome
  const { existed } = exit.value as { readonly existed?: boolean }
  return existed === true ? operation.notDone : operation.done
}

const endedAttributes = (operation: Operation, exit: Exit.Exit<unknown, AccountsError>): Record<string, unknown> => {
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  const ended: Partial<Ended> | undefined = Exit.isSuccess(exit) ? (exit.value as Partial<Ended>) : error
  const outcome = outcomeOf(operation, exit)
  const attributes = {
    "aptrinsic.outcome": outcome,
    "aptrinsic.reason": error?.reason._tag,
    "aptrinsic.attempts": ended?.attempts,
    "aptrinsic.waited_ms": inMillis(ended?.waited),
  }
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}

/**
 * A tracer that throws must not change what becomes of a call: what has ended in a span ends so, and what has not begun goes without one.
 */
const whatever = <A, E, R>(
  inSpan: (effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>,
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    let ended: Exit.Exit<A, E> | undefined
    const watched = Effect.onExit(effect, (exit) =>
      Effect.sync(() => {
        ended = exit
      }),
    )
    return Effect.catchDefect(inSpan(watched), () => ended ?? effect)
  })

/** Names a call and what it is about in its logs, and by a span when there is a tracer; the span says how it ended. */
export const traced = <A, E extends AccountsError, R>(
  operation: Operation,
  id: string | undefined,
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> => {
  const attributes = id === undefined ? {} : { "aptrinsic.account.id": id }
  return Effect.contextWith((context: Context.Context<never>) =>
    isTraced(context)
      ? whatever(
          (watched) =>
            watched.pipe(
              Effect.onExit((exit) => Effect.annotateCurrentSpan(endedAttributes(operation, exit))),
              Effect.withSpan(`Accounts.${operation.call}`, { attributes }),
            ),
          effect,
        )
      : effect,
  ).pipe(Effect.annotateLogs(attributes))
}

/** What a request says of its account when it is not answered well; a read that does not find one has its answer. */
const errorTypeOf = (answer: Answer, { operation: { kind } }: Request): string | undefined => {
  if (!isReply(answer)) return answer.fault
  if (answer.status < 400 || (kind === "read" && answer.status === 404)) return undefined
  return String(answer.status)
}

const annotate = (span: Tracer.Span, answer: Answer, request: Request): void => {
  if (isReply(answer)) span.attribute("http.response.status_code", kindOf(answer))
  const errorType = errorTypeOf(answer, request)
  if (errorType !== undefined) span.attribute("error.type", errorType)
}

/**
 * Sends a request in a span of ours, named and attributed by OpenTelemetry's conventions. The client's own ends with a response that prints
 * the request's headers, and the API key is one of them.
 */
export const inSpan = (
  request: Request,
  origin: string,
  send: (headers: Readonly<Record<string, string>>) => Effect.Effect<Answer>,
  propagates: boolean,
): Effect.Effect<Answer> =>
  Effect.suspend(() => {
    let answer: Answer | undefined
    let isOut = false
    const { method } = request.operation
    const attributes = { "http.request.method": method, "url.full": `${origin}${request.path}` }
    return Effect.useSpan(method, { kind: "client", attributes }, (span) => {
      const headers = propagates ? HttpTraceContext.toHeaders(span) : {}
      isOut = true
      // What the client tells of itself stands below.
      return Effect.map(Effect.provideService(send(headers), Tracer.ParentSpan, span), (received) => {
        answer = received
        annotate(span, received, request)
        return received
      })
    }).pipe(
      Effect.catchDefect((defect) => {
        if (answer !== undefined) return Effect.succeed(answer)
        return isOut ? Effect.die(defect) : send({})
      }),
    )
  })
