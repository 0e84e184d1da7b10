import { ControlApi } from "@effect-aptrinsic/sandbox/Control"
import { catalog, Fault } from "@effect-aptrinsic/sandbox/Faults"
import { assert, describe, it } from "@effect/vitest"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { faultOf, formsOf, inWords, remaining, without } from "../src/sandbox/faultForms.ts"

const forms = formsOf(OpenApi.fromApi(ControlApi))

const isFault = Schema.is(Fault)

describe("the forms of the faults", () => {
  it("are those of the sandbox, with its words", () => {
    assert.deepStrictEqual(
      forms.map(({ description, name }) => ({ description, name })),
      catalog.map(({ description, name }) => ({ description: description.replaceAll("`", ""), name })),
    )
  })

  it("make each fault of what is required, and of all that may be given", () => {
    for (const form of forms) {
      const values = [...form.fields, ...form.trigger].map(({ choices, kind, min, name, required }) => {
        const value = choices[0] ?? (kind === "boolean" ? true : (min ?? 7))
        return { required, given: [name, kind === "open" ? { typed: "7" } : String(value)] as const }
      })
      const required = values.filter((value) => value.required).map(({ given }) => given)
      const least = faultOf(form, Object.fromEntries(required))
      const most = faultOf(form, { ...Object.fromEntries(values.map(({ given }) => given)), rate: "0.025" })
      assert.isTrue(isFault(least), JSON.stringify(least))
      assert.isTrue(isFault(most), JSON.stringify(most))
      assert.deepStrictEqual<unknown>([least.fault, least.times, most.rate], [form.name, undefined, 0.025])
    }
  })

  it("take everything that the sandbox takes: what a fault may be given is a field of its form", () => {
    const members = Fault.members as ReadonlyArray<{ readonly fields: Readonly<Record<string, unknown>> }>
    assert.deepStrictEqual(
      forms.map(({ fields, trigger }) => [...fields, ...trigger].map(({ name }) => name).toSorted()),
      members.map(({ fields }) =>
        Object.keys(fields)
          .filter((name) => name !== "fault")
          .toSorted(),
      ),
    )
  })

  it("take a wait in seconds, as a date or any other text, and none, where the sandbox does", () => {
    const form = forms.find(({ name }) => name === "rate-limit-burst")!
    const date = "Thu, 26 Nov 2026 14:03:09 GMT"
    const waits = [{ typed: "30" }, { typed: date }, { typed: "" }, null, ""].map((retryAfter) =>
      faultOf(form, { retryAfter }),
    )
    assert.isTrue(waits.every(isFault))
    assert.deepStrictEqual(waits, [
      { fault: "rate-limit-burst", retryAfter: 30 },
      { fault: "rate-limit-burst", retryAfter: date },
      { fault: "rate-limit-burst", retryAfter: "" },
      { fault: "rate-limit-burst", retryAfter: null },
      { fault: "rate-limit-burst" },
    ])
    assert.strictEqual(inWords(waits[3]!), "retryAfter none, every request")
  })
})

describe("faults that are played", () => {
  it("go on with what is left of them when others are set", () => {
    assert.deepStrictEqual(
      remaining([
        { fault: { fault: "server-error", times: 5 }, struck: 2, passed: 0 },
        { fault: { fault: "drop-after-commit", times: 1 }, struck: 1, passed: 0 },
        { fault: { fault: "rate-limit-burst", requests: 10, times: 3 }, struck: 14, passed: 0 },
        { fault: { fault: "rate-limit-burst", times: 1 }, struck: 4, passed: 0 },
        { fault: { fault: "no-answer", rate: 0.1, after: 3 }, struck: 9, passed: 3 },
        { fault: { fault: "no-answer", rate: 0.1, after: 30 }, struck: 0, passed: 12 },
        { fault: { fault: "no-answer", after: 3, times: 2 }, struck: 0, passed: 0 },
      ]),
      [
        { fault: "server-error", times: 3 },
        { fault: "rate-limit-burst", requests: 10, times: 2 },
        { fault: "rate-limit-burst", requests: 6, times: 1 },
        { fault: "no-answer", rate: 0.1 },
        { fault: "no-answer", rate: 0.1, after: 18 },
        { fault: "no-answer", after: 3, times: 2 },
      ],
    )
  })

  it("are taken away one by one, also when one was set anew since it was seen", () => {
    const slow = { fault: { fault: "delay", milliseconds: 9 }, struck: 0, passed: 0 } as const
    const broken = { fault: { fault: "server-error", times: 3 }, struck: 0, passed: 0 } as const
    assert.deepStrictEqual(without([slow, broken, slow], slow), [broken, slow])
    const seen = { fault: { fault: "server-error", times: 5 }, struck: 2, passed: 0 } as const
    assert.deepStrictEqual(without([slow, broken], seen), [slow])
  })

  it("are said in words", () => {
    assert.strictEqual(
      inWords({ fault: "server-error", status: 502, committed: true, rate: 0.025, operation: "create" }),
      "status 502, committed, 2.5 % of requests of create",
    )
    assert.strictEqual(inWords({ fault: "drop-after-commit", times: 1 }), "the next request")
    assert.strictEqual(inWords({ fault: "drop-after-commit" }), "every request")
    assert.strictEqual(
      inWords({ fault: "delay", milliseconds: 9, rate: 0.5, times: 3, method: "PUT", accountId: "a\u202e" }),
      "milliseconds 9, method PUT, accountId a\\u{202e}, 50 % of requests, 3 at most",
    )
  })
})
