import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { FieldChange, Row, RowResult } from "@effect-aptrinsic/bulk/Row"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as RateBudget from "@effect-aptrinsic/core/RateBudget"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { account } from "./support/px.ts"

/** A status, and the headers and the body that come with it; a body of `null` breaks off. */
type Answer = readonly [status: number, headers?: Readonly<Record<string, string>>, body?: string | null]

/** What PX answers to `POST`, `GET a1` and the like. */
type Px = (request: string, writesBefore: number) => Answer

/** A pause that is longer than any of these tests. */
const paused: Answer = [429, { "retry-after": "500" }]
const absent: Answer = [404, {}, '{"errors":[]}']
const holding = (plan: string): Answer => [200, {}, JSON.stringify({ ...account("a1"), plan })]

const brokenOff = () => new ReadableStream({ start: (controller) => controller.error(new Error("cut")) })

/** Milliseconds that PX takes for an answer. */
const latency = 100

const accountsOf = (px: Px) => {
  let writes = 0
  const client = HttpClient.make((request) => {
    const name =
      request.method === "POST" ? "POST" : `${request.method} ${new URL(request.url).pathname.split("/").at(-1)}`
    const [status, headers = {}, body = ""] = px(name, writes)
    if (request.method !== "GET") writes++
    const response = () => new Response(body === null ? brokenOff() : body, { status, headers })
    return Effect.delay(
      Effect.sync(() => HttpClientResponse.fromWeb(request, response())),
      latency,
    )
  })
  const options = { apiKey: Redacted.make("a-key"), baseUrl: "http://127.0.0.1:1", totalTimeout: "10 minutes" } as const
  const accounts = Layer.provide(Accounts.layer(options), Layer.succeed(HttpClient.HttpClient, client))
  return { writes: () => writes, layer: Layer.merge(accounts, Journal.layerMemory) }
}

const create: Row = { row: 1, account: account("a1") }
const fields: ReadonlyArray<FieldChange> = [{ path: "plan", from: "free", to: "pro" }]
const update: Row = { row: 1, id: "a1", changes: { plan: "pro" }, fields }

interface Case {
  readonly rows: ReadonlyArray<Row>
  readonly options?: Importer.Options
  readonly px: Px
  /** When it is stopped, in milliseconds. */
  readonly at: number
  /** The first row was sent by somebody who did not learn its end. */
  readonly isInDoubt?: boolean
  /** Requests that have a turn; any number by default. */
  readonly turns?: number
  /** Turns are lost before a request is ready. */
  readonly isLate?: boolean
  readonly ends: ReadonlyArray<string>
}

