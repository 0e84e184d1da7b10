import * as Duration from "effect/Duration"

const spans: ReadonlySet<string> = new Set(["at", "delay", "elapsed", "took", "waited"])

/** The numbers that the client gives as the lengths of time that core gives. */
export const timed = <A>(members: object): A =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, spans.has(name) ? Duration.millis(value) : value]),
  ) as A
