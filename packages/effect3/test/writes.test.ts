import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Metric from "effect/Metric"
import type * as MetricState from "effect/MetricState"
import * as Stream from "effect/Stream"
import { assert, describe, it } from "vitest"
import { Accounts, AccountsError, AccountsEvent, AccountsMetrics } from "../src/index.ts"
import { account, over } from "./server.ts"

const run = <A, E>(effect: Effect.Effect<A, E, never>) => Effect.runPromise(effect)

const read = (body: object) => Response.json(body)

/** What a counter says of an outcome. */
const counted = (counter: Metric.Metric.Counter<number>, outcome: string, reason = "none") =>
  Effect.map(
    Metric.value(Metric.tagged(Metric.tagged(counter, "outcome", outcome), "reason", reason)),
    ({ count }: MetricState.MetricState.Counter<number>) => count,
  )

describe("updateAccount", () => {
  it("sends the changes, dates of Effect 3 too, and fails with a reason that is handled", async () => {
    const { client, requests } = over(({ url }) => new Response(null, { status: url.endsWith("acme") ? 204 : 404 }))
    const renewalDate = DateTime.unsafeMake("2027-01-01")
    const program = Effect.gen(function* () {
      const updated = yield* Accounts.updateAccount("acme", { plan: "pro", renewalDate })
      const gone = yield* Accounts.updateAccount("nobody", { plan: "pro" }).pipe(
        Effect.as("updated"),
        AccountsError.catchReason("AccountNotFound", (_, { operation, outcome }) =>
          Effect.succeed(`${operation}: ${outcome}`),
        ),
      )
      assert.isAtLeast(yield* counted(AccountsMetrics.updates, "updated"), 1)
      assert.isAtLeast(yield* counted(AccountsMetrics.updates, "not updated", "AccountNotFound"), 1)
      return { updated, gone }
    })
    const { gone, updated } = await run(Effect.provide(program, client({})))
    const changes = { plan: "pro", renewalDate: 1_798_761_600_000 }
    assert.deepInclude(updated, { id: "acme", changes, evidence: "answer", attempts: 1 })
    assert.isTrue(Duration.isDuration(updated.waited))
    assert.deepStrictEqual(requests[0]?.account, { id: "acme", ...changes })
    assert.strictEqual(gone, "update: not updated")
  })
})

describe("upsertAccount", () => {
  it("says what it changed from what to what", async () => {
    const { client } = over(({ method }) =>
      method === "GET" ? read({ ...account, plan: "free" }) : new Response(null, { status: 204 }),
    )
    const { changes, elapsed, outcome } = await run(Effect.provide(Accounts.upsertAccount(account), client({})))
    assert.deepStrictEqual([outcome, changes], ["updated", [{ path: "plan", before: "free", after: "pro" }]])
    assert.isTrue(Duration.isDuration(elapsed))
  })
})

describe("listAccounts", () => {
  const page = (ids: string) => read({ accounts: [...ids].map((id) => ({ id })), scrollId: "s", totalHits: 5 })

  it("lists page after page, and asks for none that is not taken", async () => {
    const pages = ["ab", "cd", "e"]
    const { client, requests } = over(() => page(pages.shift()!))
    const listed = Accounts.listAccounts({ pageSize: 2 }).pipe(Stream.map(({ id }) => id))
    const two = await run(Effect.provide(Stream.runCollect(Stream.take(listed, 2)), client({})))
    assert.deepStrictEqual([...two], ["a", "b"])
    assert.lengthOf(requests, 1)
    pages.unshift("ab")
    const all = await run(Effect.provide(Stream.runCollect(listed), client({})))
    assert.deepStrictEqual([...all], ["a", "b", "c", "d", "e"])
  })

  it("names no account in what its observer logs", async () => {
    const { client } = over(() => page("abcde"))
    const names: Array<string> = []
    const program = Stream.runDrain(Accounts.listAccounts()).pipe(
      AccountsEvent.observe(() =>
        Effect.map(Effect.logAnnotations, (all) => void names.push([...HashMap.keys(all)].join())),
      ),
    )
    await run(Effect.provide(program, client({})))
    assert.deepStrictEqual(names, ["", "", ""])
  })

  it("fails with a reason that is handled", async () => {
    const { client } = over(() => new Response("", { status: 403 }))
    const program = Stream.runCount(Accounts.listAccounts()).pipe(
      AccountsError.catchReason("Forbidden", (_, { accountId, operation }) => Effect.succeed([operation, accountId])),
    )
    assert.deepStrictEqual(await run(Effect.provide(program, client({}))), ["list", undefined])
  })
})
