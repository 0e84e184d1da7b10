/**
 * The timeline of each key in memory: what the statements of the other stores do, in words of their own.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import {
  type Ask,
  gap,
  hold,
  holdOnce,
  horizon,
  type Lease,
  limitMemory,
  probeBound,
  quiet,
  type Report,
  type TimelineStore,
} from "../src/internal/budget/timelineStore.ts"

interface Row {
  next: number
  since: number
  limit: number | undefined
  limitedAt: number
  version: number
  isPaused: boolean
  isFirm: boolean
  pausedUntil: number
  probeUntil: number
  quota: string | undefined
  heldUntil: number
}

const makeRow = (): Row => ({
  next: Number.NEGATIVE_INFINITY,
  since: Number.NEGATIVE_INFINITY,
  limit: undefined,
  limitedAt: 0,
  version: 0,
  isPaused: false,
  isFirm: false,
  pausedUntil: 0,
  probeUntil: 0,
  quota: undefined,
  heldUntil: 0,
})

/** Grants turns, or the one that may find out whether the server accepts again. */
const grant = (
  row: Row,
  { ahead, isBack, isProbe, isTrial, slots, spacing }: Ask,
  now: number,
): Pick<Lease, "granted" | "start"> => {
  if (isBack && row.heldUntil < now - holdOnce) row.heldUntil = now + hold
  const isHeld = row.heldUntil > now
  if (!row.isPaused && !isHeld) {
    if (row.next < now - gap) row.since = now + ahead
    const start = Math.max(Math.min(row.next, now + horizon), now + ahead)
    row.next = start + slots * spacing
    return { granted: slots, start }
  }
  const isDue = row.pausedUntil <= now || (isProbe && !row.isFirm) || (isTrial && row.quota !== undefined)
  if (!isHeld && isDue && row.probeUntil <= now) {
    row.probeUntil = now + probeBound
    if (isTrial) row.isFirm = false
    return { granted: 1, start: now }
  }
  return { granted: 0, start: row.heldUntil }
}

const change = (row: Row, report: Report, now: number): number | undefined => {
  switch (report._tag) {
    case "Paused":
      row.isFirm = report.isFirm || (row.isPaused && row.isFirm)
      row.pausedUntil = Math.max(row.isPaused ? row.pausedUntil : 0, now + report.duration)
      row.isPaused = true
      row.probeUntil = 0
      row.quota = report.quota ?? row.quota
      return row.version
    case "Over":
      if (!row.isPaused || (row.isFirm && row.pausedUntil > now)) return undefined
      Object.assign(row, { isPaused: false, isFirm: false, quota: undefined })
      if (row.next < now - quiet) row.since = now
      return row.version
    case "Limit":
      if (row.version !== report.version) return undefined
      row.limit = report.limit
      row.limitedAt = now
      return ++row.version
  }
}

export const makeMemoryTimeline = (): TimelineStore<never> => {
  const rows = new Map<string, Row>()
  const at = <A>(key: string, f: (row: Row, now: number) => A) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const row = rows.get(key) ?? makeRow()
      rows.set(key, row)
      return f(row, now)
    })
  return {
    lease: (key, ask) =>
      at(key, (row, now) => {
        if (row.limit !== undefined && row.limitedAt < now - limitMemory) {
          row.limit = undefined
          row.version++
        }
        const granted = grant(row, ask, now)
        const { heldUntil, isFirm, isPaused, limit, next, pausedUntil, quota, since, version } = row
        return { now, ...granted, next, since, limit, version, isPaused, isFirm, pausedUntil, quota, heldUntil }
      }),
    report: (key, report) => at(key, (row, now) => change(row, report, now)),
  }
}
