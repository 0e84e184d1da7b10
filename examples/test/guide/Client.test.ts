import { Accounts } from "@effect-aptrinsic/core"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as TestClock from "effect/testing/TestClock"

// Answers in their order, and keeps what was asked.
const scripted = (sent: Array<string>, statuses: Array<number>) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.sync(() => {
        sent.push(request.method)
        return HttpClientResponse.fromWeb(request, new Response(null, { status: statuses.shift() ?? 500 }))
      }),
    ),
  )

it.effect("an answer of 503 is followed by lookups, and then by another POST", () =>
  Effect.gen(function* () {
    const sent: Array<string> = []
    const accounts = Accounts.layer({ apiKey: Redacted.make("a-key-of-px") }).pipe(
      Layer.provide(scripted(sent, [503, 404, 404, 201])),
    )
    const create = Accounts.createAccount({ id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })
    const fiber = yield* Effect.forkChild(Effect.provide(create, accounts))
    yield* TestClock.adjust("2 minutes")
    const { attempts, evidence } = yield* Fiber.join(fiber)
    assert.deepStrictEqual(sent, ["POST", "GET", "GET", "POST"])
    assert.deepStrictEqual({ attempts, evidence }, { attempts: 4, evidence: "answer" })
  }),
)
