import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { Fault } from "@effect-aptrinsic/sandbox/Faults"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { accounts } from "./support/px.ts"
import { layerHttpClient, layerHttpServer } from "./support/runtime.ts"

const settings = { settleDelay: "1 millis", attemptTimeout: "9 minutes", totalTimeout: "10 minutes" } as const

const layer = Layer.unwrap(
  Effect.map(Sandbox.Sandbox, ({ apiKey, url }) => Accounts.layer({ apiKey, baseUrl: url, ...settings })),
).pipe(
  Layer.provide(layerHttpClient()),
  Layer.provideMerge(Sandbox.layer().pipe(Layer.provide(layerHttpServer()))),
  Layer.orDie,
)

const lost: Fault = { fault: "drop-after-commit", method: "POST", times: 1 }

describe("an import whose journal does not answer in the time of a call", () => {
  it.effect.each([
    { what: "that was not sent", faults: [], request: 1, methods: "POST" },
    { what: "that may have been created", faults: [lost], request: 2, methods: "POST GET" },
  ])("goes on with a row $what once it answers", ({ faults, methods, request }) =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.faults.set(faults)
      const asked: Array<true> = []
      const mayLeave = Effect.suspend(() => (asked.push(true) === request ? Effect.never : Effect.succeed(true)))
      const journal = Journal.Journal.of({ ...(yield* Journal.makeMemory), mayLeave })
      const importer = yield* Effect.provideService(Importer.make(), Journal.Journal, journal)
      const rows = accounts(1).map((account) => ({ row: 1, account }))
      const fiber = yield* Effect.forkChild(importer.importChunk(rows))
      // Steps that are far shorter than an attempt may take: the clock does not outrun the answers.
      const tick = TestClock.adjust("1 millis")
      while (asked.length < request) yield* tick
      yield* TestClock.adjust(settings.totalTimeout)
      while (fiber.pollUnsafe() === undefined) yield* tick
      const results = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        results.map((result) => (result._tag === "Ended" ? result.outcome._tag : result._tag)),
        ["Created"],
      )
      const sent = (yield* sandbox.log.entries()).map(({ method }) => method)
      assert.strictEqual(sent.join(" "), methods)
    }).pipe(Effect.provide(layer)),
  )
})
