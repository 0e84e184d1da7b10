import { assert, describe, it } from "@effect/vitest"
import { makeLedger } from "../src/internal/ledger.ts"

/** A ledger over windows of a second, that has seen `count` round trips of `roundTrip` milliseconds before `start`. */
const open = (start: number, count = 0, roundTrip = 20) => {
  const ledger = makeLedger(1000, start - 10_000)
  for (let index = 0; index < count; index++) {
    ledger.sent()
    ledger.answered(start - 10_000, start - 10_000 + roundTrip, "accepted")
  }
  return ledger
}

describe("a ledger", () => {
  it("counts what is in flight, and what was answered for as long as the server may count it", () => {
    const ledger = open(0)
    assert.strictEqual(ledger.active(0), 0)
    assert.strictEqual(ledger.nextExpiry(), Number.POSITIVE_INFINITY)
    ledger.sent()
    ledger.sent()
    assert.strictEqual(ledger.active(0), 2)
    ledger.answered(0, 20, "accepted")
    assert.strictEqual(ledger.active(20), 2)
    assert.strictEqual(ledger.nextExpiry(), 1021)
    assert.strictEqual(ledger.active(1020.9), 2)
    assert.strictEqual(ledger.active(1021), 1)
    assert.strictEqual(ledger.nextExpiry(), Number.POSITIVE_INFINITY)
  })

  it("gives the place of a request that did not leave back", () => {
    const ledger = open(0)
    ledger.sent()
    ledger.unsent()
    assert.strictEqual(ledger.active(0), 0)
  })

  it("trusts the fastest round trip after twenty: what is slower may have been counted so much later", () => {
    const expiry = (seen: number, roundTrip: number) => {
      const ledger = open(0, seen)
      ledger.sent()
      ledger.answered(0, roundTrip, "accepted")
      ledger.active(roundTrip)
      return ledger.nextExpiry()
    }
    assert.strictEqual(expiry(18, 20), 1021)
    assert.strictEqual(expiry(19, 20), 1001)
    assert.strictEqual(expiry(19, 50), 1031)
    assert.strictEqual(expiry(19, 5), 1001)
  })

  it("learns nothing about the way from a request whose end is unknown, but counts it, for as long as it may be on its way", () => {
    const ledger = open(0, 20, 100)
    ledger.sent()
    ledger.answered(0, 5, "lost")
    assert.strictEqual(ledger.active(5), 1)
    ledger.sent()
    ledger.answered(500, 600, "accepted")
    assert.strictEqual(ledger.active(1001), 2)
    assert.strictEqual(ledger.active(1002), 1)
    assert.strictEqual(ledger.nextExpiry(), 1501)
    const cold = open(0, 19)
    cold.sent()
    cold.answered(0, 20, "lost")
    assert.strictEqual(cold.nextExpiry(), 1022)
  })

  it("holds nothing of a request that took longer than the window all the way", () => {
    const ledger = open(0, 20, 3000)
    ledger.sent()
    ledger.answered(0, 3000, "accepted")
    assert.strictEqual(ledger.active(3000), 0)
    ledger.sent()
    ledger.answered(0, 3500, "accepted")
    assert.strictEqual(ledger.active(3500), 0)
    ledger.sent()
    ledger.answered(0, 6000, "accepted")
    assert.deepStrictEqual([ledger.active(6000), ledger.nextExpiry()], [0, Number.POSITIVE_INFINITY])
  })

  it("forgets the fastest round trip after one to two minutes, so that it notices a slower route", () => {
    const expiryAt = (minutes: ReadonlyArray<number>) => {
      const ledger = makeLedger(1000, 0)
      let sentAt = 0
      const answer = (at: number, roundTrip: number) => {
        sentAt = at
        ledger.sent()
        ledger.answered(at, at + roundTrip, "accepted")
      }
      for (let count = 0; count < 20; count++) answer(0, 20)
      for (const minute of minutes) answer(minute * 60_000 + 1, 50)
      ledger.active(sentAt + 50)
      return ledger.nextExpiry() - sentAt
    }
    assert.strictEqual(expiryAt([0.9]), 1031)
    assert.strictEqual(expiryAt([1.1]), 1031)
    assert.strictEqual(expiryAt([1.1, 2]), 1031)
    assert.strictEqual(expiryAt([1.1, 2.2]), 1001)
  })

  it("keeps many at once, and after a long silence none", () => {
    const ledger = open(0, 20)
    for (let at = 0; at < 1000; at++) {
      ledger.sent()
      ledger.answered(at, at + 20, "accepted")
    }
    assert.strictEqual(ledger.active(1019), 981)
    assert.strictEqual(ledger.active(1100), 900)
    assert.strictEqual(ledger.nextExpiry(), 1101)
    assert.strictEqual(ledger.active(1e9), 0)
    ledger.sent()
    ledger.answered(1e9, 1e9 + 20, "accepted")
    assert.strictEqual(ledger.nextExpiry(), 1e9 + 1001)
    assert.strictEqual(ledger.active(1e9 + 1001), 0)
  })
})
