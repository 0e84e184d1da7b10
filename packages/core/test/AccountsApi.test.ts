import { assert, describe, it } from "@effect/vitest"
import * as OpenApi from "effect/http-api/OpenApi"
import { AccountsApi } from "../src/AccountsApi.ts"
import { type ContractField, readContract } from "./contract/readContract.ts"

const contract = readContract()

/** What this file reads of an OpenAPI document. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: ReadonlyArray<string>
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Record<string, Schema>
  readonly required?: ReadonlyArray<string>
}
interface Operation {
  readonly description?: string
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly required: boolean }>
  readonly requestBody?: { readonly required?: boolean; readonly content: Record<string, { readonly schema: Schema }> }
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: Schema }> }
  >
  readonly security?: ReadonlyArray<Record<string, unknown>>
}

// As a user gets it: through JSON.
const document = JSON.parse(JSON.stringify(OpenApi.fromApi(AccountsApi))) as {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    readonly schemas: Record<string, Schema>
    readonly securitySchemes: Record<string, { readonly type: string; readonly name: string; readonly in: string }>
  }
}
const resolve = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split("/").at(-1)!]!

const create = document.paths["/v1/accounts"]!["post"]!
const payload = resolve(create.requestBody!.content["application/json"]!.schema)
const answer = resolve(create.responses["201"]!.content!["*/*"]!.schema)

/** The fields of a schema in the notation of the contract: `location.city string`. */
const printed = (schema: Schema, prefix = ""): ReadonlyArray<ContractField> =>
  Object.entries(schema.properties ?? {}).flatMap(([name, reference]) => {
    const field = resolve(reference)
    const type = field.type === "array" ? `array[${field.items?.type}]` : field.type!
    const path = `${prefix}${name}`
    const own = {
      path,
      type: field.format === undefined ? type : `${type}(${field.format})`,
      required: (schema.required ?? []).includes(name),
    }
    return [own, ...printed(field, `${path}.`)]
  })

const byPath = (fields: ReadonlyArray<ContractField>) => fields.toSorted((a, b) => a.path.localeCompare(b.path))

describe("the OpenAPI document", () => {
  it("has every field of the contract's body with its type, format and required flag, and no other", () => {
    assert.lengthOf(contract.body, 21 + 11 + 2)
    assert.deepStrictEqual(byPath(printed(payload)), byPath(contract.body))
  })

  it("requires the body, and at least one product tag key", () => {
    assert.isTrue(create.requestBody!.required)
    assert.strictEqual(payload.properties!["propertyKeys"]!.minItems, 1)
  })

  it("has every field of the contract's 201 and every value of its statusCode", () => {
    assert.deepStrictEqual(byPath(printed(answer)), byPath(contract.answer))
    assert.deepStrictEqual(answer.properties!["statusCode"]!.enum, contract.statusCodes)
  })

  it("has every status of the contract with its description, and no other", () => {
    assert.deepStrictEqual(
      Object.entries(create.responses).map(([status, { description }]) => [status, description]),
      contract.responses,
    )
  })

  it("answers a read with 200, 400, 401, 404 and 429", () => {
    const read = document.paths["/v1/accounts/{id}"]!["get"]!
    assert.deepStrictEqual(Object.keys(read.responses), ["200", "400", "401", "404", "429"])
  })

  it("lists accounts by a filter, a page size, a scroll id and an order, of which none is required", () => {
    const list = document.paths["/v1/accounts"]!["get"]!
    assert.deepStrictEqual(Object.keys(list.responses), ["200", "400", "401", "429"])
    assert.deepStrictEqual(
      list.parameters?.map(({ in: place, name, required }) => [place, name, required]),
      ["filter", "pageSize", "scrollId", "sort"].map((name) => ["query", name, false]),
    )
  })

  it("tells the custom attributes and the subscription with 200, 400, 401, 404 and 429", () => {
    for (const path of ["/v1/admin/model/account/attributes", "/v1/admin/subscription"]) {
      assert.deepStrictEqual(Object.keys(document.paths[path]!["get"]!.responses), ["200", "400", "401", "404", "429"])
    }
  })

  it("marks every call that the contract does not have as documented by the vendor", () => {
    const marked = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { description }]) =>
        description?.startsWith("Documented by the vendor") === true ? [`${method} ${path}`] : [],
      ),
    )
    assert.deepStrictEqual(marked.toSorted(), [
      "get /v1/accounts",
      "get /v1/admin/model/account/attributes",
      "get /v1/admin/subscription",
      "put /v1/accounts/update",
      "put /v1/accounts/{id}",
    ])
  })

  it("asks for the key in the vendor's header", () => {
    const [scheme] = Object.keys(create.security![0]!)
    assert.deepStrictEqual(document.components.securitySchemes[scheme!], {
      type: "apiKey",
      name: "X-APTRINSIC-API-KEY",
      in: "header",
    })
  })
})
