/**
 * The simulation as a command: `npm run simulate -- --runs 1000000 --seed 1`. Seeds count up from `--seed`; a run that
 * breaks a promise is printed with its seed and history, and `--runs 1 --seed <seed>` plays it again, `--history` shows
 * one that keeps them.
 */
import process from "node:process"
import { parseArgs } from "node:util"
import { runCampaign } from "./campaign.ts"
import { format } from "./history.ts"
import { simulate } from "./simulate.ts"

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    history: { type: "boolean", default: false },
  },
})
const runs = Number(values.runs)
const seed = Number(values.seed)
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  throw new Error("--runs takes a whole number of at least 1, --seed a whole number")
}

const print = (...lines: ReadonlyArray<string>) => process.stdout.write(`${lines.join("\n")}\n`)

const startedAt = performance.now()
let reported = startedAt
const campaign = runCampaign({
  runs,
  seed,
  onProgress: (done, violations) => {
    if (performance.now() - reported < 10_000) return
    reported = performance.now()
    print(`${done} of ${runs} runs, ${violations} broke a promise`)
  },
})
const seconds = (performance.now() - startedAt) / 1000

for (const run of campaign.violating) {
  print("", `seed ${run.seed}:`, ...run.violations.map(({ invariant, what }) => `  broken: ${invariant} (${what})`))
}
const [first] = campaign.violating
if (first !== undefined) {
  print("", `history of seed ${first.seed}, plan ${JSON.stringify(first.plan)}`, ...format(first.events))
  print("", `replay: npm run simulate -- --runs 1 --seed ${first.seed}`)
} else if (values.history) {
  print(...format(simulate(seed).events))
}

const tally = [...campaign.tally].toSorted(([, a], [, b]) => b - a).map(([what, count]) => `${what} ${count}`)
print(
  "",
  `${runs} runs from seed ${seed}: ${campaign.violations} broke a promise. ${campaign.hours.toFixed(0)} hours of virtual time in ${seconds.toFixed(1)} s.`,
  tally.join(", "),
)
process.exitCode = campaign.violations === 0 ? 0 : 1
