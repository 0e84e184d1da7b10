/** The times in which nothing was sent because of PX: the first of them, and all by reason. */
import * as DateTime from "effect/DateTime"
import { bounds, type ImportSummary } from "../../ImportSummary.ts"
import type { Pause } from "../../Run.ts"
import { isSame } from "../pause.ts"
import { cut } from "../texts.ts"

/** Reasons of pauses that are told apart; those of an outage hold what a system said. */
const maxReasons = 100

type Told = ImportSummary["pauses"][number]

const lengthOf = ({ from, until }: Pause) => Math.max(0, DateTime.toEpochMillis(until) - DateTime.toEpochMillis(from))

/** Pauses by what makes them one. */
const makeReasons = () => {
  const reasons = new Map<string, { count: number; durationMs: number; goingOn: number }>()
  const keyOf = (reason: string) => (reasons.has(reason) || reasons.size < maxReasons ? reason : "other reasons")
  return {
    /** `times` is 1, or -1 for one that was counted and is told again. */
    count: (pause: Told, times: 1 | -1) => {
      const key = keyOf(pause.reason)
      const known = reasons.get(key) ?? { count: 0, durationMs: 0, goingOn: 0 }
      reasons.set(key, {
        count: known.count + times,
        durationMs: known.durationMs + times * lengthOf(pause),
        goingOn: known.goingOn + (pause.goesOn === true ? times : 0),
      })
    },
    all: (): ImportSummary["pauseReasons"] =>
      [...reasons]
        .filter(([, { count }]) => count > 0)
        .map(([reason, { count, durationMs, goingOn }]) => ({
          reason,
          count,
          durationMs,
          ...(goingOn > 0 ? { goesOn: true as const } : {}),
        }))
        .toSorted((one, other) => other.durationMs - one.durationMs),
  }
}

export const makePauses = () => {
  const first: Array<Told> = []
  const reasons = makeReasons()
  let goingOn: ReadonlyArray<Told> = []
  /** Takes a pause of a run; succeeds with how many pauses, and how many milliseconds, it adds. */
  const add = (run: number, pause: Pause): { readonly pauses: number; readonly milliseconds: number } => {
    const told: Told = { run, ...pause, reason: cut(pause.reason, 160) }
    const before = goingOn.find((other) => other.run === run && isSame(other, told))
    const place = before === undefined ? -1 : first.indexOf(before)
    if (place !== -1) first[place] = told
    else if (before === undefined && first.length < bounds.pauses) first.push(told)
    if (before !== undefined) reasons.count(before, -1)
    reasons.count(told, 1)
    goingOn = [...goingOn.filter((other) => other !== before), ...(told.goesOn === true ? [told] : [])]
    return {
      pauses: before === undefined ? 1 : 0,
      milliseconds: lengthOf(told) - (before === undefined ? 0 : lengthOf(before)),
    }
  }
  return {
    add,
    /** Those of a run that go on. */
    goingOn: (run: number) => goingOn.filter((pause) => pause.run === run),
    all: (offset: number) => ({
      pauses: first.filter(({ run }) => run >= offset).map((pause) => ({ ...pause, run: pause.run - offset })),
      pauseReasons: reasons.all(),
    }),
  }
}
