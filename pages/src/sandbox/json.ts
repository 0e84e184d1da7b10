/**
 * Data as text to read: JSON by the line, with what would hide or reorder a text made visible, and long texts cut.
 */
import { visible } from "../shared/format.ts"

/** Characters of a line; a name may be a megabyte long. */
const widest = 2_000

const lines = (text: string): string =>
  text
    .split("\n")
    .map((line) => visible(line, widest))
    .join("\n")

export const pretty = (value: unknown): string => lines(JSON.stringify(value, null, 2))

/** A body as it was sent or answered: laid out where it is JSON and whole. */
export const prettyBody = (text: string): string => {
  try {
    return pretty(JSON.parse(text))
  } catch {
    return lines(text)
  }
}
