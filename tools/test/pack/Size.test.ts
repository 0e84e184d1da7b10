import { assert, describe, it } from "@effect/vitest"
import { bundledSize } from "../../release/bundle.ts"

/**
 * Bytes of a bundle after gzip; the order in which modules stand moves it by some hundreds. Lists are not in it; their way through the gate and
 * the reason of their own are, as part of the service and its errors. So are 450 bytes with which a gate takes turns that processes share.
 */
const budget = 71_200

describe("createAccount with fetch", () => {
  it(`bundles to at most ${budget / 1000} kB`, async () => {
    const size = await bundledSize("@effect-aptrinsic/core")
    assert.isBelow(size ?? Infinity, budget)
  })
})
