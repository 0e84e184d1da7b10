import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { PlanRow } from "@effect-aptrinsic/bulk/PlannedRow"
import * as Revert from "@effect-aptrinsic/bulk/Revert"
import type { RowOutcome } from "@effect-aptrinsic/bulk/Row"
import type { AccountPart } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { Fault } from "@effect-aptrinsic/sandbox/Faults"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { subject } from "./support/journal.ts"
import { account } from "./support/px.ts"
import { layerHttpClient, layerHttpServer, layerServices } from "./support/runtime.ts"

const settings = { settleDelay: "50 millis", retryDelay: "5 millis" } as const

/** A sandbox, and a client. */
const layer = Layer.unwrap(
  Effect.map(Sandbox.Sandbox, ({ apiKey, url }) => Accounts.layer({ apiKey, baseUrl: url, ...settings })),
).pipe(
  Layer.provide(layerHttpClient()),
  Layer.provideMerge(Sandbox.layer().pipe(Layer.provide(layerHttpServer()))),
  Layer.provideMerge(layerServices),
  Layer.orDie,
)

const row = (number: number, more: AccountPart & { readonly id: string }): PlanRow => ({ row: number, account: more })

const hold = (accounts: ReadonlyArray<AccountPart & { readonly id: string }>) =>
  Effect.forEach(accounts, (part) => Accounts.createAccount({ ...account(part.id), ...part }), { discard: true })

const fail = (faults: ReadonlyArray<Fault>) => Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.faults.set(faults))

/** The number of requests that the sandbox got, by method. */
const requests = Effect.gen(function* () {
  const entries = yield* (yield* Sandbox.Sandbox).log.entries()
  return (method: string) => entries.filter((entry) => entry.method === method).length
})

/** One run: the rows are planned and sent, over a journal that outlives it. */
const run = (path: string, rows: ReadonlyArray<PlanRow>, options?: Plan.ApplyOptions) =>
  Effect.gen(function* () {
    const plan = yield* Plan.make(Stream.fromIterable(rows))
    const outcomes = yield* Stream.runCollect(Plan.apply(plan, options))
    const { totals } = yield* Journal.Journal
    return { counts: plan.counts, outcomes, totals: yield* totals }
  }).pipe(Effect.scoped, Effect.provide(JournalFile.layer({ path, subject }), { local: true }))

const inDirectory = <A, E, R>(body: (path: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* body(`${yield* fs.makeTempDirectoryScoped()}/report.ndjson`)
  }).pipe(Effect.scoped, Effect.provide(layer))

const told = (outcomes: ReadonlyArray<RowOutcome>) =>
  outcomes.toSorted((one, other) => one.row - other.row).map(({ _tag, id }) => `${id} ${_tag}`)

/** The end of each row, and the evidence for it. */
const confirmations = (outcomes: ReadonlyArray<RowOutcome>) =>
  outcomes
    .toSorted((one, other) => one.row - other.row)
    .map((outcome) => {
      const known = "confirmed" in outcome ? outcome.confirmed : "code" in outcome ? outcome.code : ""
      return `${outcome.id} ${outcome._tag} ${known}`
    })

