/**
 * The sandbox as one HTTP effect: who may ask, which half answers, what was asked and answered.
 */
import { AccountsApi, apiKeyHeader } from "@effect-aptrinsic/core/AccountsApi"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as OpenApi from "effect/http-api/OpenApi"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Control from "../Control.ts"
import { RequestLog } from "../RequestLog.ts"
import * as connection from "./connection.ts"
import * as docs from "./docs.ts"
import { beginning, conceal, CurrentExchange, loggedHeaders, make as makeExchange, outcomeOf } from "./exchange.ts"
import { Gate } from "./gate.ts"
import * as guard from "./guard.ts"
import * as handlers from "./handlers.ts"
import * as page from "./page/page.ts"
import * as pages from "./pages.ts"
import * as responses from "./responses.ts"
import * as unmatched from "./unmatched.ts"

type Request = HttpServerRequest.HttpServerRequest
type Response = HttpServerResponse.HttpServerResponse

// Relative, so that the page calls the host it was loaded from, be it named localhost or 127.0.0.1.
const servers = [{ url: "/", description: "this sandbox" }]

const routes = (shownKey: string | undefined) =>
  Layer.mergeAll(
    handlers.layer,
    Control.layer,
    docs.layer(AccountsApi.annotate(OpenApi.Servers, servers), ""),
    docs.layer(Control.ControlApi, "/sandbox"),
    page.layer(shownKey),
  )

// Paths match as they do in Spring; and an id may be longer than the 100 characters that are the router's default.
const routing = {
  caseSensitive: true,
  ignoreDuplicateSlashes: false,
  ignoreTrailingSlash: false,
  maxParamLength: Number.MAX_SAFE_INTEGER,
}

/** Whether a path belongs to the sandbox. All others belong to the vendor's API, with its key, its limits and the log. */
const isOwn = (path: string) => /^\/(docs|openapi\.json|favicon\.ico|sandbox(\/.*)?)?$/u.test(path)

const isRouteNotFound = (cause: Cause.Cause<unknown>) => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"
}

/** `apiKeys` are kept out of the log; `shownKey` is one that the page may show. */
export const make = Effect.fnUntraced(function* (apiKeys: ReadonlyArray<string>, shownKey: string | undefined) {
  const gate = yield* Gate
  const log = yield* RequestLog
  const routed = yield* Effect.provideService(
    HttpRouter.toHttpEffect(routes(shownKey)),
    HttpRouter.RouterConfig,
    routing,
  )

  const answer = (whenUnmatched: Effect.Effect<Response, never, Request>) =>
    Effect.catchCause(routed, (cause): Effect.Effect<Response, unknown, Request> => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
      if (isRouteNotFound(cause)) return whenUnmatched
      return Effect.andThen(
        Effect.logError("The sandbox failed to handle a request", cause),
        responses.frameworkError(500, "No message available"),
      )
    })

  const answerOwn = answer(unmatched.notFound)

  const answerVendor = answer(
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      gate.pass(headers[apiKeyHeader] ?? "", unmatched.answer),
    ),
  )

  const logged = Effect.fnUntraced(function* <E, R>(request: Request, handler: Effect.Effect<Response, E, R>) {
    const clock = yield* Clock.Clock
    const at = DateTime.makeUnsafe(clock.currentTimeMillisUnsafe())
    const start = clock.monotonicTimeNanosUnsafe()
    const exchange = makeExchange()
    return yield* handler.pipe(
      Effect.provideService(CurrentExchange, exchange),
      Effect.onExit((exit) => {
        const response = Exit.isSuccess(exit) && !connection.isDropped(exit.value) ? exit.value : undefined
        const status = response?.status ?? null
        const presented = request.headers[apiKeyHeader]
        const secrets = presented === undefined ? apiKeys : [...apiKeys, presented]
        const sent = beginning(exchange.sent, secrets)
        const answered = response?.body._tag === "Uint8Array" ? beginning(response.body.body, secrets) : undefined
        return log.record({
          at,
          elapsed: Duration.nanos(clock.monotonicTimeNanosUnsafe() - start),
          method: request.method,
          path: conceal(request.url, secrets),
          accountId: exchange.accountId === null ? null : conceal(exchange.accountId, secrets),
          outcome: exchange.outcome ?? (Exit.isSuccess(exit) ? outcomeOf(status) : "abandoned"),
          status,
          faults: exchange.faults,
          headers: loggedHeaders(request.headers, secrets),
          ...(sent === undefined ? {} : { sent }),
          ...(answered === undefined ? {} : { answered }),
        })
      }),
    )
  })

  const app = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    const objection = guard.objection(request)
    const path = unmatched.pathOf(request)
    const own = isOwn(path)
    const handler =
      objection === undefined ? (own ? answerOwn : answerVendor) : responses.frameworkError(403, objection)
    return Effect.map(own ? Effect.map(handler, pages.own) : logged(request, handler), (response) =>
      pages.protect(response, path),
    )
  })
  return { app }
})
