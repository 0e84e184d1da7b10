import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as RateBudget from "@effect-aptrinsic/core/RateBudget"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { importing } from "./support/importing.ts"
import { account, halted } from "./support/px.ts"

/** The status of a POST at this time, and the seconds that it asks to wait for; `earlier`: how many there were before. */
type Post = (now: number, earlier: number) => readonly [status: number, retryAfter?: number]

const isPost = ({ method }: HttpClientRequest.HttpClientRequest) => method === "POST"

/** Accounts of a PX that takes 20 milliseconds for a request, shows no account, and answers other requests as it does a POST when it is away. */
const accountsOf = (requestsPerSecond: number, post: Post, requestsPerDay = 50_000) => {
  let posts = 0
  let created = 0
  const client = HttpClient.make((request) =>
    Effect.map(Effect.delay(Clock.currentTimeMillis, 20), (now) => {
      const [status, retryAfter] = post(now, posts)
      if (isPost(request)) posts++
      if (isPost(request) && status === 201) created++
      const headers: HeadersInit = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }
      const answered = isPost(request) || status === 503 ? status : 404
      const body = answered === 404 ? '{"errors":[]}' : ""
      return HttpClientResponse.fromWeb(request, new Response(body, { status: answered, headers }))
    }),
  )
  const limits = { requestsPerSecond, requestsPerDay }
  const layer = Accounts.layer({ apiKey: Redacted.make("a-key"), baseUrl: "http://127.0.0.1:1", ...limits })
  return {
    created: () => created,
    layer: Layer.merge(Layer.provide(layer, Layer.succeed(HttpClient.HttpClient, client)), Journal.layerMemory),
  }
}

describe("an import whose requests wait for their turns", () => {
  it.effect.each([1, 5, 10, 50])(
    "waits an outage out, though calls end before their last lookup has its turn: %i a second",
    (rate) =>
      Effect.gen(function* () {
        const { created, layer } = accountsOf(rate, (now) => (now < 300_000 ? [503] : [201]))
        yield* Effect.gen(function* () {
          const { importer, totals } = yield* importing(100, {}, 100)
          assert.isUndefined(importer.halted())
          assert.deepInclude(totals, { Created: 100, InDoubt: 0 })
          const [outage, ...others] = importer.outages()
          assert.deepStrictEqual(others, [])
          assert.closeTo(Duration.toSeconds(outage!.duration), 308, 9)
          assert.strictEqual(outage!.reason, "503")
        }).pipe(Effect.provide(layer))
        assert.strictEqual(created(), 100)
      }),
  )

  it.effect("tries a row again whose call had no time left for a pause, and tells no outage", () =>
    Effect.gen(function* () {
      const firstTwo: ReadonlyArray<ReturnType<Post>> = [[503], [429, 119]]
      const { created, layer } = accountsOf(200, (_, earlier) => firstTwo[earlier] ?? [201])
      yield* Effect.gen(function* () {
        const { importer, totals } = yield* importing(1, {}, 100)
        assert.isUndefined(importer.halted())
        assert.deepInclude(totals, { Created: 1, InDoubt: 0 })
        assert.deepStrictEqual(importer.outages(), [])
        assert.isAtLeast(yield* Clock.currentTimeMillis, 119_000)
      }).pipe(Effect.provide(layer))
      assert.strictEqual(created(), 1)
    }),
  )

  it.effect("halts when PX asks for a pause that is longer than any call may take", () =>
    Effect.gen(function* () {
      const { created, layer } = accountsOf(200, () => [429, 180])
      yield* Effect.gen(function* () {
        const { importer, outcomes } = yield* importing(3, { concurrency: 1 }, 100)
        const halt = halted(importer.halted())
        assert.strictEqual(halt.kind, "RateLimited")
        assert.match(halt.hint, /^Try again after 1970-01-01T00:03:00/)
        assert.deepStrictEqual(outcomes, [])
        assert.isBelow(yield* Clock.currentTimeMillis, 10_000)
      }).pipe(Effect.provide(layer))
      assert.strictEqual(created(), 0)
    }),
  )

  it.effect("sends what is counted for the day, though it lost its turn, when the day is used up", () =>
    Effect.gen(function* () {
      let turns = 0
      let look = Effect.void
      const timeline: RateBudget.Timeline = {
        delay: () => (turns > 0 ? 0 : Number.POSITIVE_INFINITY),
        take: () => ({ level: 0, span: 0, ...(turns-- > 1 ? { until: -1 } : {}) }),
        changed: () => {},
      }
      const pace: RateBudget.SharedPace = {
        open: (_, gate) => {
          look = gate.look
          return timeline
        },
      }
      const { created, layer } = accountsOf(200, () => [201], 1)
      yield* Effect.gen(function* () {
        const importer = yield* Importer.make()
        const rows = [1, 2].map((row) => ({ row, account: account(`a${row}`) }))
        const fiber = yield* Effect.forkChild(importer.importChunk(rows))
        yield* TestClock.adjust(0)
        turns = 2
        yield* look
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(halted(importer.halted()).kind, "DailyQuotaExhausted")
        turns = 1
        yield* look
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(
          (yield* Fiber.join(fiber)).map(({ _tag }) => _tag),
          ["Ended", "NotSent"],
        )
        assert.strictEqual(created(), 1)
      }).pipe(Effect.provide(Layer.provide(layer, Layer.succeed(RateBudget.CurrentPace, pace))))
    }),
  )
})
