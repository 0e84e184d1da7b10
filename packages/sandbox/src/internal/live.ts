/**
 * What a page that watches is told: a few times a second what changed since, and nothing while nothing does. What it costs does not depend on how
 * many requests there are, and the next look waits until the last one was taken off our hands: a slow reader is told less often.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import type { LoggedRequest, RequestLog } from "../RequestLog.ts"

/** Between two looks. */
const interval = "250 millis"

/** Requests of one look; those before them are counted. */
const shown = 100

/** An id may be a megabyte long. */
const cut = (text: string) => (text.length > 200 ? `${text.slice(0, 199)}…` : text)

const brief = (request: LoggedRequest) => ({
  ...Struct.omit(request, ["answered", "headers", "sent"]),
  path: cut(request.path),
  accountId: request.accountId === null ? null : cut(request.accountId),
})

/** What a log has after a request, and the rates from a second on. */
export const look = Effect.fnUntraced(function* (log: RequestLog["Service"], seen: number, second: number) {
  const latest = yield* log.latest
  // A page that knows more requests than there were knows those of an earlier sandbox.
  const from = seen > latest ? 0 : seen
  const requests = yield* log.entries({ after: Math.max(from, latest - shown) })
  return {
    latest,
    requests: requests.map(brief),
    skipped: latest - from - requests.length,
    rates: yield* log.rates(second),
  }
})

/** Looks at a log and at a state, from the request after `after` on. */
export const stream = <State, E>(
  log: RequestLog["Service"],
  state: Effect.Effect<State, E>,
  after: number,
): Stream.Stream<Effect.Success<ReturnType<typeof look>> & { readonly state: State }, E> =>
  Stream.suspend(() => {
    let seen = after
    let second = 0
    let before = ""
    const next = Effect.gen(function* () {
      const now = yield* state
      const changes = yield* look(log, seen, second)
      const text = JSON.stringify([now, changes.latest])
      if (text === before) return undefined
      before = text
      seen = changes.latest
      second = changes.rates.at(-1)?.second ?? second
      return { state: now, ...changes }
    })
    return Stream.fromEffectSchedule(next, Schedule.spaced(interval)).pipe(Stream.filter((each) => each !== undefined))
  })
