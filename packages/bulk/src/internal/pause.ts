/** Pauses that are told again while they go on. */
import * as DateTime from "effect/DateTime"
import type { Pause } from "../Run.ts"

/** PX may ask to wait in the moment in which an outage begins; the last answer of an outage changes. */
export const isSame = (one: Pause, other: Pause): boolean =>
  DateTime.toEpochMillis(one.from) === DateTime.toEpochMillis(other.from) &&
  (one.reason === "429") === (other.reason === "429")
