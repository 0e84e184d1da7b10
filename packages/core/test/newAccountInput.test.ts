import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import type * as DateTime from "effect/DateTime"
import type * as Schema from "effect/Schema"
import type { NewAccount, NewAccountInput } from "../src/Account.ts"
import { NewAccount as schema } from "../src/Account.ts"
import { treeOf } from "../src/internal/shape.ts"

const source = readFileSync(new URL("../src/internal/newAccountInput.ts", import.meta.url), "utf8")

/** The members of an interface of the source with their comments: `plan? Plan of the customer. ..`. */
const membersOf = (name: string) => {
  const [, body = ""] = new RegExp(`export interface ${name} \\{\\n(.*?)\\n\\}`, "su").exec(source) ?? []
  return [...body.matchAll(/\/\*\* (.*?) \*\/\n {2}readonly (\w+\??):/gu)].map(
    ([, comment, field]) => `${field} ${comment}`,
  )
}

type Members = ReturnType<typeof treeOf>["members"]

const said = (members: Members) =>
  [...members].map(([name, member]) => {
    const { description, example } = member._tag === "Group" ? groups[name]! : member.field
    const shown = example === undefined ? "" : ` Example: \`${JSON.stringify(example)}\`.`
    return `${name}${member.isRequired ? "" : "?"} ${description}.${shown}`
  })

const groups: { readonly [name: string]: { readonly description: string; readonly example?: undefined } } = {
  location: { description: "Location object" },
  coordinates: { description: "Coordinates object" },
}

const { members } = treeOf(schema)
const inside = (within: Members, name: string) => {
  const group = within.get(name)
  assert(group?._tag === "Group")
  return group.members
}

describe("what an editor shows of a field", () => {
  it("is the description, the unit and the example of the schema", () => {
    const location = inside(members, "location")
    assert.deepStrictEqual(membersOf("NewAccountInputOf<Time>"), said(members))
    assert.deepStrictEqual(membersOf("LocationInput"), said(location))
    assert.deepStrictEqual(membersOf("CoordinatesInput"), said(inside(location, "coordinates")))
  })
})

/** What follows from the schema: optional fields may be `undefined`, dates may be dates, maps hold JSON. */
type Input<Value> =
  Value extends ReadonlyArray<unknown>
    ? Value
    : Value extends object
      ? string extends keyof Value
        ? { readonly [name: string]: Schema.Json | undefined }
        : {
            readonly [Name in keyof Value]: {} extends Pick<Value, Name>
              ? Member<Name, Value[Name]> | undefined
              : Value[Name]
          }
      : Value
type Member<Name, Value> = Name extends "lastSeenDate" | "renewalDate"
  ? number | Date | DateTime.DateTime
  : Input<Value>

describe("the type of an account to create", () => {
  it("is what follows from the schema", () => {
    const derived = (account: Input<NewAccount>): NewAccountInput => account
    const account: Input<NewAccount> = {
      id: "acme",
      name: "Acme Inc",
      propertyKeys: ["AP-1-2"],
      renewalDate: new Date(0),
    }
    assert.strictEqual(derived(account), account)
  })
})