describe("a plan that is carried out", () => {
  it.live("leaves PX as the rows say, and what it overwrote in the journal", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* hold([
          { id: "duff", plan: "free", location: { city: "Shelbyville" }, customAttributes: { tier: "tin" } },
          { id: "moes", plan: "pro" },
          { id: "kwik", nps: 4 },
        ])
        const rows = [
          row(1, { id: "duff", plan: "pro", location: { city: "Springfield" }, customAttributes: { tier: "gold" } }),
          row(2, { ...account("moes"), plan: "pro" }),
          row(3, { ...account("leftorium"), plan: "pro" }),
          row(4, { id: "kwik", nps: 5, plan: "" }),
          row(5, { id: "nobody", plan: "pro" }),
        ]
        const first = yield* run(path, rows)
        assert.deepStrictEqual(told(first.outcomes), [
          "duff Updated",
          "leftorium Created",
          "kwik Updated",
          "nobody Invalid",
        ])
        assert.deepInclude(first.totals, { Created: 1, Updated: 2, Invalid: 1, InDoubt: 0 })
        assert.deepStrictEqual(yield* Stream.runCollect(JournalFile.overwritten(path)), [
          {
            row: 1,
            id: "duff",
            isCertain: true,
            fields: [
              { path: "customAttributes.tier", from: "tin", to: "gold" },
              { path: "location.city", from: "Shelbyville", to: "Springfield" },
              { path: "plan", from: "free", to: "pro" },
            ],
          },
          { row: 4, id: "kwik", isCertain: true, fields: [{ path: "nps", from: 4, to: 5 }] },
        ])
        const held = yield* Accounts.getAccount("duff")
        assert.deepInclude(held, { name: "Acme Inc", plan: "pro", customAttributes: { tier: "gold" } })
        assert.strictEqual(held.location?.city, "Springfield")
        const second = yield* run(path, rows)
        assert.deepStrictEqual([second.counts.unchanged, second.outcomes], [4, []])
        assert.deepStrictEqual(second.totals, first.totals)
        const sent = yield* requests
        assert.deepStrictEqual([sent("POST"), sent("PUT")], [4, 2])
      }),
    ),
  )

  it.live("knows of each update what became of it when answers are lost", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* hold([{ id: "kept" }, { id: "lost" }, { id: "gone" }])
        yield* fail([
          { fault: "drop-after-commit", method: "PUT", accountId: "kept", times: 1 },
          { fault: "server-error", method: "PUT", accountId: "lost", times: 1 },
          { fault: "refusal", method: "PUT", accountId: "gone", status: 404 },
        ])
        const rows = ["kept", "lost", "gone"].map((id, index) => row(index + 1, { id, plan: "pro" }))
        const { outcomes } = yield* run(path, rows)
        assert.deepStrictEqual(confirmations(outcomes), [
          "kept Updated true",
          "lost Updated false",
          "gone Failed AccountNotFound",
        ])
      }),
    ),
  )

  it.live("settles after a kill by what PX holds: a change that is there is done, another one is sent again", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* hold([{ id: "there" }, { id: "missing" }])
        yield* fail([
          { fault: "no-answer", method: "PUT", accountId: "there", committed: true },
          { fault: "no-answer", method: "PUT", accountId: "missing" },
          { fault: "no-answer", method: "POST", accountId: "new", committed: true },
        ])
        const changes = ["there", "missing"].map((id, index) => row(index + 1, { id, plan: "pro" }))
        const rows = [...changes, row(3, account("new"))]
        const killed = yield* Effect.forkChild(run(path, rows))
        const { faults, log, store } = yield* Sandbox.Sandbox
        const isSent = Effect.gen(function* () {
          const isThere = (yield* store.get("there"))?.account.plan === "pro" && (yield* store.get("new")) !== undefined
          return isThere && (yield* faults.active).every(({ struck }) => struck > 0)
        })
        while (!(yield* isSent)) yield* Effect.sleep(5)
        yield* Fiber.interrupt(killed)
        yield* fail([])
        // A request that nobody waits for any more is logged when the server finds that out.
        while ((yield* log.counters).unanswered < 3) yield* Effect.sleep(5)
        const before = yield* requests
        const { outcomes, totals } = yield* run(path, rows)
        const after = yield* requests
        assert.deepStrictEqual(confirmations(outcomes), [
          "there Updated true",
          "missing Updated false",
          "new Created true",
        ])
        assert.deepStrictEqual([after("PUT") - before("PUT"), after("POST") - before("POST")], [1, 0])
        const overwritten = yield* Stream.runCollect(JournalFile.overwritten(path))
        const fields = [{ path: "plan", to: "pro" }]
        assert.deepStrictEqual(overwritten, [
          { row: 1, id: "there", isCertain: true, fields },
          { row: 2, id: "missing", isCertain: true, fields },
        ])
        assert.deepInclude(totals, { Created: 1, Updated: 2, InDoubt: 0 })
      }),
    ),
  )

  it.live("overwrites nothing that changed since it was made, where it is to verify that", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* hold(["same", "other", "done", "gone"].map((id) => ({ id, plan: "free", csm: "lenny" })))
        const rows = ["same", "other", "done", "gone"].map((id, index) => row(index + 1, { id, plan: "pro" }))
        const plan = yield* Plan.make(Stream.fromIterable(rows))
        yield* Accounts.updateAccount("same", { csm: "carl" })
        yield* Accounts.updateAccount("other", { plan: "trial" })
        yield* Accounts.updateAccount("done", { plan: "pro" })
        yield* fail([{ fault: "refusal", method: "GET", accountId: "gone", status: 404 }])
        const outcomes = yield* Stream.runCollect(Plan.apply(plan, { verify: true })).pipe(
          Effect.provide(JournalFile.layer({ path, subject })),
        )
        assert.deepStrictEqual(confirmations(outcomes), [
          "same Updated false",
          "other Failed Overtaken",
          "done Updated false",
          "gone Failed AccountNotFound",
        ])
        assert.strictEqual((yield* Accounts.getAccount("other")).plan, "trial")
        assert.deepStrictEqual(yield* Stream.runCount(JournalFile.overwritten(path)), 2)
      }).pipe(Effect.scoped),
    ),
  )

  it.live(
    "leaves in doubt what somebody changed since an update that may have been done, and keeps what that overwrote",
    () =>
      inDirectory((path) =>
        Effect.gen(function* () {
          yield* hold([{ id: "duff", plan: "free" }])
          const plan = yield* Plan.make(Stream.make(row(1, { id: "duff", plan: "pro" })))
          const journal = Effect.flatMap(Journal.Journal, ({ sent }) =>
            sent({ row: 1, id: "duff" }, [{ path: "plan", from: "free", to: "pro" }]),
          )
          yield* Accounts.updateAccount("duff", { plan: "trial" })
          const outcomes = yield* Effect.andThen(journal, Stream.runCollect(Plan.apply(plan, { verify: true }))).pipe(
            Effect.provide(JournalFile.layer({ path, subject })),
          )
          assert.deepStrictEqual(told(outcomes), ["duff InDoubt"])
          assert.strictEqual((yield* Accounts.getAccount("duff")).plan, "trial")
          assert.deepStrictEqual(yield* Stream.runCount(JournalFile.overwritten(path)), 1)
        }).pipe(Effect.scoped),
      ),
  )

  it.live("does not tell as overwritten what a request said that PX refused", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* hold([{ id: "duff", plan: "free", csm: "carl" }])
        yield* fail([{ fault: "refusal", method: "PUT", status: 400 }])
        const rows = [row(1, { id: "duff", plan: "pro", csm: "lenny" })]
        assert.deepStrictEqual(told((yield* run(path, rows)).outcomes), ["duff Failed"])
        yield* fail([])
        yield* Accounts.updateAccount("duff", { csm: "lenny" })
        assert.deepStrictEqual(told((yield* run(path, rows)).outcomes), ["duff Updated"])
        const fields = [{ path: "plan", from: "free", to: "pro" }]
        assert.deepStrictEqual(yield* Stream.runCollect(JournalFile.overwritten(path)), [
          { row: 1, id: "duff", isCertain: true, fields },
        ])
      }),
    ),
  )

  it.live("is set back by what its journal says, but for what was not set before and what somebody changed since", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const before = { plan: "free", location: { city: "Shelbyville" }, customAttributes: { "a.b": 1 } }
        yield* hold([
          { id: "duff", ...before },
          { id: "moes" },
          { id: "kwik", plan: "free" },
          { id: "krusty", name: "Krusty", plan: "free" },
        ])
        const changes = { plan: "pro", location: { city: "Springfield" }, customAttributes: { "a.b": 2 } }
        yield* run(path, [
          row(1, { id: "duff", ...changes, csm: "lenny" }),
          row(2, { id: "moes", plan: "pro" }),
          row(3, { id: "kwik", plan: "pro" }),
          row(4, { ...account("gulp"), plan: "pro" }),
          // PX keeps it trimmed.
          row(5, { id: "krusty", name: " Krusty Burger ", plan: "pro" }),
        ])
        yield* Accounts.updateAccount("kwik", { plan: "gold" })
        yield* Accounts.updateAccount("krusty", { plan: "gold" })
        const back = Effect.gen(function* () {
          const revert = yield* Revert.make(path)
          const { counts, stays } = revert
          const outcomes = yield* Stream.runCollect(Plan.apply(revert))
          return { counts, stays, outcomes: outcomes.map((each) => ("message" in each ? each.message : each.id)) }
        }).pipe(Effect.scoped, Effect.provide(JournalFile.layer({ path: `${path}.back`, subject }), { local: true }))
        const stays = { unset: { csm: 1, plan: 1 }, changed: { plan: 2 } }
        const counts = { create: 0, change: 2, unchanged: 0, incomparable: 2 }
        const left = [
          "plan was not set before, and no call is known to clear a field",
          "Somebody changed plan in PX since.",
        ]
        const first = yield* back
        assert.deepStrictEqual(first.counts, {
          ...counts,
          fields: { "customAttributes.a.b": 1, "location.city": 1, plan: 1, name: 1 },
        })
        assert.deepStrictEqual(first.stays, stays)
        assert.deepStrictEqual(first.outcomes.toSorted(), [...left, "duff", "krusty"].toSorted())
        const { customAttributes, location, plan } = yield* Accounts.getAccount("duff")
        assert.deepStrictEqual({ plan, customAttributes, location: { city: location?.city } }, before)
        const others = yield* Effect.forEach(["moes", "kwik", "gulp", "krusty"], (id) => Accounts.getAccount(id))
        assert.deepStrictEqual(
          others.map(({ name, plan }) => [name, plan]),
          [
            ["Acme Inc", "pro"],
            ["Acme Inc", "gold"],
            ["Acme Inc", "pro"],
            ["Krusty", "gold"],
          ],
        )
        const again = yield* back
        assert.deepStrictEqual(again.counts, { ...counts, change: 0, unchanged: 1, incomparable: 3, fields: {} })
      }),
    ),
  )

  it.live("creates no account again that is gone when it is set back", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* hold([{ id: "duff", plan: "free" }])
        yield* run(path, [row(1, { id: "duff", name: "Duff", propertyKeys: ["AP-2-2"], plan: "pro" })])
        yield* (yield* Sandbox.Sandbox).reset
        const { counts, rows } = yield* Revert.make(path)
        assert.deepStrictEqual(counts, { create: 0, change: 0, unchanged: 0, incomparable: 1, fields: {} })
        const [planned] = yield* Stream.runCollect(rows)
        assert(planned?._tag === "Incomparable")
        assert.strictEqual(planned.message, "PX has no such account any more.")
      }),
    ),
  )

  it.live("sends nothing beyond its limits", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* hold([{ id: "a1" }, { id: "a2" }])
        const rows = ["a1", "a2", "a3"].map((id, index) => row(index + 1, { ...account(id), plan: "pro" }))
        const error = yield* Effect.flip(run(path, rows, { maxChanges: 1 }))
        assert(error._tag === "PlanError")
        assert.strictEqual(error.kind, "TooManyChanges")
        const sent = yield* requests
        assert.deepStrictEqual([sent("POST"), sent("PUT")], [2, 0])
      }),
    ),
  )
})
