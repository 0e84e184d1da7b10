import type { Fault } from "@effect-aptrinsic/sandbox/Faults"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { acme, eventually, exchange, get, post, rawRequest, sandbox, statusOf } from "./harness.ts"

const withFault = (fault: Fault) => Effect.provide(sandbox({ faults: [{ ...fault, times: 1 }] }))

const createRaw = Effect.flatMap(rawRequest("POST", "/v1/accounts", { body: acme }), exchange)

const stored = Sandbox.Sandbox.use(({ store }) => store.count)

const bodyOf = (received: string) => received.slice(received.indexOf("\r\n\r\n") + 4)

describe("refusal", () => {
  it.live("answers a 4xx in the framework's shape, and creates nothing", () =>
    Effect.gen(function* () {
      const answer = yield* post(acme)
      assert.strictEqual(answer.status, 409)
      assert.include(answer.json, { status: 409, path: "/v1/accounts" })
      assert.strictEqual(yield* stored, 0)
      assert.strictEqual((yield* post(acme)).status, 201)
    }).pipe(withFault({ fault: "refusal", status: 409 })),
  )

  it.live("answers in HTML, and creates the account nevertheless, when told to", () =>
    Effect.gen(function* () {
      const answer = yield* post(acme)
      assert.strictEqual(answer.status, 403)
      assert.include(answer.headers["content-type"], "text/html")
      assert.include(answer.text, "<!doctype html>")
      assert.strictEqual(yield* stored, 1)
    }).pipe(withFault({ fault: "refusal", status: 403, html: true, committed: true })),
  )
})

describe("redirect", () => {
  it.live("answers with the location, and creates nothing", () =>
    Effect.gen(function* () {
      const { received } = yield* createRaw
      assert.strictEqual(statusOf(received), 307)
      assert.include(received.toLowerCase(), "location: http://127.0.0.1:1/")
      assert.strictEqual(yield* stored, 0)
    }).pipe(withFault({ fault: "redirect", status: 307, location: "http://127.0.0.1:1/" })),
  )
})

describe("captive-portal", () => {
  it.live("answers 200 with a page, and creates nothing", () =>
    Effect.gen(function* () {
      const answer = yield* post(acme)
      assert.strictEqual(answer.status, 200)
      assert.include(answer.text, "Sign in")
      assert.strictEqual(yield* stored, 0)
    }).pipe(withFault({ fault: "captive-portal" })),
  )
})

describe("odd-answer", () => {
  it.live.each([
    ["empty", ""],
    ["malformed", '{"body":'],
    ["array", "[]"],
    ["null", "null"],
  ] as const)("creates the account and answers with the body %s", ([body, text]) =>
    Effect.gen(function* () {
      const answer = yield* post(acme)
      assert.deepInclude(answer, { status: 201, text })
      assert.strictEqual(yield* stored, 1)
    }).pipe(withFault({ fault: "odd-answer", body })),
  )

  it.live("changes the status, and the account that is read", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      assert.strictEqual((yield* post(acme)).status, 202)
      yield* faults.set([{ fault: "odd-answer", body: "other-id", method: "GET" }])
      assert.deepInclude((yield* get("acme")).json, { id: "another" })
    }).pipe(withFault({ fault: "odd-answer", status: 202 })),
  )
})

describe("truncated-answer", () => {
  it.live.each([false, true])("creates the account and breaks off in the answer (in chunks: %s)", (chunked) =>
    Effect.gen(function* () {
      const { received } = yield* createRaw
      assert.strictEqual(statusOf(received), 201)
      assert.strictEqual(/^transfer-encoding: chunked/imu.test(received), chunked)
      const [, length] = /^content-length: (\d+)/imu.exec(received) ?? []
      if (!chunked) assert.isBelow(bodyOf(received).length, Number(length))
      assert.isFalse(received.endsWith("0\r\n\r\n"))
      assert.strictEqual(yield* stored, 1)
    }).pipe(withFault({ fault: "truncated-answer", chunked })),
  )
})

describe("corrupt-gzip", () => {
  it.live("creates the account and claims to answer in gzip", () =>
    Effect.gen(function* () {
      const { received } = yield* createRaw
      assert.match(received, /^content-encoding: gzip/imu)
      assert.include(bodyOf(received), "this is not gzip")
      assert.strictEqual(yield* stored, 1)
    }).pipe(withFault({ fault: "corrupt-gzip" })),
  )
})

describe.each(["stalled-answer", "endless-answer", "no-answer"] as const)("%s", (fault) => {
  it.live("never comes to an end, and leaves other requests alone", () =>
    Effect.gen(function* () {
      const others = eventually(Effect.map(Effect.orDie(stored), (accounts) => accounts === 1)).pipe(
        Effect.andThen(get("acme")),
        Effect.tap(Effect.sleep("150 millis")),
      )
      assert.deepInclude(yield* Effect.raceFirst(createRaw, others), { status: 200 })
    }).pipe(withFault(fault === "no-answer" ? { fault, committed: true } : { fault })),
  )
})
