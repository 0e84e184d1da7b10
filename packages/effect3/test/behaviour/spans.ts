import * as Duration from "effect/Duration"
import * as Duration4 from "effect4/Duration"

const spanUp = (value: unknown): unknown =>
  Duration.isDuration(value) ? Duration4.millis(Duration.toMillis(value)) : value

/** The same members with the lengths of time of Effect 4. */
export const spansUp = <A>(members: object): A =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, spanUp(value)])) as A
