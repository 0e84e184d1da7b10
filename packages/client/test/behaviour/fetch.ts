/**
 * The client of a test of core as a fetch.
 */
import { webResponseOf } from "@effect-aptrinsic/core/test/bridged"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Scope from "effect/Scope"

const requestOf = (url: string, { body, headers, method }: RequestInit) => {
  const given = Object.fromEntries(new Headers(headers))
  const request = HttpClientRequest.make(method as "GET")(url, { headers: given })
  return body instanceof Uint8Array
    ? HttpClientRequest.bodyUint8Array(request, body, given["content-type"] ?? "")
    : request
}

export const fetchOf = (client: HttpClient.HttpClient, services: Context.Context<never>): typeof globalThis.fetch => {
  const scoped = HttpClient.withScope(client)
  return (url, init = {}) => {
    const scope = Scope.makeUnsafe()
    const { body: _body, headers: _headers, method: _method, signal, ...rest } = init
    signal?.addEventListener("abort", () => void Effect.runFork(Scope.close(scope, Exit.void)))
    const sent = Effect.suspend(() => scoped.execute(requestOf(String(url), init))).pipe(
      Effect.catchIf(
        (error) => error.response !== undefined,
        (error) => Effect.succeed(error.response!),
      ),
      Effect.map(webResponseOf),
      // What a fetch rejects with.
      Effect.mapError(({ reason }) => ("cause" in reason ? reason.cause : reason)),
      Effect.provideService(Scope.Scope, scope),
      Effect.provideService(FetchHttpClient.RequestInit, rest),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    )
    return Effect.runPromiseWith(services)(sent, { signal: signal ?? undefined })
  }
}
