/**
 * A server in the form of an `HttpClient`: each request takes the next answer of a script. For the order of requests
 * and for time; real sockets are tested where a real server is at hand.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Accounts from "../src/Accounts.ts"
import type { Options } from "../src/Options.ts"

export type Step = Response | { readonly code: string } | "never"

export const status = (code: number, body: unknown = "", headers: Record<string, string> = {}): Response =>
  new Response(code === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), { status: code, headers })

/** An error as a client of Node raises it. */
export const fault = (code: string): Step => ({ code })

export const make = (steps: ReadonlyArray<Step>) => {
  const requests: Array<HttpClientRequest> = []
  const client = HttpClient.make((request) =>
    Effect.suspend(() => {
      const step = steps[requests.length] ?? status(500, "the script is over")
      requests.push(request)
      if (step === "never") return Effect.never
      if (step instanceof Response) return Effect.succeed(HttpClientResponse.fromWeb(request, step.clone()))
      const cause = Object.assign(new Error(`connect ${step.code}`), { code: step.code })
      return Effect.fail(
        new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }),
      )
    }),
  )
  const sent = () => requests.map((request) => request.method)
  const layer = (options: Partial<Options> = {}) =>
    Accounts.layer({ apiKey: Redacted.make("key-of-the-test"), ...options }).pipe(
      Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
    )
  return { requests, sent, layer }
}
