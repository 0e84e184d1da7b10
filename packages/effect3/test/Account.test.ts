import * as CoreAccount from "@effect-aptrinsic/core/Account"
import * as AccountFields from "@effect-aptrinsic/core/AccountFields"
import * as AtEffectSchema from "@effect/schema/Schema"
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import * as Schema4 from "effect4/Schema"
import { assert, describe, it } from "vitest"
import { Account } from "../src/index.ts"
import * as AtEffect from "../src/Schema.ts"
import { account } from "./server.ts"

/** Puts a value at a dotted path. */
const at = (path: string, value: unknown): object => {
  const [name = "", ...rest] = path.split(".")
  return { ...(path.includes(".") ? {} : account), [name]: rest.length === 0 ? value : at(rest.join("."), value) }
}

const values = [
  "text",
  "",
  "\uD800",
  0,
  1.5,
  -1,
  2 ** 31,
  2 ** 60,
  1e39,
  Number.NaN,
  true,
  null,
  [],
  ["key"],
  [""],
  {},
  { tier: "gold" },
]

const known = [
  { name: "Effect 3", sent: Schema.is(Account.NewAccount), read: Schema.is(Account.Account) },
  { name: "@effect/schema", sent: AtEffectSchema.is(AtEffect.NewAccount), read: AtEffectSchema.is(AtEffect.Account) },
]

describe.each(known)("the schemas of $name", ({ read, sent }) => {
  it("take for each field what core takes, and nothing else", () => {
    const takes = Schema4.is(CoreAccount.NewAccount)
    for (const { path } of AccountFields.fields) {
      for (const value of values) {
        const given = { ...account, ...at(path, value) }
        assert.strictEqual(sent(given), takes(given), `${path}: ${JSON.stringify(value)}`)
      }
    }
    assert.isFalse(sent({ id: "acme", name: "Acme Inc" }))
  })

  it("take an account as a read returns it", () => {
    assert.isTrue(read({ id: "acme", plan: null, numberOfUsers: 12, customAttributes: { a: [1, { b: null }] } }))
    for (const wrong of [{}, { id: 1 }, { id: "acme", plan: 1 }, { id: "acme", createDate: "today" }]) {
      assert.isFalse(read(wrong))
    }
  })
})

describe("NewAccount", () => {
  it("says what is wrong with a field, and describes itself as JSON Schema", () => {
    const decode = () => Schema.decodeUnknownSync(Account.NewAccount)({ ...account, numberOfEmployees: 1.5 })
    assert.throws(decode, /numberOfEmployees[\s\S]*Expected a whole number/u)
    const described = JSON.stringify(JSONSchema.make(Account.NewAccount))
    assert.include(described, '"type":"string","description":"Plan the customer is on"')
  })
})
