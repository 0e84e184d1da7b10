import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Accounts from "../src/Accounts.ts"
import { account, create, same, status } from "./scriptedServer.ts"

const over = (client: HttpClient.HttpClient) =>
  Accounts.layer({ apiKey: Redacted.make("canary-of-one") }).pipe(
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
  )

/** The history of a create whose every request ends in this way. */
const historyOf = (answer: (request: HttpClientRequest) => Effect.Effect<HttpClientResponse.HttpClientResponse>) =>
  Accounts.createAccount(account, { totalTimeout: "20 millis" }).pipe(
    Effect.provide(over(HttpClient.make(answer))),
    Effect.flip,
    Effect.map(({ history, outcome }) => ({ outcome, answer: history[0]?.answer })),
  )

describe("a request", () => {
  it.effect("asks for JSON, and has a body only where it creates", () =>
    Effect.gen(function* () {
      const { requests } = yield* create([status(503), same])
      assert.deepStrictEqual(
        requests.map(({ body, headers, method }) => [method, headers["accept"], body._tag]),
        [
          ["POST", "application/json", "Uint8Array"],
          ["GET", "application/json", "Empty"],
        ],
      )
    }),
  )

  it.effect("hides the key from a client that prints it, with whatever else is to be hidden", () =>
    Effect.gen(function* () {
      const printed: Array<string> = []
      const client = HttpClient.make((request) =>
        Effect.sync(() => {
          printed.push(inspect(request.headers), JSON.stringify(request.headers))
          return HttpClientResponse.fromWeb(request, status(201))
        }),
      )
      yield* Accounts.createAccount(account).pipe(
        Effect.provide(over(client)),
        Effect.provideService(Headers.CurrentRedactedNames, ["user-agent"]),
      )
      assert.lengthOf(printed, 2)
      for (const text of printed) {
        assert.include(text, "x-aptrinsic-api-key")
        assert.notInclude(text, "canary")
        assert.notInclude(text, "effect-aptrinsic/")
      }
    }),
  )

  it.live("is not known to have been answered when there is no status, or the client died", () =>
    Effect.gen(function* () {
      const withStatus = (code: number) => (request: HttpClientRequest) =>
        Effect.succeed(
          HttpClientResponse.fromWeb(request, Object.defineProperty(status(200), "status", { value: code })),
        )
      const none = { outcome: "unknown", answer: "lost: an answer without a status" } as const
      assert.deepStrictEqual(yield* historyOf(withStatus(-1)), none)
      assert.deepStrictEqual(yield* historyOf(withStatus(2.5)), none)
      assert.deepStrictEqual(yield* historyOf(withStatus(0)), { outcome: "unknown", answer: "0" })
      const died = { outcome: "unknown", answer: "lost: the HTTP client died: no canary" } as const
      assert.deepStrictEqual(yield* historyOf(() => Effect.die(new Error("no canary"))), died)
      assert.deepStrictEqual(yield* historyOf(() => Effect.die(7)), {
        outcome: "unknown",
        answer: "lost: the HTTP client died: number",
      })
    }),
  )

  it.effect("lets go of its connection when the answer broke off, and of no other", () =>
    Effect.gen(function* () {
      const brokenOff = new Response(new ReadableStream({ pull: (queue) => queue.error(new Error("closed")) }))
      const signals: Array<AbortSignal> = []
      const client = HttpClient.make((request, _, signal) =>
        Effect.sync(() => {
          signals.push(signal)
          const { body } = signals.length === 1 ? brokenOff : same.clone()
          return HttpClientResponse.fromWeb(request, new Response(body, { status: signals.length === 1 ? 201 : 200 }))
        }),
      )
      const { reconciled } = yield* Effect.provide(Accounts.createAccount(account), over(client))
      assert.isTrue(reconciled)
      assert.deepStrictEqual(
        signals.map(({ aborted }) => aborted),
        [true, false],
      )
    }),
  )

  it.effect("gives a fetch a body that it can send once on Deno, and as it is elsewhere", () =>
    Effect.gen(function* () {
      const bodies: Array<unknown> = []
      const fetch: typeof globalThis.fetch = (_, init) => {
        bodies.push(init?.body)
        return Promise.resolve(status(201))
      }
      const client = FetchHttpClient.layer.pipe(Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)))
      const layer = Accounts.layer({ apiKey: Redacted.make("canary-of-one") }).pipe(Layer.provide(client))
      yield* Effect.provide(Accounts.createAccount(account), layer)
      const [body] = bodies
      assert.strictEqual(body instanceof Blob, "Deno" in globalThis)
      const text = yield* Effect.promise(() => new Response(body as BodyInit).text())
      assert.deepStrictEqual(JSON.parse(text), account)
    }),
  )
})
