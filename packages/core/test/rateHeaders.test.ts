import { assert, describe, it } from "@effect/vitest"
import * as Headers from "effect/http/Headers"
import { readRateHints } from "../src/internal/rateHeaders.ts"

const now = Date.UTC(2026, 0, 1, 12, 0, 0)
const read = (status: number, headers: Record<string, string>) => readRateHints(status, Headers.fromInput(headers), now)

describe("readRateHints", () => {
  it("reads Retry-After in seconds and as a date", () => {
    assert.strictEqual(read(429, { "retry-after": "2" }).retryAfter, 2000)
    assert.strictEqual(read(503, { "retry-after": "120" }).retryAfter, 120_000)
    assert.strictEqual(read(429, { "retry-after": "Thu, 01 Jan 2026 12:00:30 GMT" }).retryAfter, 30_000)
  })

  it("takes a date in the past for now", () => {
    assert.isAtMost(read(429, { "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT" }).retryAfter!, 1)
  })

  it("ignores what is no time", () => {
    for (const value of ["", "soon", "-5", "0x10", "1.5", "2, 2", "NaN"]) {
      assert.isUndefined(read(429, { "retry-after": value }).retryAfter, value)
    }
  })

  it("falls back to the reset of a rate limit on a 429, in every form", () => {
    assert.strictEqual(read(429, { "ratelimit-reset": "3" }).retryAfter, 3000)
    assert.strictEqual(read(429, { "x-ratelimit-reset-after": "4" }).retryAfter, 4000)
    assert.strictEqual(read(429, { "x-ratelimit-reset": String(now / 1000 + 5) }).retryAfter, 5000)
    assert.strictEqual(read(429, { "x-ratelimit-reset": String(now + 6000) }).retryAfter, 6000)
    assert.strictEqual(read(429, { ratelimit: '"default";r=0;t=7' }).retryAfter, 7000)
    assert.strictEqual(read(429, { "retry-after": "1", "ratelimit-reset": "60" }).retryAfter, 1000)
  })

  it("sees a window used up on an answer that was let through", () => {
    assert.strictEqual(read(201, { "ratelimit-remaining": "0", "ratelimit-reset": "1" }).exhaustedFor, 1000)
    assert.strictEqual(read(201, { ratelimit: '"default";r=0;t=2' }).exhaustedFor, 2000)
    assert.isUndefined(read(201, { "ratelimit-remaining": "7", "ratelimit-reset": "1" }).exhaustedFor)
    assert.isUndefined(read(201, {}).exhaustedFor)
  })
})
