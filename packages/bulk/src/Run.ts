/**
 * A run of an import, as its journal remembers it: when it began and by what, what held it up, how it ended.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

/**
 * The import that a run sets back: the name of its report and what that says of its own start, by which it is known whatever its name becomes; and
 * what stays nevertheless: accounts that it `created`, and that it changed from what a damaged report does not say any more (`lost`); fields by the
 * number of accounts in which they were `unset` before, or were `changed` by somebody since.
 *
 * **Example** (A way back that leaves an account)
 *
 * ```ts
 * import { Run } from "@effect-aptrinsic/bulk"
 *
 * const wayBack = Run.WayBack.make({
 *   report: "customers.csv.import.ndjson",
 *   stays: { created: 1, lost: 0, unset: { csm: 3 }, changed: {} },
 * })
 *
 * console.log(wayBack.stays?.created) // 1
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const WayBack = Schema.Struct({
  report: Schema.String,
  startedAt: Schema.optionalKey(Schema.String),
  stays: Schema.optionalKey(
    Schema.Struct({
      created: Schema.Int,
      lost: Schema.Int,
      unset: Schema.Record(Schema.String, Schema.Int),
      changed: Schema.Record(Schema.String, Schema.Int),
    }),
  ),
})
/** @since 0.1.0 */
export interface WayBack extends Schema.Schema.Type<typeof WayBack> {}

/**
 * What a run says of itself at its start. `by` is the program with its version; `settings` are those that matter for the import, never a key;
 * `rows` is how many there are, those of earlier runs and invalid ones included; `invalid` how many of them a check or a plan before the run found
 * that cannot be sent; `asked` how many requests it sent before them, to plan what they would do or to see what PX has; `wayBack` says which import it sets back.
 *
 * **Example** (What a run says of itself)
 *
 * ```ts
 * import { Run } from "@effect-aptrinsic/bulk"
 *
 * const start = Run.RunStart.make({ by: "nightly 1.4.0", settings: { concurrency: 32 } })
 *
 * console.log(start.by) // nightly 1.4.0
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const RunStart = Schema.Struct({
  by: Schema.String,
  settings: Schema.Record(Schema.String, Schema.Json),
  rows: Schema.optionalKey(Schema.Int),
  invalid: Schema.optionalKey(Schema.Int),
  asked: Schema.optionalKey(Schema.Int),
  wayBack: Schema.optionalKey(WayBack),
})
/** @since 0.1.0 */
export interface RunStart extends Schema.Schema.Type<typeof RunStart> {}

/**
 * A time in which nothing was sent because of PX: its start and end, in ISO 8601 once it is JSON, and why, as `429` or
 * `refused: connect ECONNREFUSED`. One that `goesOn` had not ended by `until`; the same one is told again, with the same `from`, until it has.
 *
 * **Example** (How long a pause was)
 *
 * ```ts
 * import { Run } from "@effect-aptrinsic/bulk"
 * import { DateTime, Duration } from "effect"
 *
 * const from = DateTime.makeUnsafe("2027-01-01T03:00:00Z")
 * const pause: Run.Pause = { from, until: DateTime.add(from, { seconds: 30 }), reason: "429" }
 *
 * console.log(Duration.format(DateTime.distance(pause.from, pause.until))) // 30s
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Pause = Schema.Struct({
  from: Schema.DateTimeUtcFromString,
  until: Schema.DateTimeUtcFromString,
  reason: Schema.String,
  goesOn: Schema.optionalKey(Schema.Literal(true)),
})
/** @since 0.1.0 */
export interface Pause extends Schema.Schema.Type<typeof Pause> {}

/**
 * The requests of a part of a run: how many of each kind were sent, how many got which answer (`201`, `429`, or `lost` for all that no status
 * came for), and how long the answers took, as pairs of milliseconds, rounded to steps of 12 %, and how many took that. `limit` is how many requests
 * a second were allowed at its end: what was configured, or less where PX rejects requests.
 *
 * **Example** (How many requests were rejected)
 *
 * ```ts
 * import { Run } from "@effect-aptrinsic/bulk"
 * import { DateTime } from "effect"
 *
 * const from = DateTime.makeUnsafe("2027-01-01T03:00:00Z")
 * const traffic = Run.Traffic.make({
 *   from,
 *   until: DateTime.add(from, { seconds: 1 }),
 *   requests: [{ request: "POST", sent: 100, answers: { "201": 97, "429": 3 } }],
 *   latency: [[40, 88], [45, 12]],
 * })
 *
 * console.log(traffic.requests[0]?.answers["429"]) // 3
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Traffic = Schema.Struct({
  from: Schema.DateTimeUtcFromString,
  until: Schema.DateTimeUtcFromString,
  requests: Schema.Array(
    Schema.Struct({
      request: Schema.String,
      sent: Schema.Int,
      answers: Schema.Record(Schema.String, Schema.Int),
    }),
  ),
  latency: Schema.Array(Schema.Tuple([Schema.Finite, Schema.Int])),
  limit: Schema.optionalKey(Schema.Finite),
})
/** @since 0.1.0 */
export interface Traffic extends Schema.Schema.Type<typeof Traffic> {}

/**
 * A file that a run wrote for people: its name, and a digest by which one that somebody changed since is told.
 *
 * **Example** (A file that a run wrote)
 *
 * ```ts
 * import { Run } from "@effect-aptrinsic/bulk"
 *
 * const failed = Run.WrittenFile.make({ name: "customers.failed.csv", digest: "sha256:9f86d081" })
 *
 * console.log(failed.name) // customers.failed.csv
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const WrittenFile = Schema.Struct({ name: Schema.String, digest: Schema.String })
/** @since 0.1.0 */
export interface WrittenFile extends Schema.Schema.Type<typeof WrittenFile> {}

/**
 * How a run ended: `why` is `done`, `interrupted`, `changed` for a file that changed under it, or the kind of a halt, whose sentence is `message`.
 * `counts` are numbers by name, as `created` or `requests`; `files` what it wrote, by kind, as `failed`.
 *
 * **Example** (How a run ended)
 *
 * ```ts
 * import { Run } from "@effect-aptrinsic/bulk"
 *
 * const end = Run.RunEnd.make({ why: "done", counts: { created: 40, requests: 41 } })
 *
 * console.log(end.counts["created"]) // 40
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const RunEnd = Schema.Struct({
  why: Schema.String,
  message: Schema.optionalKey(Schema.String),
  counts: Schema.Record(Schema.String, Schema.Finite),
  files: Schema.optionalKey(Schema.Record(Schema.String, WrittenFile)),
})
/** @since 0.1.0 */
export interface RunEnd extends Schema.Schema.Type<typeof RunEnd> {}

/**
 * A run; one without `end` was killed, or goes on.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Run {
  readonly start: RunStart & {
    readonly at: DateTime.Utc
    /** The digest of what was imported, where the journal has one. */
    readonly content?: string
  }
  /** The first hundred. */
  readonly pauses: ReadonlyArray<Pause>
  readonly end: (RunEnd & { readonly at: DateTime.Utc }) | undefined
}
