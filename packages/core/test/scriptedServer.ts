/**
 * A server in the form of an `HttpClient`: each request takes the next answer of a script. For the order of requests
 * and for time; real sockets are tested where a real server is at hand.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import type { NewAccount } from "../src/Account.ts"
import * as Accounts from "../src/Accounts.ts"
import type { AccountsError } from "../src/AccountsError.ts"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import type { CreateOptions, Options } from "../src/Options.ts"

export type Step = Response | { readonly code: string } | { readonly GET: Response; readonly POST: Response } | "never"

export const status = (code: number, body: unknown = "", headers: Record<string, string> = {}): Response =>
  new Response(code === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), { status: code, headers })

/** An error as a client of Node raises it. */
export const fault = (code: string): Step => ({ code })

export const make = (steps: ReadonlyArray<Step>) => {
  const requests: Array<HttpClientRequest> = []
  const httpClient = HttpClient.make((request) =>
    Effect.suspend(() => {
      const next = steps[requests.length] ?? status(500, "the script is over")
      const step = typeof next === "object" && "GET" in next ? next[request.method as "GET" | "POST"] : next
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
  const client = Layer.succeed(HttpClient.HttpClient, httpClient)
  const layer = (options: Partial<Options> = {}) =>
    Accounts.layer({ apiKey: Redacted.make("key-of-the-test"), ...options }).pipe(Layer.provide(client))
  return { requests, sent, client, layer }
}

export const account: NewAccount = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"], plan: "pro" }
export const same = status(200, {
  ...account,
  website: "",
  numberOfEmployees: 0,
  customAttributes: null,
  createDate: 1,
})
export const other = status(200, { ...account, plan: "free" })

/** Runs a create against a script, an hour of virtual time long. */
export const create = Effect.fnUntraced(function* (
  steps: ReadonlyArray<Step>,
  options?: Partial<Options>,
  createOptions?: CreateOptions,
) {
  const server = make(steps)
  const accounts = yield* Layer.build(server.layer(options))
  const events: Array<string> = []
  const fiber = yield* Accounts.createAccount(account, createOptions).pipe(
    AccountsEvent.observe((event) => Effect.sync(() => void events.push(`${event._tag} ${event.request}`))),
    Effect.provide(accounts),
    Effect.result,
    Effect.forkChild,
  )
  yield* TestClock.adjust("1 hour")
  const result = yield* Fiber.join(fiber)
  return { ...server, result, events, sent: server.sent().join(" ") }
})

export const created = (result: Effect.Success<ReturnType<typeof create>>["result"]) => {
  assert(result._tag === "Success", `failed: ${result._tag === "Failure" ? result.failure.message : ""}`)
  return result.success
}
export const failed = (result: Effect.Success<ReturnType<typeof create>>["result"]): AccountsError => {
  assert(result._tag === "Failure", "succeeded")
  return result.failure
}
