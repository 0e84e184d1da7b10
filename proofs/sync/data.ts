/**
 * The export of the day after: some of the accounts that PX holds have changed, and some rows are new. And whether PX holds what it says.
 */
import { closeSync, openSync, writeSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import * as Effect from "effect/Effect"

export interface Day {
  /** Accounts that PX has. */
  readonly accounts: number
  /** Rows of accounts that it does not have, after the others. */
  readonly created: number
  /** Rows that say something else of an account, in one field. */
  readonly changed: number
}

const columns = ["id", "name", "plan", "industry", "numberOfEmployees", "healthScore", "csm"] as const

/** The account that a row is about, counted from 0, as PX is to hold it after the day. */
const accountOf = ({ accounts, changed }: Day, place: number): NewAccount => {
  const { account } = Store.seeded(place)
  if (place >= accounts) {
    const names = ["propertyKeys", ...columns] as const
    return Object.fromEntries(names.map((name) => [name, account[name]])) as unknown as NewAccount
  }
  const isChanged = place % Math.floor(accounts / changed) === 0 && place / Math.floor(accounts / changed) < changed
  return isChanged ? { ...account, healthScore: account.healthScore! + 1000 } : account
}

const rowsAtOnce = 10_000

export const write = (file: string, day: Day): void => {
  const output = openSync(file, "w")
  writeSync(output, `${columns.join(",")}\n`)
  const rows = day.accounts + day.created
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const lines = Array.from({ length: Math.min(rowsAtOnce, rows - first) }, (_, index) => {
      const account = accountOf(day, first + index)
      return `${columns.map((name) => account[name]).join(",")}\n`
    })
    writeSync(output, lines.join(""))
  }
  closeSync(output)
}

/** What PX holds otherwise than it should, at most so much of it. */
export const others = Effect.fnUntraced(function* (store: Store.Store["Service"], day: Day, most: number) {
  const rows = day.accounts + day.created
  const held = yield* store.count
  const found = held === rows ? [] : [`PX holds ${held} accounts, not ${rows}`]
  for (let skip = 0; skip < rows && found.length < most; skip += rowsAtOnce) {
    for (const { account } of yield* store.list({ skip, limit: rowsAtOnce })) {
      // New accounts stand in the order in which they came.
      const expected = accountOf(day, Number(account.id.replace("account-", "")) - 1)
      if (!isDeepStrictEqual(account, expected)) {
        found.push(`PX holds ${JSON.stringify(account)}, not ${JSON.stringify(expected)}`)
      }
    }
  }
  return found.slice(0, most)
})
