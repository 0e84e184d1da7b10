/**
 * What this process found out of the server's limit and has not told the store yet, and what the store says that others found out.
 */
import type { Change, Gate } from "@effect-aptrinsic/core/RateBudget"
import * as Effect from "effect/Effect"
import type { Lease, Report } from "./timelineStore.ts"

/** Milliseconds by which the end of one pause may differ for two clocks. */
const tolerance = 50

export interface Findings {
  readonly changed: (change: Change) => void
  readonly isPending: () => boolean
  /** Whether one request may find out if a day is still used up that was before this process began. */
  readonly isTrying: () => boolean
  /** Tells what is pending, the latest of each kind; what could not be told stays pending. */
  readonly tell: <E>(report: (report: Report) => Effect.Effect<number | undefined, E>) => Effect.Effect<void, E>
  /** Lets the gate take over what a lease that was asked for at this time says, and says whether it pauses. */
  readonly adopt: (lease: Lease, askedAt: number, offset: number) => boolean
}

const reportsOf = ({ limit, pause }: Change, version: number, now: number): ReadonlyArray<Report> => {
  const found: Array<Report> = []
  if (pause === "over") found.push({ _tag: "Over" })
  else if (pause !== undefined) {
    const { isFirm, quota, until } = pause
    found.push({ _tag: "Paused", duration: Math.max(0, until - now), isFirm, quota })
  }
  if (limit !== undefined) found.push({ _tag: "Limit", limit, version })
  return found
}

/** `isNew` where this process has not asked for the key before: a day that is used up then may be open again, so that one request tries it. */
export const makeFindings = (gate: Gate, isNew: boolean): Findings => {
  let limit: number | undefined
  let pause: Change["pause"]
  let version = 0
  /** The end of the pause as the store knows it; undefined when there is none. */
  let knownUntil: number | undefined
  let changedAt = Number.NEGATIVE_INFINITY
  let trial: "possible" | "under way" | "over" = isNew ? "possible" : "over"

  const adoptLimit = (lease: Lease) => {
    if (lease.version === version) return
    version = lease.version
    gate.adopt({ limit: lease.limit ?? Number.POSITIVE_INFINITY })
  }
  const adoptPause = (lease: Lease, askedAt: number, offset: number) => {
    const until = lease.pausedUntil + offset
    const mayTry = trial === "possible"
    if (mayTry) trial = "over"
    // What came while the store was asked is not known there yet.
    if (changedAt >= askedAt) return false
    if (!lease.isPaused) {
      if (knownUntil === undefined) return false
      knownUntil = undefined
      trial = "over"
      gate.adopt({ pause: "over" })
      return false
    }
    if (knownUntil !== undefined && until <= knownUntil + tolerance) return false
    knownUntil = until
    const { isFirm, quota } = lease
    const isTrial = mayTry && quota !== undefined && lease.pausedUntil > lease.now
    trial = isTrial ? "under way" : "over"
    gate.adopt({ pause: isTrial ? { until: gate.now(), isFirm: false } : { until, isFirm, quota } })
    return true
  }

  return {
    changed: (change) => {
      changedAt = gate.now()
      limit = change.limit ?? limit
      pause = change.pause ?? pause
      if (change.pause !== undefined) trial = "over"
      if (change.pause === "over") knownUntil = undefined
      else if (change.pause !== undefined) knownUntil = change.pause.until
    },
    isTrying: () => trial === "under way",
    isPending: () => limit !== undefined || pause !== undefined,
    tell: Effect.fnUntraced(function* (report) {
      const told = { limit, pause }
      for (const each of reportsOf(told, version, gate.now())) {
        const known = yield* report(each)
        if (each._tag === "Limit" && known !== undefined) version = known
      }
      if (limit === told.limit) limit = undefined
      if (pause === told.pause) pause = undefined
    }),
    adopt: (lease, askedAt, offset) => {
      adoptLimit(lease)
      return adoptPause(lease, askedAt, offset)
    },
  }
}
