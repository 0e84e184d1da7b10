import { success } from "@effect-aptrinsic/bulk/test/px"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import { assert, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { encodeHalt } from "../src/internal/jobs/told.ts"
import { AccountsPool } from "../src/internal/worker/accountsPool.ts"
import { makeChunk } from "../src/internal/worker/chunk.ts"
import { haltJob } from "../src/internal/worker/halt.ts"
import { endLane } from "../src/internal/worker/laneEnd.ts"
import { layerRunning } from "../src/internal/worker/running.ts"
import { layerSqlite } from "./databases.ts"
import { rows } from "./support.ts"

const layerJobs = Layer.merge(ImportJob.layer, layerRunning).pipe(Layer.provideMerge(layerSqlite), Layer.orDie)

const only = { journal: 1, run: 1, lane: 0, lanes: 1, chunks: 1 }

/** The only chunk of a job of two rows, of which one is on the wire at a time, until it is answered. */
const start = Effect.gen(function* () {
  const { submit } = yield* ImportJob.ImportJob
  yield* submit(rows(2), { id: "may", lanes: 1, importer: { concurrency: 1 } })
  const sql = yield* SqlClient.SqlClient
  const set = (state: string) => sql`update aptrinsic_jobs set state = ${state} where id = 'may'`
  yield* set("Running")
  const sent = yield* Queue.unbounded<Deferred.Deferred<void>>()
  let attempts = 0
  const accounts = yield* Layer.build(
    Accounts.layerTest({
      createAccount: (account, options) =>
        Effect.gen(function* () {
          // From here on the request is on the wire.
          assert.isTrue(yield* options!.mayLeave!)
          const answer = yield* Deferred.make<void>()
          yield* Queue.offer(sent, answer)
          yield* Deferred.await(answer)
          return success(account)
        }),
    }),
  )
  const pool = AccountsPool.of({
    get: () =>
      Effect.sync(() => {
        attempts++
        return { accounts: Context.get(accounts, Accounts.Accounts), renew: Effect.succeed(false) }
      }),
    observe: Effect.void,
  })
  const chunk = makeChunk(only, 0)
  const fiber = yield* Effect.forkScoped(Effect.provideService(chunk, AccountsPool, pool))
  return { fiber, sent, set, attempts: () => attempts }
})

it.effect("a chunk whose import was stopped goes on where its job goes on by then, to its end", () =>
  Effect.gen(function* () {
    const { attempts, fiber, sent, set } = yield* start
    const first = yield* Queue.take(sent)
    yield* set("Cancelled")
    yield* TestClock.adjust("2 seconds")
    yield* set("Running")
    yield* Deferred.succeed(first, undefined)
    yield* Deferred.succeed(yield* Queue.take(sent), undefined)
    assert.isTrue(yield* Fiber.join(fiber))
    assert.strictEqual(attempts(), 2)
    const { status } = yield* ImportJob.ImportJob
    assert.deepInclude((yield* status("may")).totals, { Created: 2, InDoubt: 0 })
  }).pipe(Effect.provide(layerJobs)),
)

it.effect("a chunk whose job was cancelled awaits what is on the wire, sends nothing more, and ends its lane", () =>
  Effect.gen(function* () {
    const { fiber, sent, set } = yield* start
    const first = yield* Queue.take(sent)
    yield* set("Cancelled")
    yield* TestClock.adjust("2 seconds")
    yield* Deferred.succeed(first, undefined)
    assert.isFalse(yield* Fiber.join(fiber))
    const { status } = yield* ImportJob.ImportJob
    assert.deepInclude((yield* status("may")).totals, { Created: 1, InDoubt: 0 })
  }).pipe(Effect.provide(layerJobs)),
)

it.effect.each([
  { state: "Done", end: endLane(only) },
  { state: "Halted", end: haltJob(only, { kind: "Refused", message: "No.", hint: "" }) },
])("a job that waited is $state once its lane says so, though who began that lane was cut off", ({ end, state }) =>
  Effect.gen(function* () {
    const { status, submit } = yield* ImportJob.ImportJob
    yield* submit(rows(1), { id: "may" })
    const halt = encodeHalt({ kind: "DailyQuotaExhausted", message: "The day is used up.", hint: "" })
    yield* SqlClient.SqlClient.use((sql) => sql`update aptrinsic_jobs set waits_until = 1, halt = ${halt}`)
    assert.strictEqual((yield* status("may")).state, "Waiting")
    yield* end
    const told = yield* status("may")
    assert.deepStrictEqual([told.state, told.halt?.kind], [state, state === "Done" ? undefined : "Refused"])
  }).pipe(Effect.provide(layerJobs)),
)
