/** What happens to the workers of a job, their network and their database. */
import type { Postgres } from "@effect-aptrinsic/jobs/test/postgres"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { cuts } from "./cable.ts"
import type { Worker } from "./worker.ts"

interface World {
  readonly workers: ReadonlyArray<Worker>
  readonly postgres: Postgres
  /** How long a worker is frozen, and at most cut off. */
  readonly seconds: number
}

export interface Fault {
  readonly kind: string
  readonly told: string
  /** Epoch milliseconds. */
  readonly from: number
  readonly until: number
}

type Strike = (world: World, worker: Worker) => Effect.Effect<string, unknown, Scope.Scope>

/** Each is over when it returns, and tells what it was. */
const kinds: ReadonlyArray<readonly [kind: string, strike: Strike]> = [
  [
    "kill",
    (_, worker) =>
      worker.kill.pipe(
        Effect.andThen(Effect.sleep("2 seconds")),
        Effect.andThen(worker.restart),
        Effect.as(`kill -9 of a worker on ${worker.runtime}`),
      ),
  ],
  [
    "freeze",
    ({ seconds }, worker) =>
      worker
        .signal("SIGSTOP")
        .pipe(
          Effect.andThen(Effect.sleep(seconds * 1000)),
          Effect.andThen(worker.signal("SIGCONT")),
          Effect.as(`a worker on ${worker.runtime} frozen for ${seconds} s`),
        ),
  ],
  [
    "postgres",
    ({ postgres }) =>
      postgres.kill.pipe(
        Effect.andThen(Effect.sleep("2 seconds")),
        Effect.andThen(postgres.start),
        Effect.as("Postgres killed, and back after 2 s"),
      ),
  ],
  ...cuts.map((how): readonly [string, Strike] => [
    `cut, ${how}`,
    ({ seconds }, worker) =>
      Effect.flatMap(Random.nextIntBetween(Math.min(4, seconds), seconds), (length) =>
        Effect.as(
          worker.cut(how, length),
          `a worker on ${worker.runtime} cut off from Postgres for ${length} s, ${how}`,
        ),
      ),
  ]),
]

/** Strikes once, by chance; in as many strikes as there are kinds there is each of them. */
export const makeFaults = (world: World) => {
  let left: ReadonlyArray<(typeof kinds)[number]> = []
  return Effect.gen(function* () {
    if (left.length === 0) left = yield* Random.shuffle(kinds)
    const [[kind, strike], ...rest] = left as readonly [(typeof kinds)[number], ...typeof kinds]
    left = rest
    const worker = world.workers[yield* Random.nextIntBetween(0, world.workers.length - 1)]!
    const from = yield* Clock.currentTimeMillis
    const told = yield* strike(world, worker)
    const fault: Fault = { kind, told, from, until: yield* Clock.currentTimeMillis }
    return fault
  })
}
