/**
 * The pace of clients that always have something to send, against servers of several kinds, in virtual time and from a
 * seed: a minute takes some milliseconds.
 */
import { type Admission, makeAdmission } from "../src/internal/admission.ts"
import type { Verdict } from "../src/internal/verdict.ts"
import type { Lane, Permit } from "../src/internal/waiters.ts"
import { type Dice, makeDice } from "./support/dice.ts"

/** Decides on a request that arrives at a time in milliseconds. */
export type Limiter = (at: number) => boolean

/** The limit of a server at a time; one that changes is a function. */
type Limit = number | ((at: number) => number)
const limitAt = (limit: Limit, at: number) => (typeof limit === "number" ? limit : limit(at))

/** Windows of a second; the first began `phase` milliseconds before the start. `countsAll`: rejected ones count too. */
export const fixedWindow = (limit: Limit, phase = 0, countsAll = false): Limiter => {
  let current = -1
  let taken = 0
  return (at) => {
    const window = Math.floor((at + phase) / 1000)
    if (window !== current) {
      current = window
      taken = 0
    }
    const fits = taken < limitAt(limit, at)
    if (fits || countsAll) taken++
    return fits
  }
}

export const slidingWindow = (limit: Limit, countsAll = false): Limiter => {
  const taken: Array<number> = []
  return (at) => {
    while (taken[0] !== undefined && taken[0] <= at - 1000) taken.shift()
    const fits = taken.length < limitAt(limit, at)
    if (fits || countsAll) taken.push(at)
    return fits
  }
}

export const tokenBucket = (limit: Limit, size: number): Limiter => {
  let tokens = size
  let filledAt = 0
  return (at) => {
    tokens = Math.min(size, tokens + ((at - filledAt) * limitAt(limit, at)) / 1000)
    filledAt = at
    if (tokens < 1) return false
    tokens--
    return true
  }
}

/** Milliseconds of the way there and of the way back. */
export type Way = (dice: Dice) => readonly [there: number, back: number]

const exponential = (dice: Dice, mean: number) => Math.min(4 * mean, -mean * Math.log(1 - dice.next()))

/** A distance there and back, each way now and then a little longer. */
export const steady =
  (distance: number, jitter = 1): Way =>
  (dice) => [distance / 2 + exponential(dice, jitter), distance / 2 + exponential(dice, jitter)]

const normal = (dice: Dice) => Math.sqrt(-2 * Math.log(1 - dice.next())) * Math.cos(2 * Math.PI * dice.next())

/** Answers of 5 to 800 ms with a median of 60, log-normal; `before`: the share of it that passes before the server counts. */
export const logNormal =
  (before: number): Way =>
  (dice) => {
    const took = Math.min(800, Math.max(5, 60 * Math.exp(0.85 * normal(dice))))
    const there = Math.max(2.5, (took - 2.5) * before)
    return [there, took - there]
  }

export interface ModelServer {
  readonly admits: Limiter
  readonly way: Way
  /** Milliseconds that a rejection asks to wait, by the time it arrives; a second unless said otherwise. */
  readonly retryAfter?: (at: number) => number | undefined
  readonly detail?: string
  /** Whether the answer to a request that arrives is lost, for so many milliseconds. */
  readonly loses?: (at: number, dice: Dice) => number | undefined
}

