/**
 * What the processes of a key tell each other of the server's limit: it is learned in each, and holds in all.
 */
import type { Change } from "../RateBudget.ts"
import type { Parts } from "./judge.ts"
import type { Refusal } from "./waiters.ts"

type Shared = Pick<Parts, "learned" | "pause">

/** Settles an answer, and tells the other processes what it changed. */
export const settleShared = (
  { learned, pause, timeline }: Shared & Pick<Parts, "timeline">,
  settle: () => Refusal | undefined,
  now: number,
): Refusal | undefined => {
  if (timeline === undefined) return settle()
  const before = { limit: learned.at(now), until: pause.until(), isProbing: pause.isProbing() }
  const refusal = settle()
  const limit = learned.at(now)
  const until = pause.until()
  const isPaused = pause.isProbing() && (until !== before.until || !before.isProbing)
  const isOver = before.isProbing && !pause.isProbing()
  if (limit === before.limit && !isPaused && !isOver) return refusal
  const paused = isPaused ? { until, isFirm: pause.isFirm(), quota: refusal?.quota } : undefined
  timeline.changed({ limit: limit === before.limit ? undefined : limit, pause: isOver ? "over" : paused })
  return refusal
}

/** Takes over what another process found out; returns the server's quota for the day when that is used up. */
export const adopt = (
  { learned, pause }: Shared,
  { limit, pause: paused }: Change,
  now: number,
): Refusal | undefined => {
  if (limit !== undefined) learned.adopt(limit, now)
  if (paused === "over") pause.lift(now)
  if (paused === "over" || paused === undefined) return undefined
  pause.extend(paused.until, paused.isFirm)
  return paused.quota === undefined ? undefined : { resumeAt: paused.until, quota: paused.quota }
}
