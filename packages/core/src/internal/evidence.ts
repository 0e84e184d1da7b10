/**
 * Weighs whose account it is that a lookup found after the answer to a POST was lost. That it is not as it was sent proves nothing by itself,
 * because servers bring what they store into forms of their own.
 */
import type { Evidence } from "../Outcome.ts"
import type { ServerClock } from "./serverClock.ts"

export type Ownership =
  /** The POST whose answer was lost created it. */
  | { readonly _tag: "Ours"; readonly evidence: Evidence }
  /** It is older than every request of this call. */
  | { readonly _tag: "Older" }
  | { readonly _tag: "Unclear" }

/** The facts about an account that a lookup found. Local times are monotonic milliseconds. */
export interface Facts {
  /** A lookup of this call did not find it. */
  readonly wasAbsent: boolean
  /** When the first request left whose answer was lost; undefined when that was before this call and nobody knows. */
  readonly lostSince: number | undefined
  readonly foundAt: number
  /** As the account tells it. */
  readonly createdAt: number | undefined
  readonly holdsTheSame: boolean
  readonly clock: ServerClock
}

/** Milliseconds by which a server's clocks may differ among themselves, and a date in whole seconds from the truth. */
const tolerance = 1000

/** Milliseconds by which an account has to be older than our requests to be somebody else's: what says `Date` may be another machine. */
const apart = 5000

const [second, minute, quarterHour, day] = [1000, 60_000, 900_000, 86_400_000]

/** How much of a date may have been cut off: one at a quarter of an hour can be midnight somewhere. */
const grainOf = (date: number) => {
  if (date % quarterHour === 0) return day
  return date % minute === 0 ? minute : second
}

/** Below it a date counts seconds: 1e11 milliseconds are the year 1973, 1e11 seconds the year 5138. */
const fromSeconds = (date: number) => (date < 1e11 ? date * 1000 : date)

/** 2015: no account of PX is older than PX, so that a date before it counts something else than milliseconds or seconds. */
const beginning = 1_420_070_400_000

type Age = "a day older" | "older" | "ours" | "unknown"

const ageOf = ({ clock, createdAt, foundAt, lostSince }: Facts): Age => {
  if (createdAt === undefined || lostSince === undefined) return "unknown"
  const begin = clock.at(lostSince)
  const end = clock.at(foundAt)
  if (begin === undefined || end === undefined) return "unknown"
  const created = fromSeconds(createdAt)
  if (created < beginning) return "unknown"
  const grain = grainOf(created)
  const older = begin.earliest - (created + grain - second)
  if (older > day + apart) return "a day older"
  if (older > apart) return "older"
  const isWithin = created >= begin.earliest - tolerance && created <= end.latest + tolerance
  return grain === second && isWithin ? "ours" : "unknown"
}

export const weigh = (facts: Facts): Ownership => {
  const age = ageOf(facts)
  // A date that is wrong by hours is likelier than a lookup that was; one that is wrong by more is not.
  if (facts.wasAbsent) return age === "a day older" ? { _tag: "Unclear" } : { _tag: "Ours", evidence: "absence" }
  if (age === "older" || age === "a day older") return { _tag: "Older" }
  if (age === "ours") return { _tag: "Ours", evidence: "create date" }
  return facts.holdsTheSame ? { _tag: "Ours", evidence: "equality" } : { _tag: "Unclear" }
}
