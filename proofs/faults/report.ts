/**
 * A program that runs the matrix, or the numbers it is given, in this runtime, and prints what came of each scenario as a line of JSON.
 */
import process from "node:process"
import * as Effect from "effect/Effect"
import { matrix } from "./matrix.ts"
import { type Observation, run } from "./run.ts"

/** A scenario by its place in the matrix. */
export interface Reported extends Observation {
  readonly index: number
}

const numbers = process.argv.slice(2).map(Number)
const asked = matrix
  .map((scenario, index) => ({ scenario, index }))
  .filter(({ scenario }) => numbers.length === 0 || numbers.includes(scenario.number))

const report = Effect.forEach(
  asked,
  ({ index, scenario }) =>
    Effect.map(run(scenario), (observation) => {
      process.stdout.write(`${JSON.stringify({ index, ...observation })}\n`)
    }),
  { concurrency: 5, discard: true },
)

await Effect.runPromise(report)
