/**
 * Many runs: their seeds in a row, what they came to, and the first of them that broke a promise.
 */
import { outcome } from "./history.ts"
import { type Run, simulate, type Variant } from "./simulate.ts"

export interface Campaign {
  readonly runs: number
  /** Runs that broke a promise, in the order of their seeds; at most `keep` of them. */
  readonly violating: ReadonlyArray<Run>
  readonly violations: number
  /** How many creates ended how, and how many requests, rejections and crashes there were. */
  readonly tally: ReadonlyMap<string, number>
  /** Hours of virtual time. */
  readonly hours: number
}

export interface CampaignOptions {
  readonly runs: number
  readonly seed: number
  readonly variant?: Variant
  /** @default 10 */
  readonly keep?: number
  /** Called now and then with the number of runs that are over. */
  readonly onProgress?: (runs: number, violations: number) => void
}

export const runCampaign = (options: CampaignOptions): Campaign => {
  const tally = new Map<string, number>()
  const count = (what: string) => void tally.set(what, (tally.get(what) ?? 0) + 1)
  const violating: Array<Run> = []
  let violations = 0
  let hours = 0
  for (let index = 0; index < options.runs; index++) {
    const run = simulate(options.seed + index, options.variant)
    hours += run.duration / 3_600_000
    for (const event of run.events) {
      if (event._tag === "Ended") count(outcome(event.exit))
      else if (event._tag === "Sent") count(event.method)
      else if (event._tag === "Received" && event.received._tag === "Status" && event.received.status === 429) {
        count("429")
      }
    }
    if (run.violations.length > 0) {
      violations++
      if (violating.length < (options.keep ?? 10)) violating.push(run)
    }
    options.onProgress?.(index + 1, violations)
  }
  return { runs: options.runs, violating, violations, tally, hours }
}
