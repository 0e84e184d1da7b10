/**
 * The client of a test of core as one of `@effect/platform`.
 */
import { webResponseOf } from "@effect-aptrinsic/core/test/bridged"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Context4 from "effect4/Context"
import * as Effect4 from "effect4/Effect"
import * as Exit4 from "effect4/Exit"
import * as FetchHttpClient4 from "effect4/http/FetchHttpClient"
import * as Headers4 from "effect4/http/Headers"
import type * as HttpClient4 from "effect4/http/HttpClient"
import * as HttpClient4Module from "effect4/http/HttpClient"
import type * as HttpClientError4 from "effect4/http/HttpClientError"
import * as HttpClientRequest4 from "effect4/http/HttpClientRequest"
import type * as HttpClientResponse4 from "effect4/http/HttpClientResponse"
import * as Scope4 from "effect4/Scope"
import { down } from "../../src/internal/bridge/crossing.ts"

/** The services of the test that makes a call. */
export const Services4 = FiberRef.unsafeMake<Context4.Context<never>>(Context4.empty())

const requestUp = ({ body, headers, method }: HttpClientRequest.HttpClientRequest, url: URL) => {
  const request = HttpClientRequest4.make(method as "GET")(url, { headers })
  return body._tag === "Uint8Array" ? HttpClientRequest4.bodyUint8Array(request, body.body, body.contentType) : request
}

const responseDown = (
  request: HttpClientRequest.HttpClientRequest,
  response: HttpClientResponse4.HttpClientResponse,
): HttpClientResponse.HttpClientResponse => HttpClientResponse.fromWeb(request, webResponseOf(response))

const errorDown = (request: HttpClientRequest.HttpClientRequest, error: HttpClientError4.HttpClientError) => {
  if (error.response !== undefined) {
    return new HttpClientError.ResponseError({
      request,
      response: responseDown(request, error.response),
      reason: "StatusCode",
    })
  }
  const { _tag, cause } = error.reason
  return new HttpClientError.RequestError({
    request,
    reason: _tag === "InvalidUrlError" ? "InvalidUrl" : "Transport",
    cause,
    ...("description" in error.reason && error.reason.description !== undefined
      ? { description: error.reason.description }
      : {}),
  })
}

/** What Effect 3 says of how a request is to be sent, for the client of the test. */
const servicesUp = Effect.gen(function* () {
  const services = yield* FiberRef.get(Services4)
  const own = yield* Effect.context<never>()
  const redacted = yield* FiberRef.get(Headers.currentRedactedNames)
  const init = Context.getOption(own, FetchHttpClient.RequestInit as never)
  return services.pipe(
    Context4.add(Headers4.CurrentRedactedNames, [
      ...Context4.get(services, Headers4.CurrentRedactedNames),
      ...redacted,
    ]),
    Context4.add(HttpClient4Module.TracerDisabledWhen, () => true),
    Context4.add(FetchHttpClient4.RequestInit, {
      ...Context4.getOrUndefined(services, FetchHttpClient4.RequestInit),
      ...(init._tag === "Some" ? (init.value as RequestInit) : {}),
    }),
  )
})

export const httpClientDown = (client: HttpClient4.HttpClient): HttpClient.HttpClient => {
  const scoped = HttpClient4Module.withScope(client)
  return HttpClient.make((request, url, signal) =>
    Effect.gen(function* () {
      const services = yield* servicesUp
      const scope = Scope4.makeUnsafe()
      signal.addEventListener("abort", () => void Effect4.runFork(Scope4.close(scope, Exit4.void)))
      const sent = Effect4.suspend(() => scoped.execute(requestUp(request, url))).pipe(
        Effect4.provideService(Scope4.Scope, scope),
      )
      return yield* down(services, sent).pipe(
        Effect.map((response) => responseDown(request, response)),
        Effect.mapError((error) => errorDown(request, error)),
      )
    }),
  )
}
