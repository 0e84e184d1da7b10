/**
 * The imports that run in this process, so that those whose job is no more are stopped, and all of them when the process is to end: requests on the
 * wire are awaited, the rest stays for another worker.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import { lanes } from "../../JobMetrics.ts"
import { numbers } from "../database/dialect.ts"
import { countDatabaseError } from "./telemetry.ts"

export interface Run {
  readonly journal: number
  readonly run: number
}

interface Flying extends Run {
  readonly stop: Effect.Effect<void>
}

export class Running extends Context.Service<
  Running,
  {
    /** Has an import stopped when it has to be, as long as the effect runs. */
    readonly track: <A, E, R>(
      run: Run,
      stop: Effect.Effect<void>,
      effect: Effect.Effect<A, E, R>,
    ) => Effect.Effect<A, E, R>
    /** Chunks that are imported now. */
    readonly count: () => number
    /** Whether this process is to end. */
    readonly isDraining: () => boolean
    /** Stops everything, begins nothing more, and returns once nothing is on the wire. */
    readonly drain: Effect.Effect<void>
  }
>()("@effect-aptrinsic/jobs/internal/worker/running") {}

/** How often jobs are looked at that run here. */
const lookEvery = "1 second"

/** Those of the jobs that go on, with the number of their run. */
const going = Effect.fnUntraced(function* (journals: ReadonlyArray<number>) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const rows = yield* sql<{ journal: number; run: number }>`
    select journal, run from aptrinsic_jobs
    where journal in (${numbers(sql, journals)}) and state in ('Queued', 'Running')`
  return new Map(rows.map(({ journal, run }) => [Number(journal), Number(run)]))
})

export const layerRunning: Layer.Layer<Running, never, SqlClient.SqlClient> = Layer.effect(
  Running,
  Effect.gen(function* () {
    const flying = new Set<Flying>()
    let isDraining = false
    const idle = Latch.makeUnsafe(true)
    const tell = Effect.suspend(() => Metric.update(lanes, flying.size))
    yield* tell
    const stopAll = (those: ReadonlyArray<Flying>) => Effect.forEach(those, ({ stop }) => stop, { discard: true })

    const look = Effect.gen(function* () {
      // Those that begin while the database is asked are not in its answer.
      const asked = [...flying]
      if (asked.length === 0) return
      const runs = yield* going([...new Set(asked.map(({ journal }) => journal))])
      yield* stopAll(asked.filter(({ journal, run }) => runs.get(journal) !== run))
    })
    const watched = Effect.tapError(look, () => countDatabaseError("jobs"))
    // A database that is away stops imports by itself: their journals are in it.
    yield* Effect.forkScoped(Effect.repeat(Effect.ignore(watched), Schedule.spaced(lookEvery)))

    return Running.of({
      track: (run, stop, effect) =>
        Effect.suspend(() => {
          const entry: Flying = { ...run, stop }
          flying.add(entry)
          idle.closeUnsafe()
          const begun = isDraining ? Effect.andThen(stop, effect) : effect
          return Effect.ensuring(
            Effect.andThen(tell, begun),
            Effect.suspend(() => {
              flying.delete(entry)
              if (flying.size === 0) idle.openUnsafe()
              return tell
            }),
          )
        }),
      count: () => flying.size,
      isDraining: () => isDraining,
      drain: Effect.suspend(() => {
        isDraining = true
        return Effect.andThen(stopAll([...flying]), idle.await)
      }),
    })
  }),
)
