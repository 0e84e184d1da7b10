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
      const values = form.fields.map((field) => {
        const value = field.choices[0] ?? (field.kind === "boolean" ? true : (field.min ?? 7))
        return { field, given: [field.name, String(value)] as const }
      })
      const required = values.filter(({ field }) => field.required).map(({ given }) => given)
      const least = faultOf(form, Object.fromEntries(required))
      const most = faultOf(form, {
        ...Object.fromEntries(values.map(({ given }) => given)),
        $of: "share",
        $amount: "2.5",
        $operation: "create",
      })
      assert.isTrue(isFault(least), JSON.stringify(least))
      assert.isTrue(isFault(most), JSON.stringify(most))
      assert.deepStrictEqual<unknown>([least.fault, least.times], [form.name, 5])
      assert.deepStrictEqual([most.rate, most.operation], [0.025, "create"])
    }
  })
})

describe("faults that are played", () => {
  it("go on with what is left of them when others are set", () => {
    assert.deepStrictEqual(
      remaining([
        { fault: { fault: "server-error", times: 5 }, struck: 2 },
        { fault: { fault: "drop-after-commit", times: 1 }, struck: 1 },
        { fault: { fault: "rate-limit-burst", requests: 10, times: 3 }, struck: 14 },
        { fault: { fault: "no-answer", rate: 0.1 }, struck: 9 },
      ]),
      [
        { fault: "server-error", times: 3 },
        { fault: "rate-limit-burst", requests: 10, times: 2 },
        { fault: "no-answer", rate: 0.1 },
      ],
    )
  })

  it("are taken away one by one, also when one was set anew since it was seen", () => {
    const slow = { fault: { fault: "delay", milliseconds: 9 }, struck: 0 } as const
    const broken = { fault: { fault: "server-error", times: 3 }, struck: 0 } as const
    assert.deepStrictEqual(without([slow, broken, slow], slow), [broken, slow])
    assert.deepStrictEqual(without([slow, broken], { fault: { fault: "server-error", times: 5 }, struck: 2 }), [slow])
  })

  it("are said in words", () => {
    assert.strictEqual(
      inWords({ fault: "server-error", status: 502, committed: true, rate: 0.025, operation: "create" }),
      "status 502, committed, 2.5 % of requests of create",
    )
    assert.strictEqual(inWords({ fault: "drop-after-commit", times: 1 }), "the next request")
    assert.strictEqual(inWords({ fault: "drop-after-commit" }), "every request")
  })
})
