/**
 * What the server of a run is like, drawn from its seed: its limit, its clock, how it keeps accounts, and its faults.
 */
import type { Dice } from "@effect-aptrinsic/core/test/dice"
import { allNormalForms, type NormalForm } from "./normalForms.ts"

export type Window = "none" | "fixed" | "sliding" | "token bucket"

/** A family of faults; each run draws some of them. */
export const allKinds = [
  "connect",
  "reset",
  "silence",
  "5xx",
  "odd 4xx",
  "odd 2xx",
  "redirect",
  "refusal",
  "429",
  "body",
] as const
export type Kind = (typeof allKinds)[number]

/** How a read tells when an account was created: exactly, rounded down, in seconds, or not at all. */
export type CreateDates = "milliseconds" | "whole seconds" | "epoch seconds" | "absent" | "zero"

export interface ServerPlan {
  readonly window: Window
  /** Requests per second the server allows. */
  readonly limit: number
  readonly burst: number
  readonly phase: number
  readonly namesRetryAfter: boolean
  /** How often an answer says that the rate is used up, rightly or not. */
  readonly namesExhaustion: number
  /** Milliseconds of one way, without and with the worst jitter. */
  readonly latency: readonly [from: number, to: number]
  readonly postFaults: number
  readonly getFaults: number
  readonly kinds: ReadonlyArray<Kind>
  /**
   * Milliseconds from the arrival of a request until reads show what it stored, at most: of one whose connection broke or that was
   * answered, and of one that the server may still be at work on (5xx, silence, ..).
   */
  readonly settlesWithin: { readonly broken: number; readonly working: number }
  /** What the server does to an account before it stores it. */
  readonly normalForms: ReadonlyArray<NormalForm>
  /** Whether it refuses a POST for an id that it knows, or stores another account; reads then show the newest. */
  readonly refusesSecond: boolean
  /** How likely an account is one that it refuses for good, however often it is sent. */
  readonly rejects: number
  readonly createDates: CreateDates
  /** How often an answer has a `Date`. */
  readonly dates: number
  /** Milliseconds by which the clock of `Date` is ahead of the true time, and that of `createDate` of the one of `Date`. */
  readonly clockAhead: number
  readonly storeAhead: number
}

const year = 365 * 86_400_000

const drawClocks = (dice: Dice): Pick<ServerPlan, "createDates" | "dates" | "clockAhead" | "storeAhead"> => {
  const createDates = dice.pick(["milliseconds", "whole seconds", "epoch seconds", "absent", "zero"] as const)
  return {
    createDates,
    dates: dice.pick([0, 0.5, 1, 1]),
    clockAhead: dice.pick([0, dice.between(-2000, 2000), dice.between(-1, 1) * 7_200_000, dice.between(-3, 3) * year]),
    // Together with the rounding of a date in seconds it stays within the second that the client allows for.
    storeAhead: dice.chance(0.5) ? 0 : dice.between(createDates === "milliseconds" ? -900 : 0, 900),
  }
}

/** A stored account may show up in reads `lagFactor` times as late as the client's two lookups allow for. */
export const drawServer = (
  dice: Dice,
  { requestsPerSecond, settleDelay }: { readonly requestsPerSecond: number; readonly settleDelay: number },
  lagFactor: number,
): ServerPlan => {
  const slowest = dice.pick([2, 10, 100])
  const rate = dice.pick([0, 0.1, 0.3, 0.6])
  const kinds = allKinds.filter(() => dice.chance(0.5))
  // The second lookup leaves one and a quarter of the spacing after the answer was lost, at the earliest.
  const broken = 1.24 * settleDelay * lagFactor
  return {
    window: dice.pick(["none", "fixed", "sliding", "token bucket"] as const),
    limit: dice.chance(0.3) ? Math.max(1, Math.floor(requestsPerSecond * 0.6)) : requestsPerSecond,
    burst: Math.max(1, Math.ceil(requestsPerSecond * dice.pick([0.2, 1]))),
    phase: dice.between(0, 1000),
    namesRetryAfter: dice.chance(0.7),
    namesExhaustion: dice.chance(0.2) ? 0.2 : 0,
    latency: [dice.between(0, slowest), slowest * dice.pick([1, 1, 2])],
    postFaults: kinds.length === 0 ? 0 : rate,
    getFaults: kinds.length === 0 ? 0 : rate * dice.pick([0, 0.5, 1]),
    kinds,
    settlesWithin: { broken, working: 5 * broken },
    normalForms: dice.chance(0.5) ? [] : allNormalForms.filter(() => dice.chance(0.3)),
    refusesSecond: dice.chance(0.7),
    rejects: dice.chance(0.2) ? 0.5 : 0,
    ...drawClocks(dice),
  }
}
