/**
 * A job on three workers, one of them on Deno, over a Postgres, while workers are killed and frozen, the network between a worker and the database is
 * cut, and the database itself is killed: `npm run proof:jobs`. Every row has to come to one outcome, the one that PX holds, and none may be sent
 * again without a lookup. `--rows`, `--faults`, `--rate`, `--freeze` (seconds) and `--seed` choose another run.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { aptrinsic, environment, start } from "../command.ts"
import { judge } from "./judge.ts"
import { makeWorker, type Worker } from "./worker.ts"

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    faults: { type: "string", default: "30" },
    rate: { type: "string", default: "400" },
    freeze: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
})
const [rows, faults, rate, freeze] = [values.rows, values.faults, values.rate, values.freeze].map(Number) as [
  number,
  number,
  number,
  number,
]
/** Rows that are sent before each fault; the last part is left in peace. */
const between = Math.floor(rows / (faults + 1))

interface World {
  readonly workers: ReadonlyArray<Worker>
  readonly postgres: Effect.Success<typeof startPostgres>
}

/** Something that happens to the workers or their database, and is over when it returns. */
const kinds: Readonly<Record<string, (world: World, worker: Worker) => Effect.Effect<string, unknown, Scope.Scope>>> = {
  kill: (_, worker) =>
    worker.kill.pipe(
      Effect.andThen(Effect.sleep("2 seconds")),
      Effect.andThen(worker.restart),
      Effect.as(`kill -9 of a worker on ${worker.runtime}`),
    ),
  freeze: (_, worker) =>
    worker
      .signal("SIGSTOP")
      .pipe(
        Effect.andThen(Effect.sleep(freeze * 1000)),
        Effect.andThen(worker.signal("SIGCONT")),
        Effect.as(`a worker on ${worker.runtime} frozen for ${freeze} s`),
      ),
  cut: (_, worker) => Effect.as(worker.cut(8), `a worker on ${worker.runtime} cut off from Postgres for 8 s`),
  postgres: ({ postgres }) =>
    postgres.kill.pipe(
      Effect.andThen(Effect.sleep("2 seconds")),
      Effect.andThen(postgres.start),
      Effect.as("Postgres killed, and back after 2 s"),
    ),
}

const strike = Effect.fnUntraced(function* (world: World, number: number) {
  // Each kind in turn, so that a short run has all of them.
  const name = Object.keys(kinds)[number % Object.keys(kinds).length]!
  const worker = world.workers[yield* Random.nextIntBetween(0, world.workers.length - 1)]!
  const told = yield* kinds[name]!(world, worker)
  yield* Console.log(`  ${told}`)
})

const makeFile = Effect.gen(function* () {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "jobs-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  )
  const ids = Array.from({ length: rows }, (_, index) => `acc-${index + 1}`)
  const file = join(directory, "accounts.csv")
  writeFileSync(file, `id,name,propertyKeys\n${ids.map((id) => `${id},Acme ${id},AP-XXXXXXXXXX-2\n`).join("")}`)
  return { directory, file, ids }
})

interface Job {
  readonly state: string
  readonly remaining: number
}

const proof = Effect.gen(function* () {
  const { directory, file, ids } = yield* makeFile
  const postgres = yield* startPostgres
  const sandbox = yield* Sandbox.Sandbox
  const env = yield* environment(directory)
  const jobs = (...args: ReadonlyArray<string>) =>
    Effect.flatMap(
      start(aptrinsic(["jobs", ...args, "--json"]), { ...env, APTRINSIC_DATABASE: postgres.url }),
      ({ ended }) => ended,
    )
  const submitted = yield* jobs("submit", file, "--id", "proof", "--rate", String(rate), "--lanes", "6")
  if (submitted.exitCode !== 0) return [`the job was not taken: ${submitted.stdout}${submitted.stderr}`]
  const port = Number(new URL(postgres.url).port)
  const workers = yield* Effect.forEach(["Node", "Node", "Deno"] as const, (runtime) => makeWorker(runtime, port, env))
  const began = yield* Clock.currentTimeMillis
  const held = Effect.orDie(sandbox.store.count)
  for (let number = 0; number < faults; number++) {
    yield* Effect.repeat(Effect.delay(held, "50 millis"), { until: (count) => count >= between * (number + 1) })
    yield* strike({ workers, postgres }, number)
  }
  const job = Effect.map(
    jobs("status", "proof"),
    ({ stdout }) => (JSON.parse(stdout) as { readonly job?: Job }).job ?? { state: "Unknown", remaining: rows },
  )
  const last = yield* Effect.repeat(Effect.delay(job, "1 second"), {
    until: ({ state }) => !["Queued", "Running", "Unknown"].includes(state),
  })
  const seconds = Math.round(((yield* Clock.currentTimeMillis) - began) / 1000)
  const ends = yield* Effect.forEach(workers, ({ stop }) => stop, { concurrency: "unbounded" })
  const results = (yield* jobs("results", "proof")).stdout.trimEnd().split("\n")
  const verdict = judge({
    ids,
    results: results.map((line) => JSON.parse(line)),
    stored: (yield* sandbox.store.list({ limit: rows + 1 })).map(({ account }) => account.id),
    requests: yield* sandbox.log.entries(),
  })
  yield* Console.log(
    `${rows} rows over 3 workers, ${faults} faults, seed ${values.seed}: ${seconds} s, ${last.state}. ${verdict.settled} rows in doubt were found, ${verdict.again} were sent again after a lookup.`,
  )
  return [
    ...verdict.problems,
    ...(last.state === "Done" ? [] : [`the job is ${last.state}`]),
    ...ends.flatMap(({ exitCode, stderr }) =>
      exitCode === 143 ? [] : [`a worker ended with ${exitCode}: ${stderr.slice(-2000)}`],
    ),
  ]
}).pipe(
  Effect.scoped,
  Effect.provide(
    Sandbox.layer({
      limits: { perSecond: null, perDay: null },
      latency: "30 millis",
      logCapacity: rows * 4,
      seed: Number(values.seed),
    }).pipe(Layer.provide(layerHttpServer())),
  ),
  Random.withSeed(values.seed),
)

const problems = await Effect.runPromise(proof)
await Effect.runPromise(Console.log(problems.length === 0 ? "No violation." : problems.slice(0, 40).join("\n")))
process.exitCode = problems.length === 0 ? 0 : 1
