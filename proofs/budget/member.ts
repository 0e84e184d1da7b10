/**
 * A process of the key that always has requests, from when it is told to begin until it is told to end: `member.ts DATABASE URL CLOCK PROCESSES`.
 * `DATABASE` is a file or the address of a Postgres; its clock is wrong by `CLOCK` milliseconds; `PROCESSES` is 0 where it waits for a database that
 * is away, or else the processes of which it has a share.
 */
import process from "node:process"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as RateBudget from "@effect-aptrinsic/jobs/RateBudget"
import { layerOf } from "@effect-aptrinsic/jobs/test/databases"
import { layerHttpClient } from "@effect-aptrinsic/runtime/node"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { first } from "./priority.ts"
import { watch } from "./stalls.ts"

const [database = "", baseUrl = "", skew = "0", processes = "0"] = process.argv.slice(2)
/** Requests of a member that are under way or wait at any time. */
const requests = 150

const wrongClock = Effect.map(Clock.Clock, (clock): Clock.Clock => {
  const offset = Number(skew)
  const currentTimeMillisUnsafe = () => clock.currentTimeMillisUnsafe() + offset
  const currentTimeNanosUnsafe = () => clock.currentTimeNanosUnsafe() + BigInt(offset) * 1_000_000n
  return {
    ...clock,
    sleep: (duration) => clock.sleep(duration),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    currentTimeMillisUnsafe,
    currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
    currentTimeNanosUnsafe,
    currentTimeNanos: Effect.sync(currentTimeNanosUnsafe),
  }
})

const whileAway = processes === "0" ? "wait" : { processes: Number(processes) }
const budget = RateBudget.layer({ whileAway }).pipe(Layer.provide(layerOf(database)))
const options = { apiKey: Redacted.make("a-key-of-px"), baseUrl, requestsPerSecond: 200, requestsPerDay: 1_000_000 }
const accounts = Accounts.layerWithQuotaStore(options).pipe(
  Layer.provide([layerHttpClient({ connections: 2 * requests }), budget]),
)

const told = (word: string) => {
  const deferred = Deferred.makeUnsafe<void>()
  process.on("message", (message) => {
    if (message === word) Deferred.doneUnsafe(deferred, Effect.void)
  })
  return Deferred.await(deferred)
}

const program = Effect.gen(function* () {
  const begin = told("begin")
  const end = told("end")
  const { getAccount, remainingToday } = yield* Accounts.Accounts
  yield* remainingToday
  process.send?.("ready")
  yield* begin
  const one = Effect.forever(Effect.ignore(getAccount("nobody")))
  const all = yield* Effect.forEach(Array.from({ length: requests }), () => Effect.forkChild(one))
  yield* end
  yield* Fiber.interruptAll(all)
}).pipe(Effect.provide(accounts))

first()
watch((stall) => process.send?.({ stall }))
process.on("disconnect", () => process.exit())
await Effect.runPromise(Effect.flatMap(wrongClock, (clock) => Effect.provideService(program, Clock.Clock, clock)))
process.exit()
