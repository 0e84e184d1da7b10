/**
 * The doubts of the library about the account of a row, with the flags and columns that help.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import type { Doubt } from "@effect-aptrinsic/core/Doubt"
import type { Problem } from "../../Problem.ts"
import { countsDays, countsSeconds } from "../conversion/dateHint.ts"
import { columnOf, problemOf } from "../mapping/problemOf.ts"
import type { RowReader } from "../shared/mapping.ts"

/** What a number of our time counts when it does not count milliseconds. */
const countOf = (value: number): string | undefined => {
  if (value >= 1e8) return countsSeconds.hint
  return value >= 20_000 && value <= 60_000 ? countsDays.hint : undefined
}

/** What helps in a file where the library can only say what the account has to be. */
const suggestionOf = ({ code, message, path, suggestion }: Doubt, text: string | undefined): string | undefined => {
  if (code === "null_like" && text !== undefined) {
    // A second dash would make it a flag of its own.
    return `If it means "not set", pass ${text.startsWith("--") ? "--null=" : "--null "}'${text}'.`
  }
  if (code === "date_in_1970") return countOf(Number.parseInt(message, 10)) ?? suggestion
  return path === "location.countryName" ? "Map the column to location.countryCode." : suggestion
}

const textAt = (account: NewAccount, path: string): string | undefined => {
  const value = path
    .split(".")
    .reduce<unknown>((at, name) => (typeof at === "object" && at !== null ? at[name as never] : undefined), account)
  return typeof value === "string" ? value : undefined
}

const none: ReadonlyArray<Problem> = []

/** The doubts about an account. A warning does not keep a row from being sent. */
export const warningsOf = (
  account: NewAccount,
  place: { readonly row: number; readonly line?: number | undefined },
  reader: RowReader,
): ReadonlyArray<Problem> => {
  const doubts = AccountValidation.doubts(account)
  if (doubts.length === 0) return none
  return doubts.map((doubt) => {
    const { code, message, path, serious } = doubt
    const suggestion = suggestionOf(doubt, textAt(account, path))
    const problem = problemOf(place, path, columnOf(reader, path), undefined, { code, message, suggestion }, "warning")
    return serious ? { ...problem, serious } : problem
  })
}
