import { NewAccount } from "@effect-aptrinsic/core/Account"
import { AccountsApi, apiKeyHeader } from "@effect-aptrinsic/core/AccountsApi"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { acme, exchange, get, post, rawRequest, sandbox, statusOf } from "./harness.ts"

const everyField: NewAccount = {
  id: "Acme/Süd ?#%2f",
  name: "Acme Inc",
  propertyKeys: ["AP-XXXXXXXXXX-2", "AP-XXXXXXXXXX-3"],
  trackedSubscriptionId: "sub-1042",
  sfdcId: "0015e00000AbCdEAAV",
  lastSeenDate: 1_767_225_600_000,
  dunsNumber: "150483782",
  industry: "Software",
  numberOfEmployees: -2_147_483_648,
  sicCode: "7372",
  website: "https://www.example.com",
  naicsCode: "511210",
  plan: "enterprise",
  location: {
    countryName: "United States",
    countryCode: "USA",
    stateName: "California",
    stateCode: "CA",
    city: "San Mateo",
    street: "101 Broadway",
    postalCode: "01234",
    continent: "NA",
    regionName: "US-CA",
    timeZone: "America/Los_Angeles",
    coordinates: { latitude: 37.567147, longitude: -122.324211 },
  },
  customAttributes: { tier: "gold", seats: 40, since: null, nested: { deep: [1, "two", false] } },
  parentGroupId: "acme-group",
  renewalDate: 1_798_761_600_000,
  healthScore: 85,
  gsId: "1P02ABCDEFGHIJKLMNOP",
  nps: 42.5,
  csm: "jane@example.com",
}

const subErrors = (json: unknown) =>
  (json as { externalapierror: { subErrors: ReadonlyArray<{ field: string; message: string }> } }).externalapierror
    .subErrors

const error = (json: unknown) => (json as { externalapierror: Record<string, unknown> }).externalapierror

