import process from "node:process"
import { assert, describe, it } from "@effect/vitest"
import { adapter, runtime } from "./harness.ts"

describe("the tests", () => {
  it("run in the runtime they are meant for", () => {
    assert.strictEqual(runtime, process.env["EXPECT_RUNTIME"] ?? runtime)
  })

  it("use the adapter of that runtime", () => {
    assert.isFunction(adapter.layerHttpServer)
    assert.strictEqual("Deno" in globalThis, runtime === "deno")
  })
})
