/**
 * The `HttpClient` of the program as one of Effect 4: its requests run on the runtime of the caller and end with the scope of core's request.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Runtime from "effect/Runtime"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Context4 from "effect4/Context"
import * as Effect4 from "effect4/Effect"
import * as Headers4 from "effect4/http/Headers"
import * as HttpClient4 from "effect4/http/HttpClient"
import * as HttpClientError4 from "effect4/http/HttpClientError"
import type * as HttpClientRequest4 from "effect4/http/HttpClientRequest"
import type * as HttpClientResponse4 from "effect4/http/HttpClientResponse"
import * as Stream4 from "effect4/Stream"
import { up } from "./crossing.ts"
import { currentSpan } from "./tracer.ts"

/** The runtime of the call that a request belongs to. */
export const Caller = Context4.Reference<Runtime.Runtime<never>>("@effect-aptrinsic/effect3/Caller", {
  defaultValue: () => Runtime.defaultRuntime,
})

const apiKeyHeader = "x-aptrinsic-api-key"

declare const navigator: { readonly userAgent?: string } | undefined

const isDeno = typeof navigator !== "undefined" && navigator.userAgent?.startsWith("Deno/") === true

// Deno's fetch sends a POST a second time by itself when a kept connection breaks, unless it cannot read the body twice: a Blob is such a one.
const sentOnce =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  (input, init) =>
    fetch(
      input,
      init?.body instanceof Uint8Array ? { ...init, body: new Blob([init.body as Uint8Array<ArrayBuffer>]) } : init,
    )

/**
 * What the layer of the client was given to send with, a `Fetch` or a `RequestInit`. It is hidden behind the client, and seen by whatever maps
 * a request before anything else does; that request is interrupted, so that nothing is sent.
 */
const hiddenContext = (client: HttpClient.HttpClient): Effect.Effect<Context.Context<never>> =>
  Effect.suspend(() => {
    let seen = Context.empty()
    const look = Effect.contextWithEffect((context: Context.Context<never>) => {
      seen = context
      return Effect.interrupt
    })
    const looking = HttpClient.mapRequestInputEffect(client, () => look)
    return Effect.map(Effect.exit(looking.execute(HttpClientRequest.get(""))), () => seen)
  })

/** The context of a request: what the program gave, but for redirects, which a fetch would follow to any origin and take the key along. */
const guard =
  (hidden: Context.Context<never>) =>
  (own: Context.Context<never>): Context.Context<never> => {
    const all = Context.merge(hidden, own) as Context.Context<FetchHttpClient.RequestInit | FetchHttpClient.Fetch>
    const guarded = Context.add(own, FetchHttpClient.RequestInit, {
      ...Context.getOrElse(all, FetchHttpClient.RequestInit, () => ({})),
      redirect: "manual",
    })
    if (!isDeno) return guarded
    // oxlint-disable-next-line no-restricted-properties -- the one that the client of the program takes where it was given none
    const fetch = Context.getOrElse(all, FetchHttpClient.Fetch, () => globalThis.fetch)
    return Context.add(guarded, FetchHttpClient.Fetch, sentOnce(fetch))
  }

const requestDown = (request: HttpClientRequest4.HttpClientRequest, url: URL): HttpClientRequest.HttpClientRequest => {
  const { body, headers, method } = request
  const made = HttpClientRequest.make(method as "GET")(url, { headers })
  return body._tag === "Uint8Array"
    ? HttpClientRequest.setBody(made, HttpBody.uint8Array(body.body, body.contentType))
    : made
}

const transportError = (request: HttpClientRequest4.HttpClientRequest, { message, cause = message }: Error) =>
  new HttpClientError4.HttpClientError({
    reason: new HttpClientError4.TransportError({ request, cause, description: message }),
  })

/** A response whose body is read when core reads it: what core reads of one, and no more. */
const responseUp = (
  runtime: Runtime.Runtime<never>,
  request: HttpClientRequest4.HttpClientRequest,
  response: HttpClientResponse.HttpClientResponse,
): HttpClientResponse4.HttpClientResponse => {
  const broken = (error: HttpClientError.ResponseError) => transportError(request, error)
  const body = response.stream.pipe(
    Stream.catchAll((error) => (error.reason === "EmptyBody" ? Stream.empty : Stream.fail(error))),
  )
  const bytes = Stream4.unwrap(
    Effect4.map(up(runtime, Stream.toReadableStreamEffect(body, undefined)), (stream) =>
      Stream4.fromReadableStream({ evaluate: () => stream, onError: (cause) => broken(cause as never) }),
    ),
  )
  return {
    request,
    status: response.status,
    headers: Headers4.fromInput(response.headers),
    text: Effect4.mapError(up(runtime, response.text), broken),
    stream: bytes,
  } as unknown as HttpClientResponse4.HttpClientResponse
}

const errorUp = (
  runtime: Runtime.Runtime<never>,
  request: HttpClientRequest4.HttpClientRequest,
  error: HttpClientError.HttpClientError,
) => {
  if (error._tag === "RequestError") {
    if (error.reason === "Transport") return transportError(request, error)
    return new HttpClientError4.HttpClientError({
      reason: new HttpClientError4.InvalidUrlError({ request, description: error.message }),
    })
  }
  const response = responseUp(runtime, request, error.response)
  return new HttpClientError4.HttpClientError({ reason: new HttpClientError4.StatusCodeError({ request, response }) })
}

export const httpClientUp = (client: HttpClient.HttpClient): Effect.Effect<HttpClient4.HttpClient> =>
  Effect.map(hiddenContext(client), (hidden) => {
    // Its span would end with a response that prints the key; core makes one of the same request.
    const scoped = HttpClient.withScope(HttpClient.withTracerDisabledWhen(client, () => true))
    const guarded = guard(hidden)
    return HttpClient4.make((request, url, signal) =>
      Effect4.contextWith((context: Context4.Context<never>) => {
        const runtime = Context4.get(context, Caller)
        const span = currentSpan(context)
        const execute = Effect.gen(function* () {
          const scope = yield* Scope.make()
          // Core aborts a request whose answer it has no use for any more.
          signal.addEventListener("abort", () => Runtime.runFork(runtime)(Scope.close(scope, Exit.void)), {
            once: true,
          })
          return yield* Effect.provideService(scoped.execute(requestDown(request, url)), Scope.Scope, scope)
        }).pipe(
          Effect.locallyWith(Headers.currentRedactedNames, (names) => [...names, apiKeyHeader]),
          Effect.mapInputContext(guarded),
          (effect) => (span === undefined ? effect : Effect.withParentSpan(effect, span)),
        )
        return up(runtime, execute).pipe(
          Effect4.map((response) => responseUp(runtime, request, response)),
          Effect4.mapError((error) => errorUp(runtime, request, error)),
        )
      }),
    )
  })
