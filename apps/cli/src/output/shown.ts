/** Data with its texts as a terminal or a page may show them. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype

const texts = (value: unknown): unknown => {
  if (typeof value === "string") return visible(value, Infinity)
  if (Array.isArray(value)) return value.map(texts)
  // A moment has no text of others in it.
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [visible(name, Infinity), texts(each)]))
}

/** With the controls of every text visible, those of the names of members too. */
export const shown = <A>(value: A): A => texts(value) as A
