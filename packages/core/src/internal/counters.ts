/**
 * A counter with two attributes, made once for each pair of values: making one costs more than counting.
 */
import * as Metric from "effect/Metric"
import { getOrMake } from "./getOrMake.ts"

export const countersOf = (counter: Metric.Counter<number>, first: string, second: string) => {
  const made = new Map<string, Metric.Counter<number>>()
  return (one: string, other: string): Metric.Counter<number> =>
    getOrMake(made, `${one} ${other}`, () => Metric.withAttributes(counter, { [first]: one, [second]: other }))
}
