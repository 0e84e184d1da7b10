/**
 * What the sandbox was asked and what came of it: the last requests one by one, and counts of all. It never holds an API key.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as rates from "./internal/rates.ts"

/**
 * What a request came to inside the sandbox, whatever the client saw of it: an account whose answer was lost to a fault is `created`. `found` is
 * a read of one account or of the subscription, `listed` a page of accounts, `forbidden` what the permissions of the key do not allow.
 * `refused` is every other answer below 500, `failed` one from 500 on and a connection dropped before the request was handled,
 * `abandoned` a request whose client left early.
 *
 * **Example** (What became of a request)
 *
 * ```ts
 * import { RequestLog } from "@effect-aptrinsic/sandbox"
 *
 * console.log(RequestLog.Outcome.literals.slice(0, 4).join(", ")) // created, updated, duplicate, invalid
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Outcome = Schema.Literals([
  "created",
  "updated",
  "duplicate",
  "invalid",
  "found",
  "listed",
  "not-found",
  "unauthorized",
  "forbidden",
  "rate-limited",
  "refused",
  "failed",
  "abandoned",
])
/** @since 0.1.0 */
export type Outcome = typeof Outcome.Type

/**
 * One request: `at` is when it came and `elapsed` how long it took, both in milliseconds once they are JSON; `status` is what was answered,
 * `null` for a dropped connection; `faults` names what was injected; `path`, `headers` and bodies show `<redacted>` where they held a key, and
 * `headers` are those that tell nothing about the caller's secrets. `sent` and `answered` are how the bodies begin, 4,096 characters at most;
 * they are left out where there was none, or it was not read or was sent in pieces.
 *
 * **Example** (How long a request took)
 *
 * ```ts
 * import { RequestLog } from "@effect-aptrinsic/sandbox"
 * import { DateTime, Duration, Schema } from "effect"
 *
 * const request = Schema.decodeSync(RequestLog.LoggedRequest)({
 *   sequence: 1,
 *   at: 1767323045000,
 *   elapsed: 20.5,
 *   method: "POST",
 *   path: "/v1/accounts",
 *   accountId: "acme",
 *   outcome: "created",
 *   status: 201,
 *   faults: [],
 *   headers: {},
 * })
 *
 * console.log(DateTime.formatIso(request.at), Duration.toMillis(request.elapsed)) // 2026-01-02T03:04:05.000Z 20.5
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const LoggedRequest = Schema.Struct({
  sequence: Schema.Finite,
  at: Schema.DateTimeUtcFromMillis,
  elapsed: Schema.DurationFromMillis,
  method: Schema.String,
  path: Schema.String,
  accountId: Schema.NullOr(Schema.String),
  outcome: Outcome,
  status: Schema.NullOr(Schema.Finite),
  faults: Schema.Array(Schema.String),
  headers: Schema.Record(Schema.String, Schema.String),
  sent: Schema.optionalKey(Schema.String),
  answered: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "LoggedRequest" })
/** @since 0.1.0 */
export interface LoggedRequest extends Schema.Schema.Type<typeof LoggedRequest> {}

/**
 * How many requests came to each outcome since the start or the last `clear`, `total` of them; `faulty` had a fault injected,
 * `unanswered` got no answer: dropped by a fault, or the client had left.
 *
 * **Example** (Their names)
 *
 * ```ts
 * import { RequestLog } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Object.keys(RequestLog.Counters.fields).join(", ")) // total, faulty, unanswered, outcomes
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Counters = Schema.Struct({
  total: Schema.Finite,
  faulty: Schema.Finite,
  unanswered: Schema.Finite,
  outcomes: Schema.Record(Outcome, Schema.Finite),
}).annotate({ identifier: "Counters" })
/** @since 0.1.0 */
export interface Counters extends Schema.Schema.Type<typeof Counters> {}

/**
 * How many requests were answered in a `second` since 1970, `total` of them: `rateLimited` by a 429, `failed` by a 5xx or not at all.
 *
 * **Example** (Their names)
 *
 * ```ts
 * import { RequestLog } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Object.keys(RequestLog.Rate.fields).join(", ")) // second, total, rateLimited, failed
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Rate = Schema.Struct({
  second: Schema.Finite,
  total: Schema.Finite,
  rateLimited: Schema.Finite,
  failed: Schema.Finite,
}).annotate({ identifier: "Rate" })
/** @since 0.1.0 */
export interface Rate extends Schema.Schema.Type<typeof Rate> {}

