import type { AccountsPage } from "@effect-aptrinsic/core/Account"
import type { SettingsInput } from "@effect-aptrinsic/sandbox/Habits"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { acme, post, sandbox, send } from "./harness.ts"

type Query = Readonly<Record<string, string>> | Array<[name: string, value: string]>

const ask = (query: Query = {}) =>
  send("GET", `/v1/accounts?${new URLSearchParams(Array.isArray(query) ? query : Object.entries(query)).toString()}`)

const page = (query?: Query) => Effect.map(ask(query), ({ json }) => json as AccountsPage)

const idsOf = ({ accounts }: AccountsPage) => accounts.map(({ id }) => id)

const ids = (query?: Query) => Effect.map(page(query), idsOf)

const scrollId = (of: AccountsPage) => of.scrollId ?? ""

const logged = Effect.flatMap(Sandbox.Sandbox, ({ log }) =>
  Effect.map(log.entries(), (entries) => entries.map(({ outcome }) => outcome)),
)

const seeded = (accounts: number, habits: SettingsInput = {}) =>
  sandbox({ store: Store.layerSeeded(accounts), habits, limits: { perSecond: null } })

describe("GET /v1/accounts", () => {
  it.live("shows an account as a single read does, with the number of all", () =>
    Effect.gen(function* () {
      yield* post({ ...acme, plan: "pro" })
      const listed = yield* page()
      assert.deepStrictEqual<unknown>(listed.accounts, [(yield* send("GET", "/v1/accounts/acme")).json])
      assert.deepInclude(listed.accounts[0], { plan: "pro", csm: "", nps: 0, customAttributes: null, numberOfUsers: 0 })
      assert.strictEqual(listed.totalHits, 1)
      assert.deepStrictEqual(yield* logged, ["created", "listed", "found"])
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("has 25 accounts on a page, or as many as are asked for up to 1,000", () =>
    Effect.gen(function* () {
      assert.lengthOf((yield* page()).accounts, 25)
      assert.lengthOf((yield* page({ filter: "", pageSize: "", scrollId: "", sort: "" })).accounts, 25)
      assert.lengthOf((yield* page({ pageSize: "1000", pageNumber: "1" })).accounts, 1_000)
      for (const pageSize of ["1001", "0", "-1", "1.5", "all"]) {
        assert.strictEqual((yield* ask({ pageSize })).status, 400, pageSize)
      }
      assert.deepStrictEqual((yield* logged).slice(-2), ["invalid", "invalid"])
    }).pipe(Effect.provide(seeded(1_001))),
  )

  it.live("reaches every account by its scroll ids, and ends with a short page that names one more", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      let last = yield* page({ pageSize: "400" })
      for (; last.accounts.length > 0; last = yield* page({ scrollId: scrollId(last) })) seen.push(...idsOf(last))
      assert.deepStrictEqual(
        seen,
        Array.from({ length: 1_000 }, (_, place) => Store.seeded(place).account.id),
      )
      assert.deepStrictEqual({ ...last, scrollId: "" }, { accounts: [], totalHits: 1_000, scrollId: "" })
      assert.isNotEmpty(last.scrollId)
    }).pipe(Effect.provide(seeded(1_000))),
  )

  it.live.each([
    ["name==ACME INC", ["acme"]],
    ["plan!=free;healthScore>=50", ["beta"]],
    ["id~*A*", ["acme", "beta"]],
    ["id~?", ["é"]],
    ["id~a.*", []],
    ["id!~*C*", ["beta", "é"]],
    ["plan==", ["é"]],
    ["healthScore<1", ["é"]],
    ["name>b;name<=c", ["beta"]],
    ["location.city==kiel", ["acme"]],
    ["location.cityName!=kiel", ["beta", "é"]],
    ["propertyKeys==ap-2", ["beta"]],
    ["propertyKeys!=AP-2", ["acme", "é"]],
    ["customAttributes.tier==Gold", ["acme"]],
    ["customAttributes.seats>9", ["beta"]],
    ["createDate>0;lastModifiedDate>0", ["acme", "beta", "é"]],
    ["id==acme;id==beta", []],
  ] as const)("lets through by %s, whatever the case", ([filter, expected]) =>
    Effect.gen(function* () {
      const attributes = (customAttributes: object) => ({ customAttributes })
      yield* post({
        ...acme,
        plan: "free",
        healthScore: 70,
        location: { city: "Kiel" },
        ...attributes({ tier: "gold" }),
      })
      yield* post({
        ...acme,
        id: "beta",
        name: "Beta",
        plan: "Pro",
        healthScore: 50,
        propertyKeys: ["AP-1", "AP-2"],
        ...attributes({ seats: 40 }),
      })
      yield* post({ ...acme, id: "é", name: "É" })
      const { accounts, totalHits } = yield* page({ filter })
      assert.deepStrictEqual<ReadonlyArray<string>>(
        accounts.map(({ id }) => id),
        expected,
      )
      assert.strictEqual(totalHits, expected.length)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("lets through what one of several filters does", () =>
    Effect.gen(function* () {
      const filters = ["id==account-0000001", "plan==pro;healthScore==1", ""]
      const seen = yield* ids(filters.map((filter) => ["filter", filter]))
      assert.deepStrictEqual(seen, ["account-0000001", "account-0000002"])
    }).pipe(Effect.provide(seeded(9))),
  )

  it.live.each([
    [{ filter: "plan" }, "'plan' is not a condition"],
    [{ filter: "plan=pro" }, "'plan=pro' is not a condition"],
    [{ filter: "plans==pro" }, "no field 'plans'"],
    [{ filter: "location==Kiel" }, "no field 'location'"],
    [{ sort: "-plans" }, "no field 'plans'"],
    [{ scrollId: "DnF1ZXJ5VGhlbkZldGNo" }, "scrollId is unknown"],
  ] as const)("refuses %j with a reason", ([query, reason]) =>
    Effect.gen(function* () {
      const { status, text } = yield* ask(query)
      assert.strictEqual(status, 400)
      assert.include(text, reason)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("sorts by fields, backwards after a minus, over all pages", () =>
    Effect.gen(function* () {
      const first = yield* page({ sort: "plan;-healthScore", pageSize: "2" })
      assert.deepStrictEqual(idsOf(first), ["account-0000003", "account-0000004"])
      const second = yield* page({ scrollId: scrollId(first) })
      assert.deepStrictEqual(idsOf(second), ["account-0000001", "account-0000002"])
      assert.deepStrictEqual(yield* ids({ sort: "-id", filter: "plan==free" }), ["account-0000004", "account-0000001"])
    }).pipe(Effect.provide(seeded(4))),
  )

  it.live("sorts by an attribute of several types, one type after the other", () =>
    Effect.gen(function* () {
      for (const rank of ["b", 5, "a", 40]) yield* post({ ...acme, id: `is-${rank}`, customAttributes: { rank } })
      assert.deepStrictEqual(yield* ids({ sort: "customAttributes.rank" }), ["is-5", "is-40", "is-a", "is-b"])
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("lists a million accounts a page at a time", () =>
    Effect.gen(function* () {
      const first = yield* page({ pageSize: "1000" })
      assert.strictEqual(first.totalHits, 1_000_000)
      const far = scrollId(first).replace(/\.\d+$/u, ".999990")
      assert.lengthOf((yield* page({ scrollId: far })).accounts, 10)
    }).pipe(Effect.provide(seeded(1_000_000))),
  )
})

describe("a list that is read while accounts are created", () => {
  const readAll = Effect.gen(function* () {
    const first = yield* page({ pageSize: "2" })
    yield* post({ ...acme, id: "new" })
    const second = yield* page({ scrollId: scrollId(first) })
    const third = yield* page({ scrollId: scrollId(second) })
    return { seen: [first, second, third].flatMap(idsOf).map((id) => id.slice(-1)), totalHits: third.totalHits }
  })

  it.live("has the accounts that the first page found, as they are when their page is read", () =>
    Effect.gen(function* () {
      const first = yield* page({ pageSize: "1", sort: "id" })
      yield* send("PUT", "/v1/accounts/account-0000002", { body: { plan: "changed" } })
      assert.deepInclude((yield* page({ scrollId: scrollId(first) })).accounts[0], { plan: "changed" })
      assert.deepStrictEqual(yield* readAll, { seen: ["1", "2", "3"], totalHits: 3 })
    }).pipe(Effect.provide(seeded(3))),
  )

  it.live("shows an account twice where pages shift, the newest first", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readAll, { seen: ["3", "2", "2", "1"], totalHits: 4 })
      assert.deepStrictEqual(yield* ids({ sort: "id", pageSize: "1" }), ["account-0000001"])
    }).pipe(Effect.provide(seeded(3, { list: "shifting" }))),
  )
})

describe("a scroll id", () => {
  it.live("gives the same page as often as it is asked for", () =>
    Effect.gen(function* () {
      const first = yield* page({ pageSize: "1" })
      for (let times = 0; times < 2; times++) {
        assert.deepStrictEqual(yield* ids({ scrollId: scrollId(first) }), ["account-0000002"])
      }
    }).pipe(Effect.provide(seeded(3))),
  )

  it.live("stays the same and gives the next page where it is a cursor", () =>
    Effect.gen(function* () {
      const first = yield* page({ pageSize: "1" })
      const second = yield* page({ scrollId: scrollId(first) })
      assert.strictEqual(second.scrollId, first.scrollId)
      assert.deepStrictEqual(yield* ids({ scrollId: scrollId(first) }), ["account-0000003"])
    }).pipe(Effect.provide(seeded(3, { scrollId: "cursor" }))),
  )

  it.live("is null after a short page where that is the habit", () =>
    Effect.gen(function* () {
      assert.isNotNull((yield* page({ pageSize: "3" })).scrollId)
      assert.isNull((yield* page({ pageSize: "4" })).scrollId)
    }).pipe(Effect.provide(seeded(3, { lastScrollId: "null" }))),
  )

  it.live("is forgotten when a hundred lists were begun since", () =>
    Effect.gen(function* () {
      const begun = yield* Effect.forEach(Array.from({ length: 101 }), () => page({ pageSize: "1" }))
      const statuses = yield* Effect.forEach(begun.slice(0, 3), (first) =>
        Effect.map(ask({ scrollId: scrollId(first) }), ({ status }) => status),
      )
      assert.deepStrictEqual(statuses, [400, 200, 200])
    }).pipe(Effect.provide(seeded(3))),
  )

  it.live("ends with a reset, and is not mistaken for a list that begins after it", () =>
    Effect.gen(function* () {
      const before = scrollId(yield* page({ pageSize: "1" }))
      yield* Sandbox.Sandbox.use(({ reset }) => reset)
      assert.include((yield* ask({ scrollId: before })).text, "unknown or has expired")
      assert.notStrictEqual(scrollId(yield* page({ pageSize: "1" })), before)
      assert.strictEqual((yield* ask({ scrollId: before })).status, 400)
    }).pipe(Effect.provide(seeded(3))),
  )

  it.live("expires", () =>
    Effect.gen(function* () {
      const first = yield* page({ pageSize: "1" })
      const answer = yield* ask({ scrollId: scrollId(first) })
      assert.strictEqual(answer.status, 400)
      assert.include(answer.text, "has expired")
    }).pipe(Effect.provide(seeded(3, { scrollSeconds: 0 }))),
  )
})
