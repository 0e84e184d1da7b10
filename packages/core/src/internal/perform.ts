/**
 * One request on the wire: built, bounded in time, its answer read. Whether it may leave and what happens next is decided elsewhere.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { type Answer, headOf, isReply, readReply, type Reply } from "./answer.ts"
import { apiKeyHeader } from "./apiKeyHeader.ts"
import type { Request } from "./request.ts"
import type { Settings } from "./shared/settings.ts"
import { hide, visible } from "./shared/visibleText.ts"
import { inSpan, isTraced } from "./tracing.ts"
import { faultOf } from "./transport.ts"
import { runtime, userAgent } from "./userAgent.ts"

/** Sends a request and bounds it by `timeout` in milliseconds. Never fails: what went wrong is an answer too. */
export type Perform = (request: Request, timeout: number) => Effect.Effect<Answer>

const isStatus = (status: unknown) => Number.isSafeInteger(status) && Number(status) >= 0

const isComplete = (exit: Exit.Exit<Answer>) => Exit.isSuccess(exit) && isReply(exit.value) && exit.value.complete

// Deno's fetch sends a POST a second time by itself when a kept connection breaks before the answer, unless the body is one it cannot
// read twice (measured on 2.9.6: a Blob keeps its Content-Length, a stream does not).
const sentOnce =
  (fetch: typeof FetchHttpClient.Fetch.Service): typeof FetchHttpClient.Fetch.Service =>
  (input, init) =>
    fetch(
      input,
      init?.body instanceof Uint8Array ? { ...init, body: new Blob([init.body as Uint8Array<ArrayBuffer>]) } : init,
    )

const isDeno = runtime.startsWith("Deno/")

/**
 * What the layer of the client was given to send with, a `Fetch` or a `RequestInit` of the user's. It is hidden behind the client, which
 * evaluates its request where it can be seen; that request fails, so that nothing is sent.
 */
const hiddenContext = (client: HttpClient.HttpClient): Effect.Effect<Context.Context<never>> =>
  Effect.suspend(() => {
    let seen = Context.empty() as Context.Context<never>
    const look = Effect.contextWith((context: Context.Context<never>) => {
      seen = context
      const request = HttpClientRequest.get("")
      return Effect.fail(
        new HttpClientError.HttpClientError({ reason: new HttpClientError.InvalidUrlError({ request }) }),
      )
    })
    return Effect.map(Effect.exit(client.postprocess(look)), () => seen)
  })

/** The context of a request: what the user gave, but for redirects and spans. */
const makeGuard =
  (hidden: Context.Context<never>) =>
  (own: Context.Context<never>): Context.Context<never> => {
    const context = Context.merge(hidden, own)
    const guarded = own.pipe(
      // Its span would end with a response that prints the key; `inSpan` makes one of ours.
      Context.add(HttpClient.TracerDisabledWhen, constTrue),
      Context.add(Headers.CurrentRedactedNames, [...Context.get(context, Headers.CurrentRedactedNames), apiKeyHeader]),
      // A fetch would follow a redirect and take the key along to any origin (measured on 301, 302, 303, 307 and 308).
      Context.add(FetchHttpClient.RequestInit, {
        ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
        redirect: "manual",
      }),
    )
    if (!isDeno) return guarded
    return Context.add(guarded, FetchHttpClient.Fetch, sentOnce(Context.get(context, FetchHttpClient.Fetch)))
  }

const encode = (
  base: HttpClientRequest.HttpClientRequest,
  { body, operation: { method }, path }: Request,
  origin: string,
) => {
  const request = HttpClientRequest.setUrl(HttpClientRequest.setMethod(base, method), `${origin}${path}`)
  return body === undefined ? request : HttpClientRequest.bodyText(request, JSON.stringify(body), "application/json")
}

/** A client or a `Fetch` that is given may die of whatever it does, and nobody can tell when. */
const diedOf = (defect: unknown, secret: string): Answer => ({
  fault: "lost",
  detail: `the HTTP client died: ${visible(hide(Predicate.isError(defect) ? defect.message : typeof defect, secret))}`,
})

/** Sends one request and reads its answer as far as it comes. */
const receive = (
  client: HttpClient.HttpClient.With<HttpClientError.HttpClientError, Scope.Scope>,
  request: HttpClientRequest.HttpClientRequest,
  timeout: number,
  secret: string,
  maxAnswer: number | undefined,
): Effect.Effect<Answer> =>
  Effect.suspend(() => {
    // A status that arrived counts, however long its body takes.
    let head: Reply | undefined
    const scope = Scope.makeUnsafe()
    const read = (response: HttpClientResponse) =>
      Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<Answer> => {
        if (!isStatus(response.status)) return Effect.succeed({ fault: "lost", detail: "an answer without a status" })
        head = headOf(response, now)
        return readReply(response, head, maxAnswer)
      })
    return Effect.suspend(() => client.execute(request)).pipe(
      Effect.matchEffect({
        onSuccess: read,
        // A client of the program may fail on a status by itself (`filterStatusOk`): that is still an answer.
        onFailure: (error) =>
          error.response === undefined ? Effect.succeed<Answer>(faultOf(error, secret)) : read(error.response),
      }),
      Effect.catchDefect((defect) => Effect.succeed(head ?? diedOf(defect, secret))),
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () =>
          Effect.succeed<Answer>(head ?? { fault: "timeout", detail: `no answer within ${Math.round(timeout)} ms` }),
      }),
      // A body that is not read to its end would keep its connection, and with it a place in the pool.
      Effect.onExit((exit) => (isComplete(exit) ? Effect.void : Scope.close(scope, exit))),
      Effect.provideService(Scope.Scope, scope),
    )
  })

export const makePerform = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  settings: Settings,
): Effect.fn.Return<Perform> {
  const guard = makeGuard(yield* hiddenContext(client))
  const scoped = HttpClient.withScope(client)
  const secret = Redacted.value(settings.apiKey)
  const base = HttpClientRequest.get(settings.origin).pipe(
    HttpClientRequest.setHeaders({
      accept: "application/json",
      "user-agent": userAgent,
      [apiKeyHeader]: secret,
    }),
  )
  return (request, timeout) =>
    Effect.contextWith((context: Context.Context<never>) => {
      const encoded = encode(base, request, settings.origin)
      const send = (headers: Readonly<Record<string, string>>) =>
        receive(scoped, HttpClientRequest.setHeaders(encoded, headers), timeout, secret, request.maxAnswer)
      // A trace can be propagated without a tracer: from the span of a caller.
      return settings.propagateTrace || isTraced(context)
        ? inSpan(request, settings.origin, send, settings.propagateTrace)
        : receive(scoped, encoded, timeout, secret, request.maxAnswer)
    }).pipe(Effect.updateContext(guard))
})