describe("POST /v1/accounts", () => {
  it.live("answers 201 with the documented body", () =>
    Effect.gen(function* () {
      const answer = yield* post(acme)
      assert.strictEqual(answer.status, 201)
      assert.deepStrictEqual(answer.json, { body: {}, statusCode: "201", statusCodeValue: 201 })
      assert.strictEqual(answer.headers["content-type"], "application/json")
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers 400 for an id that exists, and keeps the first account", () =>
    Effect.gen(function* () {
      yield* post(acme)
      const answer = yield* post({ ...acme, name: "Another" })
      assert.strictEqual(answer.status, 400)
      assert.deepStrictEqual(error(answer.json), {
        status: "BAD_REQUEST",
        message: "Account already exists for parameters {id=acme}",
        debugMessage: null,
        subErrors: null,
      })
      assert.include((yield* get("acme")).json, { name: "Acme Inc" })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("takes ids that differ by case as two accounts", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* post(acme)).status, 201)
      assert.strictEqual((yield* post({ ...acme, id: "ACME" })).status, 201)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("lets exactly one of many concurrent creates of an id succeed", () =>
    Effect.gen(function* () {
      const answers = yield* Effect.forEach(Array.from({ length: 40 }), () => post(acme), { concurrency: 40 })
      assert.deepStrictEqual(answers.map(({ status }) => status).toSorted(), [
        201,
        ...Array.from({ length: 39 }, () => 400),
      ])
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("accepts the example of the contract, postalCode as a number included", () =>
    Effect.gen(function* () {
      const example = { ...everyField, location: { ...everyField.location, postalCode: 94010 } }
      assert.strictEqual((yield* post(example)).status, 201)
      assert.deepInclude((yield* get(everyField.id)).json, {
        location: { ...everyField.location, postalCode: "94010" },
      })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("takes null for a field as not set, and ignores fields it does not know", () =>
    Effect.gen(function* () {
      const body = { ...acme, plan: null, location: { city: null, planet: "Earth" }, nickname: "A", __proto__: null }
      assert.strictEqual((yield* post(body)).status, 201)
      const { json } = yield* get("acme")
      assert.include(json, { plan: "" })
      assert.notProperty(json, "nickname")
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("reports every problem of a body at once, with field, rejected value and message", () =>
    Effect.gen(function* () {
      const answer = yield* post({
        id: "",
        propertyKeys: ["AP-1", ""],
        numberOfEmployees: "many",
        healthScore: 2_147_483_648,
        location: { city: {}, coordinates: { latitude: "north" } },
        customAttributes: [],
      })
      assert.strictEqual(answer.status, 400)
      assert.deepInclude(error(answer.json), { status: "BAD_REQUEST", message: "Validation error", debugMessage: null })
      const [first, ...others] = subErrors(answer.json)
      assert.deepStrictEqual<unknown>(first, {
        object: "account",
        field: "id",
        rejectedValue: "",
        message: "must be non-empty text",
      })
      assert.deepStrictEqual(
        others.map(({ field, message }) => [field, message]),
        [
          ["name", "must not be null"],
          ["propertyKeys[1]", "must be non-empty text"],
          ["numberOfEmployees", "must be a number"],
          ["location.city", "must be text"],
          ["location.coordinates.latitude", "must be a number"],
          ["customAttributes", "must be an object"],
          ["healthScore", "must be a whole number from -2147483648 to 2147483647"],
        ],
      )
      assert.strictEqual((yield* get("")).status, 404)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live.each([
    [{ ...acme, propertyKeys: [] }, "propertyKeys"],
    [{ ...acme, propertyKeys: "AP-1" }, "propertyKeys"],
    [{ ...acme, name: null }, "name"],
    [{ ...acme, lastSeenDate: 1.5 }, "lastSeenDate"],
    [{ ...acme, nps: 1e39 }, "nps"],
    [`{"id":"a","name":"b","propertyKeys":["c"],"renewalDate":1e400}`, "renewalDate"],
    [`{"id":"\\ud800","name":"b","propertyKeys":["c"]}`, "id"],
  ] as const)("refuses %j", ([body, field]) =>
    Effect.gen(function* () {
      const answer = yield* post(body)
      assert.strictEqual(answer.status, 400)
      assert.deepStrictEqual(
        subErrors(answer.json).map((each) => each.field),
        [field],
      )
    }).pipe(Effect.provide(sandbox())),
  )

  it.live.each([
    ["", "Required request body is missing"],
    ["{nope", "JSON parse error"],
    ["[]", "JSON parse error"],
    ["null", "JSON parse error"],
    [`{"id":"a"} trailing`, "JSON parse error"],
    [`{"customAttributes":${`{"a":`.repeat(20_000)}1${"}".repeat(20_000)}}`, "nested more than 1000 levels"],
  ] as const)("answers 400 with a reason to the malformed body %.20s", ([body, reason]) =>
    Effect.gen(function* () {
      const answer = yield* post(body)
      assert.strictEqual(answer.status, 400)
      assert.include(error(answer.json), { message: "Malformed JSON request", subErrors: null })
      assert.include(error(answer.json)["debugMessage"], reason)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers 400 to bytes that are not UTF-8", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const notUtf8 = new TextEncoder()
        .encode(JSON.stringify({ ...acme, name: "?" }))
        .map((byte) => (byte === 0x3f ? 0xff : byte))
      const response = yield* HttpClientRequest.post(`${url}/v1/accounts`).pipe(
        HttpClientRequest.setHeader(apiKeyHeader, "sandbox-key"),
        HttpClientRequest.bodyUint8Array(notUtf8, "application/json"),
        HttpClient.execute,
      )
      assert.strictEqual(response.status, 400)
      assert.include(error(yield* response.json), { message: "Malformed JSON request" })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live.each(["text/plain", "application/x-www-form-urlencoded", "application/xml", "json"])(
    "answers 415 to a body of the media type %s",
    (mediaType) =>
      Effect.gen(function* () {
        const answer = yield* post(acme, { mediaType })
        assert.strictEqual(answer.status, 415)
        assert.include(error(answer.json), { status: "UNSUPPORTED_MEDIA_TYPE" })
      }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers 415 to a body without a media type", () =>
    Effect.gen(function* () {
      const { received } = yield* exchange(yield* rawRequest("POST", "/v1/accounts", { body: acme, mediaType: null }))
      assert.strictEqual(statusOf(received), 415)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live.each(["application/json;charset=UTF-8", "Application/JSON ; charset=utf-8", "application/vnd.acme+json"])(
    "takes a body of the media type %s",
    (mediaType) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* post(acme, { mediaType })).status, 201)
      }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers 413 to a body over 1 MiB, and takes one just below", () =>
    Effect.gen(function* () {
      const large = (length: number) => ({ ...acme, customAttributes: { text: "x".repeat(length) } })
      const answer = yield* post(large(1_048_576))
      assert.strictEqual(answer.status, 413)
      assert.include(answer.json, { status: 413, error: "Payload Too Large", path: "/v1/accounts" })
      assert.strictEqual((yield* post(large(1_048_000))).status, 201)
    }).pipe(Effect.provide(sandbox())),
  )
})

describe("GET /v1/accounts/{id}", () => {
  it.live("returns every field as it was sent, and the three only the server sets", () =>
    Effect.gen(function* () {
      const before = Date.now()
      yield* post(everyField)
      const answer = yield* get(everyField.id)
      assert.strictEqual(answer.status, 200)
      const { createDate, lastModifiedDate, numberOfUsers, ...account } = answer.json as Record<string, unknown>
      assert.deepStrictEqual<unknown>(account, everyField)
      assert.isAtLeast(Number(createDate), before)
      assert.strictEqual(lastModifiedDate, createDate)
      assert.strictEqual(numberOfUsers, 0)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live('shows "" for text, 0 for numbers and dates, null for attributes that are not set', () =>
    Effect.gen(function* () {
      yield* post(acme)
      const { createDate, lastModifiedDate, ...account } = (yield* get("acme")).json as Record<string, unknown>
      assert.strictEqual(createDate, lastModifiedDate)
      assert.deepStrictEqual<unknown>(account, {
        id: "acme",
        name: "Acme Inc",
        propertyKeys: ["AP-XXXXXXXXXX-2"],
        trackedSubscriptionId: "",
        sfdcId: "",
        lastSeenDate: 0,
        dunsNumber: "",
        industry: "",
        numberOfEmployees: 0,
        sicCode: "",
        website: "",
        naicsCode: "",
        plan: "",
        location: {
          countryName: "",
          countryCode: "",
          stateName: "",
          stateCode: "",
          city: "",
          street: "",
          postalCode: "",
          continent: "",
          regionName: "",
          timeZone: "",
          coordinates: { latitude: 0, longitude: 0 },
        },
        customAttributes: null,
        parentGroupId: "",
        renewalDate: 0,
        healthScore: 0,
        gsId: "",
        nps: 0,
        csm: "",
        numberOfUsers: 0,
      })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers 404 with the vendor's words for an id that is absent, of another case or very long", () =>
    Effect.gen(function* () {
      yield* post(acme)
      for (const id of ["absent", "ACME", "x".repeat(5_000)]) {
        const answer = yield* get(id)
        assert.strictEqual(answer.status, 404)
        assert.deepStrictEqual(error(answer.json), {
          status: "NOT_FOUND",
          message: `Account was not found for parameters {id=${id}}`,
          debugMessage: null,
          subErrors: null,
        })
      }
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers HEAD with the status and headers of a GET and no body", () =>
    Effect.gen(function* () {
      yield* post(acme)
      const { received } = yield* exchange(yield* rawRequest("HEAD", "/v1/accounts/acme"))
      assert.strictEqual(statusOf(received), 200)
      assert.match(received, /content-type: application\/json\r\n/iu)
      assert.isTrue(received.endsWith("\r\n\r\n"))
      assert.strictEqual(statusOf((yield* exchange(yield* rawRequest("HEAD", "/v1/accounts/absent"))).received), 404)
    }).pipe(Effect.provide(sandbox())),
  )
})

const isUnset = (value: unknown) => value === "" || value === 0 || value === null || value === undefined

/** The fields that were set, without attributes: a read fills in the others. */
const setFields = (value: object): object =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !["customAttributes", "numberOfUsers", "createDate", "lastModifiedDate"].includes(name))
      .map(([name, field]) => [
        name,
        typeof field === "object" && field !== null && !Array.isArray(field) ? setFields(field) : field,
      ])
      .filter(([, field]) => !isUnset(field) && JSON.stringify(field) !== "{}"),
  )

// A URL has no way to carry these two: "." and "..", percent-encoded or not, are steps of its path.
const fitsPath = ({ id }: NewAccount) => id !== "." && id !== ".."

for (const [name, store] of Object.entries({
  layerMemory: Store.layerMemory,
  layerSqlite: Store.layerSqlite(":memory:"),
})) {
  layer(sandbox({ limits: { perSecond: null, perDay: null }, store }), { excludeTestServices: true })(
    `any account, with ${name}`,
    (it) => {
      it.effect.prop("can be posted and read back equal, but for what is not set", [NewAccount], ([account]) =>
        Effect.gen(function* () {
          yield* Sandbox.Sandbox.use(({ reset }) => reset)
          assert.strictEqual((yield* post(account)).status, 201)
          const stored = yield* Sandbox.Sandbox.use((_) => _.store.get(account.id))
          const sent = JSON.parse(JSON.stringify(account))
          assert.deepStrictEqual(stored?.account, sent)
          if (!fitsPath(account)) return
          const read = (yield* get(account.id)).json as NewAccount
          assert.deepStrictEqual(setFields(read), setFields(sent))
          assert.strictEqual(JSON.stringify(read.customAttributes), JSON.stringify(sent.customAttributes ?? null))
        }),
      )
    },
  )
}

layer(sandbox())("the contract", (it) => {
  const client = Sandbox.Sandbox.use(({ apiKey, url }) =>
    HttpApiClient.make(AccountsApi, {
      baseUrl: url,
      transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader(apiKeyHeader, Redacted.value(apiKey))),
    }),
  )

  it.effect("has a schema for every answer: 201, 200, 400, 401, 404 and 429", () =>
    Effect.gen(function* () {
      const { faults, url } = yield* Sandbox.Sandbox
      const { accounts } = yield* client
      const created = yield* accounts.create({ payload: everyField })
      assert.strictEqual(created.statusCode, "201")
      const read = yield* accounts.get({ params: { id: everyField.id } })
      assert.strictEqual(read.numberOfUsers, 0)

      const statusOfFailure = <A, E>(call: Effect.Effect<A, E>) =>
        Effect.map(Effect.flip(call), (failure) => JSON.stringify(failure).match(/"status":"([A-Z_]+)"/u)?.[1])
      assert.strictEqual(yield* statusOfFailure(accounts.create({ payload: everyField })), "BAD_REQUEST")
      assert.strictEqual(yield* statusOfFailure(accounts.get({ params: { id: "absent" } })), "NOT_FOUND")
      yield* faults.set([{ fault: "rate-limit-burst", requests: 2, retryAfter: 7 }])
      assert.strictEqual(yield* statusOfFailure(accounts.create({ payload: acme })), "TOO_MANY_REQUESTS")
      assert.strictEqual(yield* statusOfFailure(accounts.get({ params: { id: "acme" } })), "TOO_MANY_REQUESTS")
      const stranger = yield* HttpApiClient.make(AccountsApi, { baseUrl: url })
      assert.strictEqual(yield* statusOfFailure(stranger.accounts.create({ payload: acme })), "UNAUTHORIZED")
    }),
  )
})
