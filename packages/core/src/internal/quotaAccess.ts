/**
 * A log that is opened when it is first needed. One that does not work is reported once, closed, and left alone until the next minute.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { QuotaLog } from "./quotaLog.ts"
import { type Counts, makeSlidingDay, type SlidingDay } from "./slidingDay.ts"

/** Opens the log, which this process has known to begin with or to have grown to `known`. */
export type OpenLog<E> = (known: Counts | undefined) => Effect.Effect<QuotaLog<E>, E, Scope.Scope>

export const makeAccess = <E extends { readonly message: string }>(openLog: OpenLog<E>) => {
  let opened: { readonly log: QuotaLog<E>; readonly scope: Scope.Closeable } | undefined
  let known: Counts | undefined
  let failedIn: number | undefined

  const open = Effect.gen(function* () {
    if (opened !== undefined) return opened.log
    const scope = yield* Scope.make()
    const log = yield* Effect.onExit(Scope.provide(openLog(known), scope), (exit) =>
      exit._tag === "Failure" ? Scope.close(scope, exit) : Effect.void,
    )
    opened = { log, scope }
    return log
  })
  const close = Effect.suspend(() => {
    const current = opened
    if (current === undefined) return Effect.void
    known = current.log.day().counts()
    opened = undefined
    return Scope.close(current.scope, Exit.void)
  })
  const fail = Effect.fnUntraced(function* (error: E, minute: number) {
    const isNew = failedIn === undefined
    failedIn = minute
    yield* close
    if (!isNew) return
    yield* Effect.logWarning(
      `The day's count of requests cannot be read or written (${error.message}); this process counts for itself until it can.`,
    )
  })
  return {
    close,
    /** The count as it was last read. */
    day: (): SlidingDay => opened?.log.day() ?? makeSlidingDay(known),
    /** Does not wait for the next minute. */
    forgive: () => {
      if (failedIn !== undefined) failedIn = Number.NaN
    },
    /** Succeeds with nothing when the log does not work. */
    use: <A>(minute: number, body: (log: QuotaLog<E>) => Effect.Effect<A, E>): Effect.Effect<A | undefined> =>
      Effect.suspend(() => {
        if (failedIn === minute) return Effect.undefined
        return Effect.matchEffect(Effect.flatMap(open, body), {
          onFailure: (error) => Effect.as(fail(error, minute), undefined),
          onSuccess: (value) => {
            failedIn = undefined
            return Effect.succeed(value)
          },
        })
      }),
  }
}
export type Access = Pick<ReturnType<typeof makeAccess>, "day">
