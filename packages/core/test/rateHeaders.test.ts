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

  it("ignores a wait of nothing and a date in the past, which say no more than the status", () => {
    assert.isUndefined(read(429, { "retry-after": "0" }).retryAfter)
    assert.isUndefined(read(429, { "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT" }).retryAfter)
    assert.strictEqual(read(429, { "retry-after": "0", "ratelimit-reset": "2" }).retryAfter, 2000)
  })

  it("waits a century at the most, which is still a date", () => {
    const century = 100 * 365 * 86_400_000
    assert.strictEqual(read(429, { "retry-after": "99999999999999" }).retryAfter, century)
    assert.strictEqual(read(429, { "ratelimit-reset": "999999999999999" }).retryAfter, century)
  })

  it("believes a header on an answer that was let through for a minute", () => {
    assert.strictEqual(read(201, { "ratelimit-remaining": "0", "ratelimit-reset": "60" }).exhaustedFor, 60_000)
    assert.strictEqual(read(201, { "ratelimit-remaining": "0", "ratelimit-reset": "999999999" }).exhaustedFor, 60_000)
  })

  it("ignores what is not a time", () => {
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

  it("takes a reset for seconds left up to a billion, for a second of the epoch up to a hundred billion, else for a millisecond", () => {
    const reset = (value: number) => read(429, { "ratelimit-reset": String(value) }).retryAfter
    assert.strictEqual(reset(1e9), 1e12)
    assert.strictEqual(reset(now / 1000 + 1), 1000)
    assert.strictEqual(reset(1e11), 100 * 365 * 86_400_000)
    assert.strictEqual(reset(now + 2), 2)
  })

  it("waits for nothing when the reset is in the past", () => {
    assert.isUndefined(read(429, { "ratelimit-reset": String(now / 1000 - 5) }).retryAfter)
    assert.isUndefined(read(201, { "ratelimit-remaining": "0", "ratelimit-reset": "1700000000" }).exhaustedFor)
  })

  it("ignores a reset that is not a whole number, and one that no clock will ever show", () => {
    for (const value of ["", "soon", "-5", "1.5", "5s", "x5", "1234567890123456"]) {
      assert.isUndefined(read(429, { "ratelimit-reset": value }).retryAfter, value)
      assert.isUndefined(read(429, { ratelimit: `"default";r=0;t=${value}` }).retryAfter, value)
    }
    assert.isUndefined(read(429, { ratelimit: '"default";r=0;tt=5;at=6' }).retryAfter)
  })

  it("takes spaces around a value and its parameters", () => {
    assert.strictEqual(read(429, { "ratelimit-reset": " 3 " }).retryAfter, 3000)
    assert.strictEqual(read(429, { ratelimit: '"default"; r=0; t=7' }).retryAfter, 7000)
  })

  it("believes the standard header before the others, and those before nothing", () => {
    const other = { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "3", "x-ratelimit-reset": "9" }
    assert.strictEqual(read(201, other).exhaustedFor, 3000)
    assert.isUndefined(read(201, { ...other, "ratelimit-remaining": "1" }).exhaustedFor)
    assert.strictEqual(read(201, { ...other, "ratelimit-reset": "2" }).exhaustedFor, 2000)
    assert.strictEqual(
      read(201, { ...other, ratelimit: '"default";r=0;t=1', "ratelimit-reset": "2" }).exhaustedFor,
      1000,
    )
    assert.isUndefined(read(201, { ...other, ratelimit: '"default";r=1;t=1' }).exhaustedFor)
    assert.strictEqual(read(201, { ...other, "ratelimit-remaining": "all" }).exhaustedFor, 3000)
  })

  it("asks for a pause only where the server does", () => {
    assert.isUndefined(read(503, { "ratelimit-reset": "3" }).retryAfter)
    assert.isUndefined(read(429, { "ratelimit-remaining": "0", "ratelimit-reset": "3" }).exhaustedFor)
    assert.isUndefined(read(201, { "ratelimit-remaining": "0" }).exhaustedFor)
    assert.isUndefined(read(429, {}).retryAfter)
  })

  it("sees a window used up on an answer that was let through", () => {
    assert.strictEqual(read(201, { "ratelimit-remaining": "0", "ratelimit-reset": "1" }).exhaustedFor, 1000)
    assert.strictEqual(read(201, { ratelimit: '"default";r=0;t=2' }).exhaustedFor, 2000)
    assert.isUndefined(read(201, { "ratelimit-remaining": "7", "ratelimit-reset": "1" }).exhaustedFor)
    assert.isUndefined(read(201, {}).exhaustedFor)
  })
})
