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
  /** Tells what is pending, the latest of each kind; what could not be told stays pending. */
  readonly tell: <E>(report: (report: Report) => Effect.Effect<number | undefined, E>) => Effect.Effect<void, E>
  /** Lets the gate take over what a lease that was asked for at this time says, and says whether it pauses. */
  readonly adopt: (lease: Lease, askedAt: number, offset: number) => boolean
}

export const makeFindings = (gate: Gate): Findings => {
  let limit: number | undefined
  let pause: Change["pause"]
  let version = 0
  /** The end of the pause as the store knows it; undefined when there is none. */
  let knownUntil: number | undefined
  let changedAt = Number.NEGATIVE_INFINITY

  const reports = (): ReadonlyArray<Report> => {
    const found: Array<Report> = []
    if (pause === "over") found.push({ _tag: "Over" })
    else if (pause !== undefined) {
      const { isFirm, quota, until } = pause
      found.push({ _tag: "Paused", duration: Math.max(0, until - gate.now()), isFirm, quota })
    }
    if (limit !== undefined) found.push({ _tag: "Limit", limit, version })
    return found
  }
  const adoptLimit = (lease: Lease) => {
    if (lease.version === version) return
    version = lease.version
    gate.adopt({ limit: lease.limit ?? Number.POSITIVE_INFINITY })
  }
  const adoptPause = (lease: Lease, askedAt: number, offset: number) => {
    const until = lease.pausedUntil + offset
    if (!lease.isPaused) {
      // A rejection that came while the store was asked is not known there yet.
      if (knownUntil === undefined || changedAt >= askedAt) return false
      knownUntil = undefined
      gate.adopt({ pause: "over" })
      return false
    }
    if (knownUntil !== undefined && until <= knownUntil + tolerance) return false
    knownUntil = until
    gate.adopt({ pause: { until, isFirm: lease.isFirm, quota: lease.quota } })
    return true
  }

  return {
    changed: (change) => {
      changedAt = gate.now()
      limit = change.limit ?? limit
      pause = change.pause ?? pause
      if (change.pause === "over") knownUntil = undefined
      else if (change.pause !== undefined) knownUntil = change.pause.until
    },
    isPending: () => limit !== undefined || pause !== undefined,
    tell: Effect.fnUntraced(function* (report) {
      const told = { limit, pause }
      for (const each of reports()) {
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
