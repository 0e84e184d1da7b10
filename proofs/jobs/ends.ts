/**
 * How a worker ends when SIGTERM asks it to, whatever its database does meanwhile, and that it outlives a database which is restarted again and
 * again: `npm run proof:ends`. Names behind it (`drain`, `killed`, `cut`, `twice`, `restarts`) choose what is tried. Afterwards another worker carries the
 * job out, and every row has to have come to one outcome, none sent again without a lookup.
 */
import process from "node:process"
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { environment, start } from "../command.ts"
import { makeCable } from "./cable.ts"
import { conclude } from "./conclude.ts"
import { jobs, makeFile, resultsOf, stateOf } from "./input.ts"
import { judge } from "./judge.ts"
import { databaseAt, workerLine } from "./worker.ts"

const rows = 400
const latency = Duration.millis(300)

interface World {
  readonly postgres: Effect.Success<typeof startPostgres>
  readonly sandbox: Sandbox.Sandbox["Service"]
  /** Starts a worker, with the database behind a port, and returns once it has sent so many requests. */
  readonly worker: (
    port: number,
    requests: number,
  ) => Effect.Effect<Effect.Success<ReturnType<typeof start>>, unknown, Scope.Scope>
  readonly port: number
}

const sent = ({ sandbox }: World, requests: number) =>
  Effect.flatMap(sandbox.log.counters, ({ total }) =>
    Effect.repeat(Effect.delay(sandbox.log.counters, "50 millis"), { until: (now) => now.total >= total + requests }),
  )

interface Trial {
  /** Seconds that the end may take. */
  readonly within: number
  readonly act: (world: World) => Effect.Effect<Effect.Success<ReturnType<typeof start>>, unknown, Scope.Scope>
  readonly after?: (world: World) => Effect.Effect<unknown, unknown>
}

const trials: Readonly<Record<string, Trial>> = {
  drain: { within: 15, act: (world) => world.worker(world.port, 20) },
  killed: {
    within: 15,
    act: (world) => Effect.tap(world.worker(world.port, 20), () => world.postgres.kill),
    after: ({ postgres }) => postgres.start,
  },
  cut: {
    within: 45,
    act: (world) =>
      Effect.gen(function* () {
        const cable = yield* makeCable(world.port)
        const worker = yield* world.worker(cable.port, 20)
        yield* Effect.forkScoped(cable.cut("lost", 60))
        return worker
      }),
  },
  twice: {
    within: 2,
    act: (world) =>
      Effect.gen(function* () {
        const worker = yield* world.worker(world.port, 20)
        yield* world.sandbox.latency.set(Duration.seconds(20))
        yield* sent(world, 4)
        yield* worker.signal("SIGTERM")
        // Two signals that come at once are one.
        yield* Effect.sleep("500 millis")
        return worker
      }),
    after: ({ sandbox }) => sandbox.latency.set(latency),
  },
  restarts: {
    within: 15,
    act: (world) =>
      Effect.gen(function* () {
        const worker = yield* world.worker(world.port, 10)
        for (let times = 0; times < 5; times++) {
          yield* world.postgres.kill
          yield* Effect.andThen(world.postgres.start, sent(world, 10))
        }
        return worker
      }),
  },
}

const attempt = Effect.fnUntraced(function* (world: World, name: string, { act, after, within }: Trial) {
  const worker = yield* act(world)
  const asked = yield* Clock.currentTimeMillis
  yield* worker.signal("SIGTERM")
  const ended = yield* Effect.timeoutOption(worker.ended, (within + 60) * 1000)
  if (Option.isNone(ended)) return [`${name}: the worker did not end within ${within + 60} s`]
  const { exitCode } = ended.value
  const took = ((yield* Clock.currentTimeMillis) - asked) / 1000
  if (after !== undefined) yield* after(world)
  yield* Console.log(`  ${name}: ended with ${exitCode} after ${took.toFixed(1)} s`)
  return [
    ...(exitCode === 143 ? [] : [`${name}: the worker ended with ${exitCode}`]),
    ...(took <= within ? [] : [`${name}: the worker took ${took} s to end, and has ${within}`]),
  ]
}, Effect.scoped)

const proof = Effect.gen(function* () {
  const { directory, file, ids } = yield* makeFile(rows)
  const [postgres, sandbox, own] = [yield* startPostgres, yield* Sandbox.Sandbox, yield* environment(directory)]
  const port = Number(new URL(postgres.url).port)
  const behind = (at: number) => ({ ...own, APTRINSIC_DATABASE: databaseAt(at) })
  const env = behind(port)
  const world: World = {
    postgres,
    sandbox,
    port,
    worker: (at, requests) => Effect.tap(start(workerLine(), behind(at)), () => sent(world, requests)),
  }
  yield* jobs(env, "submit", file, "--id", "proof", "--rate", "50", "--lanes", "3")
  const chosen = process.argv.slice(2)
  const problems: Array<string> = []
  for (const [name, trial] of Object.entries(trials)) {
    if (chosen.length === 0 || chosen.includes(name)) problems.push(...(yield* attempt(world, name, trial)))
  }
  yield* start(workerLine(), env)
  yield* Effect.repeat(Effect.delay(sandbox.store.count, "200 millis"), { until: (count) => count === rows })
  yield* Effect.repeat(Effect.delay(stateOf(env, "proof"), "1 second"), { until: (state) => state === "Done" })
  const verdict = yield* judge({ ids, results: yield* resultsOf(env, "proof"), woken: [] })
  yield* Console.log(
    `${rows} rows: ${verdict.settled} in doubt were found, ${verdict.again} sent again after a lookup.`,
  )
  return [...problems, ...verdict.problems]
}).pipe(
  Effect.scoped,
  Effect.provide(
    Sandbox.layer({ limits: { perSecond: null, perDay: null }, latency, logCapacity: rows * 4 }).pipe(
      Layer.provide(layerHttpServer()),
    ),
  ),
)

await conclude(proof, 600)
