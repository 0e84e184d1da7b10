/** What a process does while its store is away, as the options of a budget say it: checked, with times in milliseconds. */
import type { AccountsError, InvalidOptions } from "@effect-aptrinsic/core/AccountsError"
import {
  checked,
  describeCount,
  membersOf,
  type Problem,
  problem,
} from "@effect-aptrinsic/core/internal/shared/settings"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type * as Result from "effect/Result"
import type { Alone } from "./absence.ts"

export type WhileAway = "wait" | { readonly processes: number; readonly after?: Duration.Input | undefined }

const describeWait = (millis: number): Problem =>
  millis >= 0 && Number.isFinite(millis) ? undefined : problem("malformed", "must be a duration, such as 2 seconds")

/** How a process goes on by itself, where it does. */
export const aloneOf = (given: WhileAway): Result.Result<Alone | undefined, AccountsError<InvalidOptions>> => {
  if (given === "wait") return checked(undefined, {})
  const members = membersOf(given)
  if (members === undefined) {
    return checked(undefined, { whileAway: problem("malformed", 'must be "wait" or { processes: 4 }') })
  }
  const { after = 0, processes } = members
  const millis = Option.match(Duration.fromInput(after), { onNone: () => Number.NaN, onSome: Duration.toMillis })
  return checked(
    { processes, after: millis },
    { "whileAway.processes": describeCount(processes), "whileAway.after": describeWait(millis) },
  )
}
