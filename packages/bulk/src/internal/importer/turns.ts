/**
 * Who may go: so many rows at once, in their order, one at a time for an id.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"

export interface Turns {
  /** Starts the rows of a chunk as slots come free and waits for all of them. The rows of the next chunk start after them. */
  readonly startAll: <A, B>(
    rows: ReadonlyArray<A>,
    run: (row: A, index: number) => Effect.Effect<B>,
  ) => Effect.Effect<Array<B>>
  /** Gives the slot of a started row to others while it waits. */
  readonly away: <A>(wait: Effect.Effect<A>) => Effect.Effect<A>
}

export const makeTurns = Effect.fnUntraced(function* (concurrency: number) {
  const slots = yield* Semaphore.make(concurrency)
  const order = yield* Semaphore.make(1)

  /** Waits for a slot, and no longer: what becomes of the row is the fiber's. A row that waits costs nothing but itself. */
  const start = <A>(row: Effect.Effect<A>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        restore(slots.take(1)),
        Effect.forkChild(Effect.ensuring(row, slots.release(1)), { startImmediately: true }),
      ),
    )

  const turns: Turns = {
    startAll: (rows, run) =>
      Effect.flatMap(order.withPermit(Effect.forEach(rows, (row, index) => start(run(row, index)))), (fibers) =>
        Fiber.joinAll(fibers),
      ),
    away: (wait) =>
      Effect.acquireUseRelease(
        slots.release(1),
        () => wait,
        () => slots.take(1),
      ),
  }
  return turns
})

/** Runs one effect at a time for an id: the second row would take the account of the first for a duplicate, or for its own. */
export const makeOneAtATimeById = (away: Turns["away"]) => {
  const busyIds = new Map<string, Deferred.Deferred<void>>()
  return Effect.fnUntraced(function* <A, E>(id: string, effect: Effect.Effect<A, E>) {
    for (let busy = busyIds.get(id); busy !== undefined; busy = busyIds.get(id)) yield* away(Deferred.await(busy))
    const done = Deferred.makeUnsafe<void>()
    busyIds.set(id, done)
    return yield* Effect.ensuring(
      effect,
      Effect.suspend(() => {
        busyIds.delete(id)
        return Deferred.succeed(done, undefined)
      }),
    )
  })
}
