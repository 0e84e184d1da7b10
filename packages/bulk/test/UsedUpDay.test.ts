import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import { accounts, halted } from "./support/px.ts"
import { layerHttpClient, layerHttpServer } from "./support/runtime.ts"

/** A sandbox, and a client with a quota of one request. */
const layer = Layer.unwrap(
  Effect.map(Sandbox.Sandbox, ({ apiKey, url }) => Accounts.layer({ apiKey, baseUrl: url, requestsPerDay: 1 })),
).pipe(
  Layer.provide(layerHttpClient()),
  Layer.provideMerge(Sandbox.layer().pipe(Layer.provide(layerHttpServer()))),
  Layer.orDie,
)

describe("an import that uses the day up", () => {
  it.live("sends the request that is counted and about to leave when the next one is refused, and halts", () =>
    Effect.gen(function* () {
      const answer = yield* Latch.make()
      const memory = yield* Journal.makeMemory
      const journal = Journal.Journal.of({ ...memory, mayLeave: Effect.as(answer.await, true) })
      const importer = yield* Effect.provideService(Importer.make(), Journal.Journal, journal)
      const rows = accounts(2).map((account, index) => ({ row: index + 1, account }))
      const fiber = yield* Effect.forkChild(importer.importChunk(rows))
      while (importer.halted() === undefined) yield* Effect.yieldNow
      yield* answer.open
      const results = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        results.map((result) => (result._tag === "Ended" ? result.outcome._tag : result._tag)),
        ["Created", "NotSent"],
      )
      assert.strictEqual(halted(importer.halted()).error?.reason._tag, "DailyQuotaExhausted")
      assert.strictEqual((yield* (yield* Sandbox.Sandbox).log.counters).total, 1)
    }).pipe(Effect.provide(layer)),
  )
})
