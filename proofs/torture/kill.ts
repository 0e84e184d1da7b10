/**
 * Starts a command and kills it at a random moment.
 */
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { forgetPace, start } from "../command.ts"

const ways = ["SIGKILL", "SIGKILL", "SIGKILL", "SIGINT", "SIGINT SIGINT"] as const

/** How often it was killed how, before or while it began, and how often it came to its end before. */
export const makeCounts = () => ({ SIGKILL: 0, SIGINT: 0, "SIGINT SIGINT": 0, early: 0, completed: 0 })
export type Counts = ReturnType<typeof makeCounts>

export const told = (counts: Counts): string =>
  `${counts.SIGKILL} × kill -9, ${counts.SIGINT} × Ctrl-C, ${counts["SIGINT SIGINT"]} × Ctrl-C twice (${counts.early} of them before or while it began), ${counts.completed} ran to their end`

/** Starts the command and kills it after so many requests at most; says whether it was killed before it came to its end. */
export const killed = Effect.fnUntraced(function* (
  line: Parameters<typeof start>[0],
  env: Parameters<typeof start>[1],
  mostRequests: number,
  counts: Counts,
) {
  const { log } = yield* Sandbox.Sandbox
  const total = Effect.map(log.counters, (counters) => counters.total)
  yield* forgetPace(env)
  const running = yield* start(line, env)
  const way = yield* Random.choice(ways)
  const before = yield* total
  const isEarly = (yield* Random.next) < 0.1
  const requests = yield* Random.nextIntBetween(1, mostRequests)
  const patience = yield* Random.nextIntBetween(100, 900)
  const moment = isEarly
    ? Effect.sleep(patience)
    : Effect.sleep(3).pipe(Effect.andThen(total), Effect.repeat({ until: (now) => now - before >= requests }))
  const ended = yield* Effect.raceFirst(
    Effect.map(running.ended, ({ exitCode }) => exitCode),
    Effect.as(moment, undefined),
  )
  if (ended !== undefined) {
    counts.completed++
    return false
  }
  if (isEarly) counts.early++
  counts[way]++
  for (const signal of way.split(" ")) {
    yield* running.signal(signal as NodeJS.Signals)
    yield* Effect.sleep(20)
  }
  yield* running.ended
  return true
}, Effect.scoped)
