/**
 * An account as a program on Effect 3 writes it, as core takes it.
 */
import type { NewAccountInput as CoreInput } from "@effect-aptrinsic/core/Account"
import type { AccountChanges as CoreChanges } from "@effect-aptrinsic/core/Accounts"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { AccountChanges, NewAccountInput } from "../../Account.ts"

const times = ["lastSeenDate", "renewalDate"] as const

/** A time of Effect 3 in epoch milliseconds; what is none as it is. */
export const timeUp = (value: unknown): unknown => (DateTime.isDateTime(value) ? DateTime.toEpochMillis(value) : value)

/** Core reads every property once and refuses what throws: only an account with a `DateTime` of Effect 3 is read here. */
const withDates = Option.liftThrowable((input: unknown): unknown => {
  if (!Predicate.isRecord(input)) return input
  const dates = times.flatMap((name) => {
    const value = input[name]
    return DateTime.isDateTime(value) ? [[name, timeUp(value)] as const] : []
  })
  return dates.length === 0 ? input : { ...input, ...Object.fromEntries(dates) }
})

const up = (input: unknown): unknown => Option.getOrElse(withDates(input), () => input)

export const inputUp = (input: NewAccountInput): CoreInput => up(input) as CoreInput

export const changesUp = (changes: AccountChanges): CoreChanges => up(changes) as CoreChanges
