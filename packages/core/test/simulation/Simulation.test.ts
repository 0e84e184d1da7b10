import { assert, describe, it } from "@effect/vitest"
import { runCampaign } from "./campaign.ts"
import { format } from "./history.ts"
import { plantedBugs } from "./plantedBugs.ts"
import { simulate } from "./simulate.ts"

const explain = (campaign: Awaited<ReturnType<typeof runCampaign>>): string => {
  const [run] = campaign.violating
  if (run === undefined) return ""
  const broken = run.violations.map(({ invariant, what }) => `${invariant}: ${what}`)
  return [
    `seed ${run.seed} (replay: npm run simulate -- --runs 1 --seed ${run.seed})`,
    ...broken,
    ...format(run.events),
  ].join("\n")
}

describe("the simulation", () => {
  it("keeps every promise in 2,000 runs, which meet every kind of end", async () => {
    const campaign = await runCampaign({ runs: 2000, seed: 1 })
    assert.strictEqual(explain(campaign), "")
    const ends = [
      "created",
      "reconciled",
      "existed",
      "interrupted",
      "not created: PossibleDuplicate",
      "not created: BadRequest",
      "not created: Unavailable",
      "not created: Unreachable",
      "not created: RateLimited",
      "not created: DailyQuotaExhausted",
      "not created: Redirected",
      "unknown: OutcomeUnknown",
      "unknown: Redirected",
    ]
    for (const end of ends) assert.isAtLeast(campaign.tally.get(end) ?? 0, 4, end)
  }, 120_000)

  it("plays a seed the same way every time", async () => {
    for (const seed of [3, 14, 159, 2653]) {
      const [once, again] = [await simulate(seed), await simulate(seed)]
      assert.isAtLeast(once.events.length, 3)
      assert.deepStrictEqual(format(once.events), format(again.events))
    }
  })

  for (const [name, variant, invariant] of plantedBugs) {
    it(`finds ${name}`, async () => {
      const campaign = await runCampaign({ runs: 300, seed: 1, variant, keep: 300 })
      const found = campaign.violating
        .flatMap((run) => run.violations)
        .filter((violation) => violation.invariant === invariant)
      assert.isAtLeast(found.length, 3)
    }, 30_000)
  }

  it("shows the limit of the promise: an account that stays invisible for longer than the lookups last", async () => {
    const { violating } = await runCampaign({ runs: 2000, seed: 1, variant: { lagFactor: 20 }, keep: 2000 })
    const wrong = violating.flatMap((run) => run.violations)
    assert.isAtLeast(wrong.length, 1)
    for (const { invariant, what } of wrong) {
      assert.strictEqual(invariant, "the reported outcome is the server's")
      assert.match(what, /not created .*the call created it/)
    }
  }, 60_000)
})
