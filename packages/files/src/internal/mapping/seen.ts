/**
 * What reading the rows shows of a column: how many are set, and the first values that differ.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { detached } from "../detached.ts"

const maxSamples = 3
/** Values among which samples are looked for: a column of one value would be compared with it a million times. */
const maxLooked = 1000
const maxLength = 40

export interface Seen {
  set: number
  readonly samples: Array<string>
}

export const makeSeen = (): Seen => ({ set: 0, samples: [] })

/** An object may be deeper than it can be written. */
const inList = (value: unknown) => (typeof value === "object" && value !== null ? "{…}" : String(value))
const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.slice(0, maxSamples).map(inList).join(", ") : inList(value)

const sample = ({ samples }: Seen, value: unknown) => {
  const text = visible(textOf(value), maxLength)
  if (!samples.includes(text)) samples.push(detached(text))
}

/** Takes a value that is set; small, so that it costs a cell nothing. */
export const see = (seen: Seen, value: unknown): void => {
  if (seen.set++ < maxLooked && seen.samples.length < maxSamples) sample(seen, value)
}