const cases: Readonly<Record<string, Case>> = {
  "lets go of a create that lost its turn, and waits for another one": {
    rows: [create],
    px: () => [201],
    at: 60_000,
    turns: 1,
    isLate: true,
    ends: ["NotSent"],
  },
  "leaves a create in doubt that waits for the turn of its next lookup": {
    rows: [create],
    px: (request) => (request === "POST" ? [503] : absent),
    at: 60_000,
    turns: 2,
    ends: ["InDoubt"],
  },
  "leaves a create in doubt that waits for the turn of its next POST": {
    rows: [create],
    px: (request) => (request === "POST" ? [503] : absent),
    at: 60_000,
    turns: 3,
    ends: ["InDoubt"],
  },
  "lets go of an update that was read and waits for the turn of its PUT": {
    rows: [update],
    options: { verify: true },
    px: () => holding("free"),
    at: 1_000,
    turns: 1,
    ends: ["NotSent"],
  },
  "leaves an update in doubt whose PUT was lost, though another one was refused": {
    rows: [update],
    px: (request, writes) => (request.startsWith("GET") ? holding("free") : writes === 0 ? [503] : paused),
    at: 10_000,
    ends: ["InDoubt"],
  },
  "leaves an update in doubt that was tried several times": {
    rows: [update],
    options: { maxAttempts: 1 },
    px: (request, writes) => (writes < 3 ? [503] : request.startsWith("GET") ? holding("free") : paused),
    at: 120_000,
    ends: ["InDoubt"],
  },
  "leaves an update in doubt that somebody sent before": {
    rows: [update],
    options: { verify: true },
    px: (request) => (request.startsWith("GET") ? holding("free") : paused),
    at: 5_000,
    isInDoubt: true,
    ends: ["InDoubt"],
  },
  "leaves a create in doubt whose first POST was lost and whose second one was refused as a bad one": {
    rows: [create],
    px: (request, writes) => (request !== "POST" ? absent : writes === 0 ? [503] : [400, {}, "{}"]),
    at: 20_000,
    ends: ["InDoubt"],
  },
  "leaves a create in doubt that somebody sent before, and whose POST was refused as a bad one": {
    rows: [create],
    px: (request) => (request === "POST" ? [400, {}, "{}"] : absent),
    at: 60_000,
    isInDoubt: true,
    ends: ["InDoubt"],
  },
  "takes a create for done that PX answered, though what confirms it waits for its turn": {
    rows: [create],
    px: () => [201, {}, null],
    at: 1_000,
    turns: 1,
    ends: ["Created"],
  },
  "takes a create for done whose answer comes after the stop, and says that the window is used up": {
    rows: [create],
    px: () => [201, { "x-ratelimit-limit": "200", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" }, "{}"],
    at: 0,
    ends: ["Created"],
  },
  "lets go of rows of one id that wait for one another in a pause": {
    rows: [1, 2, 3].map((row) => ({ row, account: account(row < 3 ? "a1" : "a3") })),
    options: { concurrency: 1 },
    px: () => paused,
    at: 3_000,
    ends: ["NotSent", "NotSent", "NotSent"],
  },
  "leaves in doubt what an outage befell, and lets go of the others": {
    rows: [1, 2, 3].map((row) => ({ row, account: account(`a${row}`) })),
    options: { concurrency: 2 },
    px: () => [503, { "retry-after": "60" }],
    at: 100_000,
    ends: ["InDoubt", "InDoubt", "NotSent"],
  },
}

const paceOf = (turns: number, isLate: boolean): RateBudget.SharedPace => {
  let left = turns
  const timeline: RateBudget.Timeline = {
    delay: () => (left > 0 ? 0 : Number.POSITIVE_INFINITY),
    take: () => {
      left--
      return { level: 0, span: 0, ...(isLate ? { until: -1 } : {}) }
    },
    changed: () => {},
  }
  return { open: () => timeline }
}

const endsOf = (results: ReadonlyArray<RowResult>) =>
  results.map((result) => (result._tag === "Ended" ? result.outcome._tag : result._tag))

const passing = (milliseconds: number) =>
  Effect.forEach(Array.from({ length: milliseconds / latency }), () => TestClock.adjust(latency), { discard: true })

describe("an import that is stopped", () => {
  it.effect.each(Object.keys(cases))("%s", (name) =>
    Effect.gen(function* () {
      const { at, ends, isInDoubt = false, isLate = false, options, px, rows, turns } = cases[name]!
      const { layer, writes } = accountsOf(px)
      const pace = turns === undefined ? undefined : paceOf(turns, isLate)
      yield* Effect.gen(function* () {
        const { sent } = yield* Journal.Journal
        if (isInDoubt) yield* sent({ row: 1, id: "a1" }, rows[0] === update ? fields : undefined)
        const importer = yield* Importer.make(options)
        const fiber = yield* Effect.forkChild(importer.importChunk(rows))
        yield* TestClock.adjust(0)
        yield* passing(at)
        yield* importer.stop
        const [from, before] = [yield* Clock.currentTimeMillis, writes()]
        while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(latency)
        // Nothing is awaited but an answer.
        assert.isAtMost((yield* Clock.currentTimeMillis) - from, latency)
        assert.strictEqual(writes(), before)
        assert.deepStrictEqual(endsOf(yield* Fiber.join(fiber)), ends)
      }).pipe(Effect.provide(Layer.provide(layer, Layer.succeed(RateBudget.CurrentPace, pace))))
    }),
  )
})

describe("an update that may have been done", () => {
  it.effect.each([400, 403])(
    "is found done by the read before it is sent again, which PX would refuse with %i",
    (status) =>
      Effect.gen(function* () {
        const { layer, writes } = accountsOf((request) =>
          request.startsWith("GET") ? holding("pro") : [status, {}, "{}"],
        )
        yield* Effect.gen(function* () {
          yield* (yield* Journal.Journal).sent({ row: 1, id: "a1" }, fields)
          const importer = yield* Importer.make({ verify: true })
          const fiber = yield* Effect.forkChild(importer.importChunk([update]))
          yield* passing(10_000)
          assert.deepStrictEqual(endsOf(yield* Fiber.join(fiber)), ["Updated"])
          assert.strictEqual(writes(), 0)
        }).pipe(Effect.provide(layer))
      }),
  )
})
