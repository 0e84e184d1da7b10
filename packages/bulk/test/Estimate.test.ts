import * as Estimate from "@effect-aptrinsic/bulk/Estimate"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"

it("an estimate says requests, time and days, the wait for the next day's quota included, and what it takes when all accounts exist", () => {
  const pace = { requestsPerSecond: 200, requestsPerDay: 1_000_000 }
  const none = { requests: 0, duration: Duration.zero, days: 0 }
  const million = { requests: 1_000_000, duration: Duration.seconds(5000), days: 1 }
  const half = { requests: 500_000, duration: Duration.seconds(2500), days: 1 }
  assert.deepStrictEqual(Estimate.estimate(0, pace), { ...none, atMost: none })
  assert.deepStrictEqual(Estimate.estimate(500_000, pace), { ...half, atMost: million })
  assert.deepStrictEqual(Estimate.estimate(0, pace, 500_000), { ...half, atMost: half })
  assert.deepStrictEqual(Estimate.estimate(750_000, pace).atMost, {
    requests: 1_500_000,
    duration: Duration.seconds(86_400 + 2500),
    days: 2,
  })
})
