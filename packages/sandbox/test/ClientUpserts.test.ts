import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsUpsert from "@effect-aptrinsic/core/AccountsUpsert"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { acme, sandbox } from "./harness.ts"

const client = Layer.unwrap(
  Effect.map(Sandbox.Sandbox, ({ apiKey, url }) =>
    Accounts.layer({ apiKey, baseUrl: url, retryDelay: "5 millis", settleDelay: "20 millis" }),
  ),
)

describe("upserts of one account by many programs at once", () => {
  it.live("are created once, and end with what one of them sent last", () =>
    Effect.gen(function* () {
      const plans = Array.from({ length: 20 }, (_, index) => `plan-${index}`)
      const ended = yield* Effect.forEach(plans, (plan) => AccountsUpsert.upsertAccount({ ...acme, plan }), {
        concurrency: "unbounded",
      })
      for (const { elapsed } of ended) assert.isTrue(Number.isInteger(Duration.toMillis(elapsed)))
      const { log, store } = yield* Sandbox.Sandbox
      const created = plans.filter((_, index) => ended[index]!.outcome === "created")
      assert.lengthOf(created, 1)
      const outcomes = (yield* log.entries()).map(({ outcome }) => outcome)
      assert.lengthOf(
        outcomes.filter((outcome) => outcome === "created"),
        1,
      )
      // The one that created it may have found what another one changed, and changed that.
      assert.isTrue(
        ended.every(({ changes, outcome }, index) =>
          changes.length === 0 ? outcome === "created" : changes[0]?.after === plans[index],
        ),
      )
      const stored = yield* store.get("acme")
      assert.include(plans, stored?.account.plan)
    }).pipe(
      Effect.provide(
        client.pipe(
          Layer.provideMerge(
            sandbox({
              faults: [
                { fault: "drop-after-commit", method: "PUT", rate: 0.3 },
                { fault: "drop-after-commit", method: "POST", times: 1 },
              ],
              limits: { perSecond: null },
            }),
          ),
        ),
      ),
    ),
  )
})
