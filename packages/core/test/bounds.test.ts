import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { create, created, failed, same, status } from "./scriptedServer.ts"

describe("the bounds of a create", () => {
  it.effect("send an account again only with time for an answer: a second, or a tenth of the call's time", () =>
    Effect.gen(function* () {
      const pausedFor = (seconds: number, totalTimeout: `${number} millis`) =>
        Effect.map(
          create([status(429, "", { "retry-after": String(seconds) }), status(201)], { totalTimeout }),
          (run) => (run.result._tag === "Success" ? "created" : run.result.failure.reason._tag),
        )
      assert.strictEqual(yield* pausedFor(19, "19900 millis"), "RateLimited")
      assert.strictEqual(yield* pausedFor(19, "20100 millis"), "created")
      assert.strictEqual(yield* pausedFor(1, "1100 millis"), "RateLimited")
      assert.strictEqual(yield* pausedFor(1, "1200 millis"), "created")
    }),
  )

  it.effect(
    "leave an account that is known to be absent not created, rather than cast doubt on it in the last moment",
    () =>
      Effect.gen(function* () {
        const late = yield* create(["never", status(404), status(404), "never"], { totalTimeout: "37 seconds" })
        assert.strictEqual(late.sent, "POST GET GET")
        assert.deepInclude(failed(late.result), { outcome: "not created" })
        assert.deepInclude(failed(late.result).reason, { _tag: "Unavailable", detail: "no answer within 30000 ms" })
        const preflight = yield* create(
          ["never", status(404), "never"],
          { totalTimeout: "31 seconds" },
          { preflight: true },
        )
        assert.strictEqual(preflight.sent, "GET GET")
        assert.deepInclude(failed(preflight.result), { outcome: "not created" })
      }),
  )

  it.effect("let a lookup leave in the last moment, since it casts doubt on nothing", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create(["never", same], { totalTimeout: "30300 millis" })
      assert.isTrue(created(result).reconciled)
      assert.strictEqual(sent, "POST GET")
    }),
  )
})
