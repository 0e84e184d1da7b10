/**
 * Accounts that are there from the start: each is computed from its place, so that a million of them take neither time nor memory.
 */
import type { StoredAccount } from "./StoredAccount.ts"

const plans = ["free", "pro", "enterprise"]
const industries = ["Software", "Retail", "Energy", "Education", "Health"]
const cities = [
  { city: "Berlin", countryCode: "DE" },
  { city: "Lyon", countryCode: "FR" },
  { city: "Austin", stateCode: "TX", countryCode: "US" },
]

/** 2026-01-01 UTC; accounts follow each other by a second. */
const start = 1_767_225_600_000

const idOf = (place: number) => `account-${String(place + 1).padStart(7, "0")}`

const one = <A>(values: ReadonlyArray<A>, place: number) => values[place % values.length]!

/** The account at a place, counted from 0. */
export const at = (place: number): StoredAccount => ({
  account: {
    id: idOf(place),
    name: `Account ${place + 1}`,
    propertyKeys: ["AP-XXXXXXXXXX-2"],
    plan: one(plans, place),
    industry: one(industries, place),
    numberOfEmployees: 10 + (place % 5_000),
    healthScore: place % 101,
    renewalDate: start + (place % 730) * 86_400_000,
    location: one(cities, place),
    csm: `csm-${place % 20}@example.com`,
  },
  createDate: start + place * 1_000,
})

/** The place of an account, when it is one of the first `accounts`. */
export const placeOf = (id: string, accounts: number): number | undefined => {
  const place = Number(/^account-(\d+)$/u.exec(id)?.[1]) - 1
  return place >= 0 && place < accounts && idOf(place) === id ? place : undefined
}
