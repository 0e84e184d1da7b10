import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { conceal } from "../src/config/Secret.ts"
import { aptrinsic, canary, layerSandbox } from "./support/aptrinsic.ts"

describe("conceal", () => {
  it("hides the key in every text of a value, in names and at any depth", () => {
    const value = { a: [`x${canary}y`, { [canary]: canary }], b: 1, c: null, d: undefined }
    const expected = { a: ["x<redacted>y", { "<redacted>": "<redacted>" }], b: 1, c: null, d: undefined }
    assert.deepEqual(conceal<unknown>(value, Redacted.make(canary)), expected)
  })

  it("ends at what is nested without end", () => {
    const endless: { inner?: unknown } = {}
    endless.inner = endless
    assert.include(JSON.stringify(conceal(endless, Redacted.make(canary))), "…")
  })
})

/** A key that no other suite of the process has paused. */
const echoed = `${canary}-echoed`
const short = ["a", ",", '"', "{", ":", "\\", "created", "duplicate"]

layer(layerSandbox({ apiKeys: [echoed, ...short].map((key) => Redacted.make(key)) }), { excludeTestServices: true })(
  "a key of any length",
  (it) => {
    it.effect.each(short.map((key, index) => [key, `account-${index}`] as const))(
      "leaves the documents of a create and a get whole: %s",
      ([key, id]) =>
        Effect.gen(function* () {
          const { url } = yield* Sandbox.Sandbox
          const env = { APTRINSIC_API_KEY: key, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-TEST-2" }
          const create = ["accounts", "create", id, "--name", "Acme", "--json"]
          const created = yield* aptrinsic(create, { env })
          assert.strictEqual(created.exitCode, 0, created.stdout)
          assert.deepInclude(JSON.parse(created.stdout), { ok: true, status: "created", id, attempts: 1 })
          const again = yield* aptrinsic([...create, "--set", "plan=pro"], { env })
          assert.strictEqual(again.exitCode, 5, again.stdout)
          const { error } = JSON.parse(again.stdout)
          assert.deepInclude(error, { code: "duplicate", outcome: "not created", existing: "different" })
          const got = yield* aptrinsic(["accounts", "get", id, "--json"], { env })
          assert.deepInclude(JSON.parse(got.stdout).account, { id, name: "Acme" })
        }),
    )

    it.effect("is hidden in what an account holds, and in every line of the log", () =>
      Effect.gen(function* () {
        const { url } = yield* Sandbox.Sandbox
        const env = { APTRINSIC_API_KEY: echoed, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-TEST-2" }
        const args = ["--set", `customAttributes.note=${echoed}`, "--log-level", "debug"]
        const created = yield* aptrinsic(["accounts", "create", "echo", "--name", "Echo", "--json", ...args], { env })
        const got = yield* aptrinsic(["accounts", "get", "echo", "--log-level", "debug"], { env })
        assert.deepEqual([created.exitCode, got.exitCode], [0, 0])
        for (const text of [created.stdout, created.stderr, got.stdout, got.stderr]) assert.notInclude(text, canary)
        assert.include(got.stdout, "customAttributes.note  <redacted>")
      }),
    )
  },
)
