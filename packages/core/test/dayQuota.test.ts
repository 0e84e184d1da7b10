import { assert, describe, it } from "@effect/vitest"
import { quotaPause, type Rejections } from "../src/internal/dayQuota.ts"

const rejections = (some: Partial<Rejections>): Rejections => ({
  retryAfter: undefined,
  detail: "",
  lasted: 0,
  probes: 0,
  ...some,
})

const minutes = (count: number) => count * 60_000

describe("the quota of a day", () => {
  it.each([
    "Daily quota exceeded",
    "You have exceeded the limit of 1,000,000 calls per day.",
    "No more requests today",
    "quota of this 24-hour period is used up",
    "10000 requests/day",
  ])("is recognised by a text that speaks of a day: %s", (detail) => {
    assert.strictEqual(quotaPause(rejections({ detail })), minutes(15))
    assert.strictEqual(quotaPause(rejections({ detail, retryAfter: 1000 })), 1000)
  })

  it.each([
    "",
    "Too many requests",
    "Limit of 200 requests per second or 1,000,000 per day exceeded",
    "Rate limit exceeded, try again in 1 second",
    "200/s, 1000000/day",
    "birthday",
  ])("is not recognised by a text that speaks of none, or of shorter times too: %s", (detail) => {
    assert.isUndefined(quotaPause(rejections({ detail })))
  })

  it("is recognised by a pause of more than an hour", () => {
    assert.isUndefined(quotaPause(rejections({ retryAfter: minutes(60) })))
    assert.strictEqual(quotaPause(rejections({ retryAfter: minutes(61) })), minutes(61))
  })

  it("is recognised by five minutes and ten probes of rejections alone", () => {
    assert.isUndefined(quotaPause(rejections({ lasted: minutes(5), probes: 9 })))
    assert.isUndefined(quotaPause(rejections({ lasted: minutes(5) - 1, probes: 10 })))
    assert.strictEqual(quotaPause(rejections({ lasted: minutes(5), probes: 10 })), minutes(15))
    const retryAfter = minutes(30)
    assert.strictEqual(quotaPause(rejections({ lasted: minutes(5), probes: 10, retryAfter })), retryAfter)
  })
})
