/** The page of an import while it runs, on loopback: a page without numbers, and events with all of them for those that have the token. */
import type { ImportSummary } from "@effect-aptrinsic/bulk/ImportSummary"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { shown } from "../output/shown.ts"
import { page, policy } from "./document.ts"
import { hasToken, isOurs, makeToken } from "./guard.ts"
import { stamp } from "./stamp.ts"

export interface Live<E> {
  readonly summary: Effect.Effect<ImportSummary, E>
  /** What keeps the run from going on at a moment, in words. */
  readonly waiting: (now: number) => string | undefined
  /** Does what Ctrl-C does. */
  readonly stop: Effect.Effect<void>
}

const headers = {
  "cache-control": "no-store",
  "content-security-policy": `${policy("'self'")}; frame-ancestors 'none'`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
}

/**
 * Milliseconds between two looks; a look that took long is followed by a longer rest, so that they take a hundredth of the time, or a few where the
 * machine is so busy that a page would seem to stand still.
 */
const [shortest, longest] = [1000, 4000]
const restPerLook = 100

/** Pages that may watch at once: a browser has six connections for all of them, and the button that stops the import needs one. */
const maxPages = 5

const encoder = new TextEncoder()

/** The page without its numbers: nothing of it is secret. */
const shell = HttpServerResponse.setHeaders(HttpServerResponse.html(page({ kind: "live" }, "'self'")), headers)

/** The newest event. However many pages watch, one look serves all of them. */
const makeNews = <E>({ summary, waiting }: Live<E>) => {
  let [text, next] = ["", 0]
  const look = Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const start = clock.monotonicTimeNanosUnsafe()
    const carried = {
      kind: "report",
      made: yield* stamp,
      summary: shown(yield* summary),
      waiting: waiting(clock.currentTimeMillisUnsafe()),
    }
    // Its times are text in JSON.
    text = `data: ${JSON.stringify(carried)}\n\n`
    const took = Number(clock.monotonicTimeNanosUnsafe() - start) / 1e6
    next = clock.currentTimeMillisUnsafe() + Math.min(longest, Math.max(shortest, took * restPerLook))
    return text
  })
  const recent = Effect.flatMap(Clock.currentTimeMillis, (now) => (now < next ? Effect.succeed(text) : look))
  return { look, recent }
}

/** Serves the page for the time of the scope, and tells its address; at the end each page is told the last news. */
export const serve = Effect.fnUntraced(function* <E>(live: Live<E>) {
  const { address } = yield* HttpServer.HttpServer
  const port = "port" in address ? address.port : 0
  const token = makeToken()
  const [done, drained] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const { look, recent } = makeNews(live)
  let [watching, isOver] = [0, false]
  const leave = Effect.suspend(() => {
    watching--
    return isOver && watching === 0 ? Deferred.succeed(drained, undefined) : Effect.void
  })
  const events = Effect.sync(() => {
    if (watching >= maxPages) return HttpServerResponse.text("Too many pages watch already.", { status: 429, headers })
    watching++
    const news = Stream.fromEffectSchedule(recent, Schedule.spaced(shortest)).pipe(
      Stream.interruptWhen(Deferred.await(done)),
      Stream.concat(Stream.fromEffect(look)),
      Stream.map((event) => encoder.encode(event)),
      Stream.ensuring(leave),
    )
    return HttpServerResponse.stream(news, { headers, contentType: "text/event-stream" })
  })
  const stop = Effect.as(
    Effect.forkDetach(Effect.delay(live.stop, "50 millis")),
    HttpServerResponse.empty({ status: 202, headers }),
  )
  const app = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    if (!isOurs(request, port)) return Effect.succeed(HttpServerResponse.empty({ status: 403, headers }))
    const asked = `${request.method} ${request.url}`
    if (asked === "GET /") return Effect.succeed(shell)
    if (!["GET /events", "POST /stop"].includes(asked)) {
      return Effect.succeed(HttpServerResponse.empty({ status: 404, headers }))
    }
    if (!hasToken(request, token)) return Effect.succeed(HttpServerResponse.empty({ status: 401, headers }))
    return asked === "GET /events" ? events : stop
  })
  yield* HttpServer.serveEffect(app)
  yield* Effect.addFinalizer(() =>
    Effect.gen(function* () {
      isOver = true
      yield* Deferred.succeed(done, undefined)
      if (watching > 0) yield* Effect.ignore(Effect.timeout(Deferred.await(drained), "5 seconds"))
    }),
  )
  return `http://127.0.0.1:${port}/#${token}`
})
