import { dirname } from "node:path"
import * as Plan from "@effect-aptrinsic/bulk/Plan"
import { isPlanError } from "@effect-aptrinsic/bulk/PlanError"
import { PlannedRow, type PlanRow } from "@effect-aptrinsic/bulk/PlannedRow"
import { type Account, AccountPart, NewAccount } from "@effect-aptrinsic/core/Account"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { holding } from "./support/holding.ts"
import { filesWith, refusal } from "./support/journal.ts"
import { account } from "./support/px.ts"

/** As PX gives an account: unset text is empty, unset numbers are 0. */
const held = (id: string, more: Partial<Account> = {}): Account =>
  ({ ...account(id), plan: "", healthScore: 0, customAttributes: null, numberOfUsers: 3, ...more }) as Account

const row = (number: number, more: AccountPart & { readonly id: string }): PlanRow => ({
  row: number,
  line: number + 1,
  account: more,
})
const whole = (number: number, id: string, more: AccountPart = {}) => row(number, { ...account(id), ...more })

const planned = (rows: ReadonlyArray<PlanRow>, px: ReturnType<typeof holding>, options?: Plan.Options) =>
  Effect.gen(function* () {
    const plan = yield* Plan.make(Stream.fromIterable(rows), { pageSize: 10, ...options })
    const all = yield* Stream.runCollect(plan.rows)
    return { ...plan, all }
  }).pipe(Effect.scoped, Effect.provide(px.layer))

const many = Array.from({ length: 40 }, (_, index) => held(`z${index}`))

/** As PX merges changes into an account: groups and attributes name by name. */
const merged = (account: object, changes: object): object => {
  const members = new Map<string, unknown>(Object.entries(account))
  for (const [name, value] of Object.entries(changes)) {
    const [before, isGroup] = [members.get(name), ["location", "coordinates", "customAttributes"].includes(name)]
    members.set(name, isGroup ? merged(Predicate.isObject(before) ? before : {}, value as object) : value)
  }
  return Object.fromEntries(members)
}