/**
 * Which requests to read back: those after `after`, a `sequence` (default 0: from the oldest kept), at most `limit` (default all kept).
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface EntriesOptions {
  readonly after?: number | undefined
  readonly limit?: number | undefined
}

/**
 * Keeps the last requests and counts all of them.
 *
 * **Example** (Counting requests)
 *
 * ```ts
 * import { RequestLog } from "@effect-aptrinsic/sandbox"
 * import { DateTime, Duration, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const log = yield* RequestLog.RequestLog
 *   yield* log.record({
 *     at: yield* DateTime.now,
 *     elapsed: Duration.millis(20),
 *     method: "POST",
 *     path: "/v1/accounts",
 *     accountId: "acme",
 *     outcome: "created",
 *     status: 201,
 *     faults: [],
 *     headers: {},
 *   })
 *   return (yield* log.counters).outcomes.created
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, RequestLog.layer()))) // 1
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class RequestLog extends Context.Service<
  RequestLog,
  {
    readonly record: (request: Omit<LoggedRequest, "sequence">) => Effect.Effect<void>
    readonly entries: (options?: EntriesOptions) => Effect.Effect<ReadonlyArray<LoggedRequest>>
    readonly counters: Effect.Effect<Counters>
    /** The `sequence` of the last request; 0 before the first. */
    readonly latest: Effect.Effect<number>
    /** Counts of what was answered in each of the last 300 seconds that had a request, from `second` on (default 0: all). */
    readonly rates: (second?: number) => Effect.Effect<ReadonlyArray<Rate>>
    /** Forgets all requests and counts; `sequence` goes on. */
    readonly clear: Effect.Effect<void>
  }
>()("@effect-aptrinsic/sandbox/RequestLog") {}

const kindOf = ({ outcome, status }: Pick<LoggedRequest, "outcome" | "status">) => {
  if (outcome === "rate-limited") return "rateLimited"
  return status === null || status >= 500 ? "failed" : undefined
}

const make = (capacity: number) => {
  const ring: Array<LoggedRequest> = []
  const seconds = rates.make()
  const zero = () => Object.fromEntries(Outcome.literals.map((outcome) => [outcome, 0])) as Record<Outcome, number>
  let sequence = 0
  let kept = 0
  let total = 0
  let faulty = 0
  let unanswered = 0
  let outcomes = zero()
  return RequestLog.of({
    record: (request) =>
      Effect.sync(() => {
        ring[sequence % capacity] = { sequence: ++sequence, ...request }
        kept = Math.min(kept + 1, capacity)
        total++
        outcomes[request.outcome]++
        if (request.faults.length > 0) faulty++
        if (request.status === null) unanswered++
        seconds.count(DateTime.toEpochMillis(request.at) + Duration.toMillis(request.elapsed), kindOf(request))
      }),
    entries: ({ after = 0, limit = capacity } = {}) =>
      Effect.sync(() => {
        const first = Math.max(after, sequence - kept)
        return Array.from(
          { length: Math.max(0, Math.min(limit, sequence - first)) },
          (_, i) => ring[(first + i) % capacity]!,
        )
      }),
    counters: Effect.sync(() => ({ total, faulty, unanswered, outcomes: { ...outcomes } })),
    latest: Effect.sync(() => sequence),
    rates: (second = 0) => Effect.sync(() => seconds.since(second)),
    clear: Effect.sync(() => {
      seconds.clear()
      ring.length = 0
      kept = total = faulty = unanswered = 0
      outcomes = zero()
    }),
  })
}

/**
 * A log that keeps the last `capacity` requests.
 *
 * **Example** (A log of the last ten)
 *
 * ```ts
 * import { RequestLog } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const entries = RequestLog.RequestLog.use((log) => log.entries())
 *
 * console.log((await Effect.runPromise(Effect.provide(entries, RequestLog.layer(10)))).length) // 0
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (capacity = 1_000): Layer.Layer<RequestLog> => Layer.sync(RequestLog, () => make(capacity))
