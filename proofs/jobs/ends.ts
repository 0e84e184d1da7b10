/**
 * How a worker ends when SIGTERM asks it to, whatever its database does meanwhile, and that it outlives a database which is restarted again and
 * again: `npm run proof:ends`. Names behind it (`drain`, `killed`, `cut`, `twice`, `restarts`) choose what is tried. Afterwards another worker carries the
 * job out, and every row has to have come to one outcome, none sent again without a lookup.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { aptrinsic, environment, start } from "../command.ts"
import { makeCable } from "./cable.ts"
import { judge } from "./judge.ts"

const rows = 400
const latency = Duration.millis(300)
const ids = Array.from({ length: rows }, (_, index) => `acc-${index + 1}`)
const line = aptrinsic(["worker", "--host", "127.0.0.1", "--listen", "127.0.0.1", "--port", "0", "--json"])

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
  const { exitCode } = yield* worker.ended
  const took = ((yield* Clock.currentTimeMillis) - asked) / 1000
  if (after !== undefined) yield* after(world)
  yield* Console.log(`  ${name}: ended with ${exitCode} after ${took.toFixed(1)} s`)
  return [
    ...(exitCode === 143 ? [] : [`${name}: the worker ended with ${exitCode}`]),
    ...(took <= within ? [] : [`${name}: the worker took ${took} s to end, and has ${within}`]),
  ]
}, Effect.scoped)

const proof = Effect.gen(function* () {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "ends-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  )
  const file = join(directory, "accounts.csv")
  writeFileSync(file, `id,name,propertyKeys\n${ids.map((id) => `${id},Acme,AP-XXXXXXXXXX-2\n`).join("")}`)
  const [postgres, sandbox, env] = [yield* startPostgres, yield* Sandbox.Sandbox, yield* environment(directory)]
  const databaseAt = (port: number) => ({
    ...env,
    APTRINSIC_DATABASE: `postgres://postgres@127.0.0.1:${port}/postgres`,
  })
  const port = Number(new URL(postgres.url).port)
  const jobs = (...args: ReadonlyArray<string>) =>
    Effect.flatMap(start(aptrinsic(["jobs", ...args, "--json"]), databaseAt(port)), ({ ended }) => ended)
  const world: World = {
    postgres,
    sandbox,
    port,
    worker: (behind, requests) => Effect.tap(start(line, databaseAt(behind)), () => sent(world, requests)),
  }
  yield* jobs("submit", file, "--id", "proof", "--rate", "50", "--lanes", "3")
  const chosen = process.argv.slice(2)
  const problems: Array<string> = []
  for (const [name, trial] of Object.entries(trials)) {
    if (chosen.length === 0 || chosen.includes(name)) problems.push(...(yield* attempt(world, name, trial)))
  }
  yield* start(line, databaseAt(port))
  yield* Effect.repeat(Effect.delay(sandbox.store.count, "200 millis"), { until: (count) => count === rows })
  const status = Effect.map(
    jobs("status", "proof"),
    ({ stdout }) => (JSON.parse(stdout) as { job: { state: string } }).job,
  )
  yield* Effect.repeat(Effect.delay(status, "1 second"), { until: ({ state }) => state === "Done" })
  const verdict = judge({
    ids,
    results: (yield* jobs("results", "proof")).stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text)),
    stored: (yield* sandbox.store.list({ limit: rows + 1 })).map(({ account }) => account.id),
    // One that was given up before its body was read has no account.
    requests: (yield* sandbox.log.entries()).filter(({ accountId }) => accountId !== null),
  })
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

const problems = await Effect.runPromise(proof)
await Effect.runPromise(Console.log(problems.length === 0 ? "No violation." : problems.join("\n")))
process.exitCode = problems.length === 0 ? 0 : 1
