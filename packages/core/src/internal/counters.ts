/**
 * A counter with two attributes, made once for each pair of values: making one costs more than counting.
 */
import * as Metric from "effect/Metric"

export const countersOf = (counter: Metric.Counter<number>, first: string, second: string) => {
  const made = new Map<string, Metric.Counter<number>>()
  return (one: string, other: string): Metric.Counter<number> => {
    const key = `${one} ${other}`
    const existing = made.get(key)
    if (existing !== undefined) return existing
    const attributed = Metric.withAttributes(counter, { [first]: one, [second]: other })
    made.set(key, attributed)
    return attributed
  }
}