export interface Trace {
  /** When the server accepted and when it rejected requests of this client, in milliseconds. */
  readonly accepted: ReadonlyArray<number>
  readonly rejected: ReadonlyArray<number>
  readonly sent: ReadonlyArray<number>
  /** When a waiter was refused because the day's quota is used up. */
  readonly refused: ReadonlyArray<number>
  readonly admission: Admission
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Runs what is due in the order of its time. */
const makeAgenda = () => {
  const timers: Array<Timer> = []
  let now = 0
  return {
    now: () => now,
    at: (time: number, run: () => void) => {
      let from = 0
      let to = timers.length
      while (from < to) {
        const middle = (from + to) >> 1
        if (timers[middle]!.at <= time) to = middle
        else from = middle + 1
      }
      timers.splice(from, 0, { at: time, run })
    },
    runUntil: (end: number) => {
      for (let timer = timers.pop(); timer !== undefined && timer.at <= end; timer = timers.pop()) {
        now = timer.at
        timer.run()
      }
    },
  }
}
type Agenda = ReturnType<typeof makeAgenda>

/** Requests that are open at a time: as many as the command has. */
const concurrency = 200

const startClient = (agenda: Agenda, dice: Dice, server: ModelServer, limit: number, startsAt: number): Trace => {
  const admission = makeAdmission({ limit, window: 1000, start: startsAt })
  const trace = { accepted: [], rejected: [], sent: [], refused: [], admission } as {
    [Name in keyof Trace]: Trace[Name] extends ReadonlyArray<number> ? Array<number> : Trace[Name]
  }
  let wake = 0
  const pump = () => {
    const mine = ++wake
    const delay = admission.dispatch(agenda.now())
    if (delay === Number.POSITIVE_INFINITY) return
    // Timers fire at whole milliseconds, and late now and then.
    const late = dice.chance(0.2) ? dice.next() : 0
    agenda.at(agenda.now() + Math.max(1, Math.ceil(delay)) + late, () => {
      if (mine === wake) pump()
    })
  }
  const settle = (permit: Permit, verdict: Verdict, again: Lane) => {
    admission.settle(permit, verdict, agenda.now())
    want(again)
    pump()
  }
  const send = (permit: Permit) => {
    const [there, back] = server.way(dice)
    trace.sent.push(permit.sentAt)
    agenda.at(agenda.now() + there, () => {
      const at = agenda.now()
      const lostFor = server.loses?.(at, dice)
      if (lostFor !== undefined) return agenda.at(at + lostFor, () => settle(permit, { _tag: "Unknown" }, "retry"))
      if (server.admits(at)) {
        trace.accepted.push(at)
        return agenda.at(at + back, () => settle(permit, { _tag: "Answered" }, "first"))
      }
      trace.rejected.push(at)
      const retryAfter = server.retryAfter === undefined ? 1000 : server.retryAfter(at)
      const verdict: Verdict = { _tag: "Throttled", retryAfter, detail: server.detail }
      return agenda.at(at + back, () => settle(permit, verdict, "retry"))
    })
  }
  const want = (lane: Lane) =>
    admission.enqueue(
      lane,
      {
        waiting: false,
        patience: Number.POSITIVE_INFINITY,
        owner: trace,
        grant: send,
        refuse: () => void trace.refused.push(agenda.now()),
        abandon: () => {},
      },
      agenda.now(),
    )
  agenda.at(startsAt, () => {
    for (let index = 0; index < concurrency; index++) want("first")
    pump()
  })
  return trace
}

export interface Scene {
  readonly server: (dice: Dice) => ModelServer
  readonly seconds?: number
  readonly seed?: number
  /** Limits the clients are told, and when they start; one client at 200 unless said otherwise. */
  readonly clients?: ReadonlyArray<readonly [limit: number, startsAt: number]>
}

/** What the server saw of each client. */
export const play = ({ clients = [[200, 0]], seconds = 60, seed = 1, server }: Scene): ReadonlyArray<Trace> => {
  const dice = makeDice(seed)
  const agenda = makeAgenda()
  const model = server(dice)
  const traces = clients.map(([limit, startsAt]) => startClient(agenda, dice, model, limit, startsAt))
  agenda.runUntil(seconds * 1000)
  return traces
}

/** Requests accepted in the seconds from `from` to `to`. */
export const accepted = (traces: ReadonlyArray<Trace>, from: number, to: number): number =>
  traces.flatMap((trace) => trace.accepted.filter((at) => at >= from * 1000 && at < to * 1000)).length
