/**
 * Stops an import while it works, lets the same command take its journal over, and lets the stopped one go on: `npm run proof:freeze`. PX must
 * not be asked twice for an account, and what the stopped run says at its end must be true. `--rounds` and `--seed` choose another run.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { aptrinsic, environment, start } from "../command.ts"
import { makeFolder } from "../folder.ts"
import { judge } from "./judge.ts"

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
})
const rounds = Number(values.rounds)

const rows = 400
const rate = 100
/** Rounds at once: most of the time of one is spent on finding its lock abandoned. */
const atOnce = 4

const round = Effect.fnUntraced(function* (number: number) {
  const sandbox = yield* Sandbox.Sandbox
  const directory = yield* makeFolder("freeze")
  const file = join(directory, "accounts.csv")
  const ids = Array.from({ length: rows }, (_, index) => `acc-${index + 1}`)
  writeFileSync(file, `id,name,propertyKeys\n${ids.map((id) => `${id},Acme ${id},AP-XXXXXXXXXX-2\n`).join("")}`)
  const args = [
    "accounts",
    "import",
    file,
    "--report",
    `${file}.import.ndjson`,
    "--rate",
    String(rate),
    "--no-input",
    "--json",
  ]
  const command = start(aptrinsic(args), yield* environment(directory))
  const total = Effect.map(sandbox.log.counters, (counters) => counters.total)
  const reached = (requests: number) =>
    Effect.sleep("2 millis").pipe(Effect.andThen(total), Effect.repeat({ until: (now) => now >= requests }))

  const first = yield* command
  yield* reached(yield* Random.nextIntBetween(10, rows / 3))
  yield* Effect.sleep(Duration.micros(BigInt(yield* Random.nextIntBetween(0, 20_000))))
  yield* first.signal("SIGSTOP")

  const lock = () => statSync(`${file}.import.ndjson.lock`, { throwIfNoEntry: false })?.ino
  const abandoned = lock()
  const second = yield* command
  const replaced = Effect.sleep("2 millis").pipe(Effect.repeat({ until: () => lock() !== abandoned }))
  // Every fourth round wakes the first run while the second makes sure of the lock, the others while the second works.
  const pause = yield* Random.nextIntBetween(0, 600)
  const more = yield* Random.nextIntBetween(1, rows / 3)
  yield* replaced
  yield* number % 4 === 0 ? Effect.sleep(pause) : Effect.raceFirst(reached((yield* total) + more), second.ended)
  yield* first.signal("SIGCONT")
  const ends = yield* Effect.all([first.ended, second.ended], { concurrency: 2 })
  const last = yield* Effect.flatMap(command, ({ ended }) => ended)

  return judge({
    ids,
    ends,
    last,
    report: readFileSync(`${file}.import.ndjson`, "utf8"),
    stored: (yield* sandbox.store.list({ limit: rows + 1 })).map(({ account }) => account.id),
    requests: yield* sandbox.log.entries(),
  })
})

const layer = (seed: number) =>
  Sandbox.layer({
    limits: { perSecond: null, perDay: null },
    latency: "60 millis",
    logCapacity: rows * 10,
    seed,
  }).pipe(Layer.provide(layerHttpServer()))

const proof = Effect.gen(function* () {
  const verdicts = yield* Effect.forEach(
    Array.from({ length: rounds }, (_, number) => number),
    (number) =>
      round(number).pipe(
        Effect.scoped,
        Effect.provide(layer(number), { local: true }),
        Effect.timeout("3 minutes"),
        Effect.catch((error) => Effect.succeed({ tookOver: false, repeated: 0, problems: [String(error)] })),
        Random.withSeed(`${values.seed}-${number}`),
      ),
    { concurrency: atOnce },
  )
  const problems = verdicts.flatMap((verdict, number) => verdict.problems.map((text) => `round ${number + 1}: ${text}`))
  const repeated = verdicts.reduce((sum, verdict) => sum + verdict.repeated, 0)
  yield* Console.log(
    [
      `${rounds} rounds of ${rows} rows, seed ${values.seed}: an import stopped, its journal taken over ${verdicts.filter(({ tookOver }) => tookOver).length} times, and continued.`,
      `${repeated} repeated POSTs.`,
      ...(problems.length === 0 ? ["No violation."] : problems.slice(0, 40)),
    ].join("\n"),
  )
  return problems.length === 0 ? 0 : 1
})

process.exitCode = await Effect.runPromise(proof)