describe("a plan", () => {
  it.effect.prop(
    "leaves nothing to change once it is carried out, whatever an account holds",
    [NewAccount, AccountPart],
    ([before, part]) =>
      Effect.gen(function* () {
        const rows = [row(1, { ...part, id: before.id })]
        const first = yield* planned(rows, holding([before as Account]))
        const [change] = first.all
        const after = change?._tag === "Change" ? merged(before, change.changes) : before
        const { all } = yield* planned(rows, holding([after as Account]))
        assert.deepStrictEqual(
          all.map(({ _tag }) => _tag),
          ["Unchanged"],
        )
      }),
    { arbitrary: { runs: 40 } },
  )

  it.effect("says of each row what sending it would do", () =>
    Effect.gen(function* () {
      const location = { city: "Shelbyville", countryCode: "US" }
      const accounts = [
        held("duff", { plan: "free", healthScore: 40, location, customAttributes: { tier: "gold", "a.b": 1 } }),
        held("moes", { plan: "pro" }),
        held("kwik", { plan: " pro " }),
        ...many,
      ]
      const rows = [
        whole(1, "duff", {
          plan: "pro",
          healthScore: 40,
          location: { city: "Springfield" },
          customAttributes: { tier: "gold", "a.b": 2, a: "new" },
        }),
        whole(2, "moes", { plan: "pro" }),
        whole(3, "kwik", { plan: "pro" }),
        whole(4, "leftorium", { plan: "pro" }),
        row(5, { id: "duff", plan: "pro" }),
        row(6, { id: "nobody", plan: "pro" }),
        { row: 7, line: 8, id: "", problem: "id is missing" },
        row(8, { id: "z1", healthScore: 2.5 }),
        ...many.map(({ id }, index) => whole(index + 9, id)),
      ]
      const { all, asked, counts } = yield* planned(rows, holding(accounts))
      assert.deepStrictEqual(asked, { by: "list", requests: 5 })
      assert.deepStrictEqual(all.slice(0, 3), [
        {
          _tag: "Change",
          row: 1,
          line: 2,
          id: "duff",
          fields: [
            { path: "customAttributes.a", to: "new" },
            { path: "customAttributes.a.b", from: 1, to: 2 },
            { path: "location.city", from: "Shelbyville", to: "Springfield" },
            { path: "plan", from: "free", to: "pro" },
          ],
          changes: { customAttributes: { a: "new", "a.b": 2 }, location: { city: "Springfield" }, plan: "pro" },
        },
        { _tag: "Unchanged", row: 2, line: 3, id: "moes" },
        { _tag: "Unchanged", row: 3, line: 4, id: "kwik" },
      ])
      const [created] = all.slice(3)
      assert.deepStrictEqual(created?._tag === "Create" && created.account, { ...account("leftorium"), plan: "pro" })
      assert.deepStrictEqual(
        all.slice(4, 8).map((row) => row._tag === "Incomparable" && `${row.id}: ${row.message}`),
        [
          "duff: An earlier row has the same id.",
          "nobody: PX has no such account, and none can be created: name is required; propertyKeys is required",
          ": id is missing",
          "z1: healthScore 2.5 is not a whole number",
        ],
      )
      assert.deepStrictEqual(counts, {
        create: 1,
        change: 1,
        unchanged: 42,
        incomparable: 4,
        fields: { "customAttributes.a": 1, "customAttributes.a.b": 1, "location.city": 1, plan: 1 },
      })
      assert.isTrue(all.every(Schema.is(PlannedRow)))
    }),
  )

  it.effect("never clears by an empty cell, and touches the fields alone that it may", () =>
    Effect.gen(function* () {
      const location = { city: "Springfield", street: "Evergreen Terrace" }
      const px = holding([held("duff", { plan: "pro", csm: "lenny", location })])
      const empty = whole(1, "duff", { plan: "", location: { city: "" }, customAttributes: { tier: "" } })
      const blank = whole(1, "duff", { plan: " ", location: { city: "\u00a0" }, customAttributes: { tier: "\t" } })
      for (const row of [empty, blank]) assert.deepStrictEqual((yield* planned([row], px)).counts.unchanged, 1)
      const other = whole(1, "duff", { plan: "free", csm: "carl", location: { city: "Ogdenville", street: "Main" } })
      const { all } = yield* planned([other, whole(2, "new", { plan: "pro" })], px, { only: ["csm", "location"] })
      assert.deepStrictEqual(
        all.map((row) => (row._tag === "Change" ? row.changes : row._tag === "Create" && row.account.plan)),
        [{ csm: "carl", location: { city: "Ogdenville", street: "Main" } }, "pro"],
      )
      for (const [name, what] of [
        ["plam", "plam, which is not a field; perhaps plan."],
        ["Id", "Id, which is not a field."],
        ["", "nothing, which is not a field."],
        ["customAttributes.", "customAttributes., which is not a field; perhaps customAttributes."],
      ] as const) {
        const error = yield* Effect.flip(planned([other], px, { only: [name] }))
        assert.strictEqual(error.message, `The options are not valid: only names ${what}`)
      }
    }),
  )

  it.effect("reads accounts one by one where that takes fewer requests than the list", () =>
    Effect.gen(function* () {
      const px = holding([...many, held("duff", { plan: "free" })])
      const rows = [
        whole(1, "z0"),
        whole(2, "duff", { plan: "pro" }),
        whole(3, "new"),
        row(4, { id: "..", plan: "pro" }),
      ]
      const { all, asked } = yield* planned(rows, px)
      assert.deepStrictEqual(
        all.map(({ _tag }) => _tag),
        ["Unchanged", "Change", "Create", "Incomparable"],
      )
      // One page shows z0 and that four more are to come; the other three rows are read.
      assert.deepStrictEqual(
        [asked, px.asked],
        [
          { by: "reads", requests: 4 },
          { pages: 1, reads: 3 },
        ],
      )
      const one = holding(many)
      assert.strictEqual((yield* planned([whole(1, "z7")], one)).counts.unchanged, 1)
      assert.deepStrictEqual(one.asked, { pages: 0, reads: 1 })
      assert.deepStrictEqual((yield* planned([], one)).asked, { by: "reads", requests: 0 })
    }),
  )

  it.effect("takes a row that says something else the second time for unknown", () =>
    Effect.gen(function* () {
      const px = holding(many)
      let pass = 0
      const rows = Stream.suspend(() => {
        const plan = pass++ === 0 ? "free" : "pro"
        return Stream.make(whole(1, "z0", { plan }), whole(2, "z1"), whole(3, pass === 1 ? "z2" : "z3"))
      })
      const { counts } = yield* Plan.make(rows).pipe(Effect.scoped, Effect.provide(px.layer))
      assert.deepStrictEqual(counts, { create: 0, change: 0, unchanged: 1, incomparable: 2, fields: {} })
    }),
  )

  it.effect("keeps what differs in a file whose name is gone at once, and says when the disk refuses it", () =>
    Effect.gen(function* () {
      const files: Array<string> = []
      const watching = filesWith((fs) => ({
        open: (path, options) => {
          files.push(path)
          return fs.open(path, options)
        },
      }))
      const px = holding(many)
      const rows = many.map(({ id }, index) => whole(index + 1, id, { plan: "pro" }))
      const there = Effect.gen(function* () {
        const plan = yield* Plan.make(Stream.fromIterable(rows))
        const fs = yield* FileSystem.FileSystem
        const left = yield* fs.readDirectory(dirname(files[0]!))
        return [plan.counts.change, files.length, left, (yield* Stream.runCollect(plan.rows)).length] as const
      })
      const watched = Layer.provideMerge(watching, px.layer)
      assert.deepStrictEqual(yield* Effect.provide(Effect.scoped(there), watched), [40, 1, [], 40])

      const full = filesWith(() => ({ makeTempDirectoryScoped: () => Effect.fail(refusal("ENOSPC")) }))
      const error = yield* Plan.make(Stream.fromIterable(rows)).pipe(
        Effect.scoped,
        Effect.flip,
        Effect.provide(Layer.provideMerge(full, px.layer)),
      )
      assert.isTrue(isPlanError(error))
      assert.strictEqual(error.message, "The temporary file of the plan cannot be used: the disk is full.")
    }),
  )

  it.effect("is refused with its fields when it overwrites or creates more than it may", () =>
    Effect.gen(function* () {
      const { counts } = yield* planned(
        many.map(({ id }, index) => whole(index + 1, id, index < 30 ? { plan: "pro" } : {})),
        holding(many),
      )
      yield* Plan.checkLimits(counts, {})
      yield* Plan.checkLimits(counts, { maxChanges: 30, maxChangeShare: 0.75 })
      const messages = yield* Effect.forEach([{ maxChanges: 29 }, { maxChangeShare: 0.749 }], (limits) =>
        Effect.map(Effect.flip(Plan.checkLimits(counts, limits)), ({ message }) => message),
      )
      assert.deepStrictEqual(messages, [
        "30 of 40 accounts would be overwritten, 75 %; 29 are allowed. Fields: plan 30.",
        "30 of 40 accounts would be overwritten, 75 %; 74.9 % are allowed. Fields: plan 30.",
      ])
      const fine = { ...counts, change: 26, unchanged: 9974, fields: { plan: 26 } }
      const close = yield* Effect.forEach(
        [{ maxChangeShare: 0.0025 }, { maxChangeShare: 0.002599 }, { maxChanges: 25 }],
        (limits) => Effect.map(Effect.flip(Plan.checkLimits(fine, limits)), ({ message }) => message),
      )
      assert.deepStrictEqual(
        close.map((message) => message.slice(message.lastIndexOf(",") + 2)),
        [
          "0.26 %; 0.25 % are allowed. Fields: plan 26.",
          "0.26 %; 0.2599 % are allowed. Fields: plan 26.",
          "0.3 %; 25 are allowed. Fields: plan 26.",
        ],
      )
      const created = yield* Effect.forEach([1, 2], (create) =>
        Effect.flip(Plan.checkLimits({ ...counts, create }, { maxChanges: 30, maxCreates: create - 1 })),
      )
      assert.deepStrictEqual(
        created.map(({ kind, message }) => [kind, message]),
        [
          ["TooManyCreates", "1 account would be created; 0 are allowed."],
          ["TooManyCreates", "2 accounts would be created; 1 is allowed."],
        ],
      )
      const odd = [{ maxChangeShare: 20 }, { maxChangeShare: Number.NaN }, { maxChanges: -1 }, { maxCreates: -1 }]
      const kinds = yield* Effect.forEach(odd, (limits) =>
        Effect.map(Effect.flip(Plan.checkLimits(counts, limits)), ({ kind }) => kind),
      )
      assert.deepStrictEqual(new Set(kinds), new Set(["InvalidOptions"]))
    }),
  )

  it.effect("fails as the list does, also where it would read one account alone", () =>
    Effect.gen(function* () {
      for (const accounts of [many, many.slice(0, 1)]) {
        const rows = Stream.fromIterable(accounts.map(({ id }, index) => whole(index + 1, id)))
        const error = yield* Effect.flip(Effect.scoped(Plan.make(rows, { pageSize: 0 })))
        assert.include(error.message, "pageSize must be a whole number from 1 to 1000")
      }
    }).pipe(Effect.provide(holding(many).layer)),
  )
})
