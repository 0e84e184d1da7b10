/** A job on three workers, one of them on Deno, over a Postgres, with faults all the while. */
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { environment } from "../command.ts"
import { type Fault, makeFaults } from "./faults.ts"
import { jobs, makeFile, resultsOf, stateOf } from "./input.ts"
import { type Doubt, judge } from "./judge.ts"
import { makeWorker } from "./worker.ts"

export interface Options {
  readonly rows: number
  readonly faults: number
  readonly rate: number
  /** Seconds. */
  readonly freeze: number
  readonly seed: string
}

/** How long rows whose answer was lost waited until somebody looked them up, by what befell their worker. */
const takenOver = (faults: ReadonlyArray<Fault>, doubts: ReadonlyArray<Doubt>) => {
  const longest = (fault: Fault) => {
    const its = doubts.filter(({ at }) => at > fault.from - 1000 && at <= fault.until)
    return its.length === 0 ? [] : [Math.max(...its.map(({ millis }) => millis)) / 1000]
  }
  return [...Map.groupBy(faults, ({ kind }) => kind)].map(([kind, all]) => {
    const waits = all.flatMap(longest).toSorted((one, other) => one - other)
    const seconds = waits.map((wait) => wait.toFixed(1)).join(", ")
    return `  ${kind}: ${all.length} times${waits.length === 0 ? "" : `; rows in doubt were looked up within ${seconds} s`}`
  })
}

const run = Effect.fnUntraced(function* ({ faults, freeze, rate, rows, seed }: Options) {
  const { directory, file, ids } = yield* makeFile(rows)
  const postgres = yield* startPostgres
  const sandbox = yield* Sandbox.Sandbox
  const own = yield* environment(directory)
  const env = { ...own, APTRINSIC_DATABASE: postgres.url }
  const submitted = yield* jobs(env, "submit", file, "--id", "proof", "--rate", String(rate), "--lanes", "6")
  if (submitted.exitCode !== 0) return [`the job was not taken: ${submitted.stdout}${submitted.stderr}`]
  const port = Number(new URL(postgres.url).port)
  const workers = yield* Effect.forEach(["Node", "Node", "Deno"] as const, (runtime) => makeWorker(runtime, port, own))
  const began = yield* Clock.currentTimeMillis
  const held = Effect.orDie(sandbox.store.count)
  const strike = makeFaults({ workers, postgres, seconds: freeze })
  // The last part is left in peace.
  const between = Math.floor(rows / (faults + 1))
  const befell = yield* Effect.forEach(
    Array.from({ length: faults }, (_, index) => index + 1),
    Effect.fnUntraced(function* (number) {
      yield* Effect.repeat(Effect.delay(held, "50 millis"), { until: (count) => count >= between * number })
      const fault = yield* strike
      yield* Console.log(`  ${number}. ${fault.told}`)
      return fault
    }),
  )
  const state = yield* Effect.repeat(Effect.delay(stateOf(env, "proof"), "1 second"), {
    until: (now) => !["Queued", "Running", "Unknown"].includes(now),
  })
  const seconds = Math.round(((yield* Clock.currentTimeMillis) - began) / 1000)
  const problemsOfWorkers = yield* Effect.forEach(workers, ({ stop }) => stop, { concurrency: "unbounded" })
  const woken = befell.flatMap(({ kind, until }) => (kind === "freeze" ? [until] : []))
  const verdict = yield* judge({ ids, results: yield* resultsOf(env, "proof"), woken })
  yield* Console.log(
    [
      `${rows} rows over 3 workers, ${faults} faults, seed ${seed}: ${seconds} s, ${state}. ${verdict.settled} rows in doubt were found, ${verdict.again} were sent again after a lookup; ${verdict.late} requests of frozen workers came late. PX rejected ${verdict.rejected} requests.`,
      ...takenOver(befell, verdict.doubts),
    ].join("\n"),
  )
  return [...verdict.problems, ...(state === "Done" ? [] : [`the job is ${state}`]), ...problemsOfWorkers.flat()]
})

export const proof = (options: Options) =>
  run(options).pipe(
    Effect.scoped,
    Effect.provide(
      Sandbox.layer({
        limits: { perSecond: { requests: options.rate }, perDay: null },
        latency: "30 millis",
        logCapacity: options.rows * 4,
        seed: Number(options.seed),
      }).pipe(Layer.provide(layerHttpServer())),
    ),
    Random.withSeed(options.seed),
  )
