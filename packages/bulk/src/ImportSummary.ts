/**
 * What an import came to, as its journal tells it: how its rows ended and when, what held it up, why rows failed, what PX holds otherwise, and
 * each run. One value of bounded size, for a million rows as for ten, that a terminal and a page show and JSON carries.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Cell, FieldDifference } from "./Row.ts"
import { Pause, WayBack } from "./Run.ts"

/**
 * How much of each kind a summary holds at the most: the first ones where all are alike, the most frequent where they are counted, the last runs.
 *
 * **Example** (How many intervals a plot has at the most)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * console.log(ImportSummary.bounds.intervals) // 600
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const bounds = {
  intervals: 600,
  reasons: 50,
  /** Of each reason. */
  rows: 20,
  /** Different ones of each reason, as far as they are counted. */
  messages: 100,
  /** Of each kind of difference. */
  differences: 100,
  fields: 50,
  runs: 100,
  pauses: 500,
  answers: 50,
  journals: 20,
} as const

/**
 * Rows by how they ended. `unchanged` say what PX holds, as the last run of an import that updates found. `underWay` were sent by a run that
 * goes on, and wait for their answers. To `unreached` ones of the `invalid` no run came yet: a check found them, and why is not told.
 * `remaining` were not sent yet; it is absent when nobody knows how many that are.
 *
 * **Example** (Whether every row is in PX)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const counts = ImportSummary.Counts.make({ created: 40, updated: 0, duplicate: 2, failed: 0, inDoubt: 0, invalid: 0, remaining: 0 })
 *
 * console.log(counts.created + counts.duplicate) // 42
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Counts = Schema.Struct({
  created: Schema.Int,
  updated: Schema.Int,
  duplicate: Schema.Int,
  failed: Schema.Int,
  inDoubt: Schema.Int,
  invalid: Schema.Int,
  unchanged: Schema.optionalKey(Schema.Int),
  underWay: Schema.optionalKey(Schema.Int),
  unreached: Schema.optionalKey(Schema.Int),
  remaining: Schema.optionalKey(Schema.Int),
})
/** @since 0.1.0 */
export interface Counts extends Schema.Schema.Type<typeof Counts> {}

/**
 * How long answers took: the median, the 95th percentile and the longest, in milliseconds, each within 6 %.
 *
 * **Example** (A slow tail)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const latency = ImportSummary.Latency.make({ p50: 42, p95: 610, max: 2100 })
 *
 * console.log(latency.p95 > 10 * latency.p50) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Latency = Schema.Struct({ p50: Schema.Finite, p95: Schema.Finite, max: Schema.Finite })
/** @since 0.1.0 */
export interface Latency extends Schema.Schema.Type<typeof Latency> {}

/**
 * What happened in one interval of a run: how many rows ended and how, and, where the journal has it, the requests, how many of them were
 * rejected with 429, how long answers took, and how many requests a second were allowed, the fewest of its parts. `run` is the index of its run in
 * `runs`. Intervals in which nothing happened are left out.
 *
 * **Example** (Rows a second)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 * import { DateTime } from "effect"
 *
 * const interval = ImportSummary.Interval.make({
 *   at: DateTime.makeUnsafe("2027-01-01T03:00:00Z"),
 *   run: 0,
 *   rows: { created: 960, updated: 0, duplicate: 30, failed: 10, inDoubt: 0, invalid: 0 },
 *   requests: 1030,
 *   rateLimited: 0,
 * })
 *
 * console.log(interval.rows.created / 10) // 96
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Interval = Schema.Struct({
  at: Schema.DateTimeUtcFromString,
  run: Schema.Int,
  rows: Counts,
  requests: Schema.Int,
  rateLimited: Schema.Int,
  latency: Schema.optionalKey(Latency),
  limit: Schema.optionalKey(Schema.Finite),
})
/** @since 0.1.0 */
export interface Interval extends Schema.Schema.Type<typeof Interval> {}

/** Where a row stands. */
const ofRow = {
  journal: Schema.Int,
  row: Schema.Int,
  line: Schema.optionalKey(Schema.Int),
  id: Schema.String,
}

/**
 * A row that is not done. `journal` is the index of its journal in `journals`, `line` the line of the file that was imported.
 *
 * **Example** (A row by its line)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const row = ImportSummary.OpenRow.make({ journal: 0, row: 7, line: 8, id: "moes", message: "PX refused the account." })
 *
 * console.log(`line ${row.line}, ${row.id}: ${row.message}`) // line 8, moes: PX refused the account.
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const OpenRow = Schema.Struct({
  ...ofRow,
  message: Schema.String,
  cells: Schema.optionalKey(Schema.Array(Cell)),
})
/** @since 0.1.0 */
export interface OpenRow extends Schema.Schema.Type<typeof OpenRow> {}

/**
 * Why rows are not done: how they ended, the reason as a `code`, the `field` where it concerns one, the message of the first of them, and the first
 * rows themselves. `different` is how many different messages the rows have, where not all have the first one; 100 stands for more, too.
 *
 * **Example** (A reason with its rows)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const reason = ImportSummary.Reason.make({ state: "failed", code: "BadRequest", message: "PX refused the account.", rows: 12, first: [] })
 *
 * console.log(`${reason.rows} × ${reason.code}`) // 12 × BadRequest
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Reason = Schema.Struct({
  state: Schema.Literals(["failed", "inDoubt", "invalid"]),
  code: Schema.String,
  field: Schema.optionalKey(Schema.String),
  message: Schema.String,
  different: Schema.optionalKey(Schema.Int),
  rows: Schema.Int,
  first: Schema.Array(OpenRow),
})
/** @since 0.1.0 */
export interface Reason extends Schema.Schema.Type<typeof Reason> {}

/**
 * A row with what it says and what PX holds, as texts of at most 200 characters; `found` of a row that was updated is what it overwrote.
 *
 * **Example** (Both values of a field)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const row = ImportSummary.DifferentRow.make({ journal: 0, row: 3, id: "duff", values: [{ path: "plan", sent: "pro", found: "free" }] })
 *
 * console.log(row.values.map(({ found, path, sent }) => `${path}: ${found} -> ${sent}`).join()) // plan: free -> pro
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const DifferentRow = Schema.Struct({
  ...ofRow,
  values: Schema.Array(FieldDifference),
})
/** @since 0.1.0 */
export interface DifferentRow extends Schema.Schema.Type<typeof DifferentRow> {}

/**
 * Rows whose accounts were there before: `duplicate` were left as they are, `changed` were sent by an earlier run and say something else now,
 * `updated` were changed. `differing` of the `rows` hold other values; `fields` says in which fields, and in how many rows each.
 *
 * **Example** (In which fields duplicates differ)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const differences = ImportSummary.Differences.make({ why: "duplicate", rows: 9, differing: 2, fields: [{ path: "plan", rows: 2 }], first: [] })
 *
 * console.log(differences.fields[0]?.path) // plan
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Differences = Schema.Struct({
  why: Schema.Literals(["duplicate", "changed", "updated"]),
  rows: Schema.Int,
  differing: Schema.Int,
  fields: Schema.Array(Schema.Struct({ path: Schema.String, rows: Schema.Int })),
  first: Schema.Array(DifferentRow),
})
/** @since 0.1.0 */
export interface Differences extends Schema.Schema.Type<typeof Differences> {}

/**
 * Requests of one kind that got one answer: `201`, `429`, `lost`, or `none` where the run was killed before one came. Those `before` the rows, to
 * plan them or to see what PX has, are counted together (`any`), and so are answers beyond the first fifty (`other`), and all requests of a run of
 * which an earlier version recorded no more than their number.
 *
 * **Example** (How often PX rejected a request)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const answer = ImportSummary.Answer.make({ request: "POST", answer: "429", count: 17 })
 *
 * console.log(answer.count) // 17
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Answer = Schema.Struct({ request: Schema.String, answer: Schema.String, count: Schema.Int })
/** @since 0.1.0 */
export interface Answer extends Schema.Schema.Type<typeof Answer> {}

/**
 * A run. `state` is `running`, `killed` when it left no end, `ended` when that does not say how, or the `why` of its end: `done`, `interrupted`,
 * `changed`, or the kind of a halt, whose sentence is `message`. `endedAt` of a killed run is the last moment that it told of, of one that goes on
 * that of the look. `rows` are those that ended in it, `perSecond` how many that is. `requests` is what the journal has of them, with those that it
 * `asked` before the rows; those after the last line of a killed run are in nobody's count. `wayBack` is the report of the import that it sets back.
 *
 * **Example** (A run that was killed)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const run = Schema.decodeSync(ImportSummary.RunSummary)({
 *   journal: 0,
 *   by: "aptrinsic 1.4.0",
 *   settings: { rate: 100 },
 *   startedAt: "2027-01-01T03:00:00.000Z",
 *   endedAt: "2027-01-01T03:00:40.000Z",
 *   state: "killed",
 *   rows: { created: 3900, updated: 0, duplicate: 0, failed: 0, inDoubt: 12, invalid: 0 },
 *   perSecond: 97.5,
 *   requests: 3912,
 *   rateLimited: 0,
 *   pauses: 0,
 *   pausedMs: 0,
 * })
 *
 * console.log(run.state) // killed
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const RunSummary = Schema.Struct({
  /** The index of its journal in `journals`. */
  journal: Schema.Int,
  by: Schema.String,
  settings: Schema.Record(Schema.String, Schema.Json),
  startedAt: Schema.DateTimeUtcFromString,
  endedAt: Schema.DateTimeUtcFromString,
  state: Schema.String,
  message: Schema.optionalKey(Schema.String),
  rows: Counts,
  perSecond: Schema.Finite,
  requests: Schema.Int,
  asked: Schema.optionalKey(Schema.Int),
  rateLimited: Schema.Int,
  pauses: Schema.Int,
  pausedMs: Schema.Finite,
  latency: Schema.optionalKey(Latency),
  wayBack: Schema.optionalKey(Schema.String),
})
/** @since 0.1.0 */
export interface RunSummary extends Schema.Schema.Type<typeof RunSummary> {}

const State = Schema.Literals(["running", "complete", "incomplete"])

/** How far a journal is. */
const ofJournal = {
  name: Schema.String,
  startedAt: Schema.DateTimeUtcFromString,
  state: State,
  counts: Counts,
}

/**
 * A journal that was read: its own name, the file it is of, the server, and how the rows of that file ended.
 *
 * **Example** (The journal of the rows that failed)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const journal = Schema.decodeSync(ImportSummary.JournalSummary)({
 *   name: "customers.failed.csv.import.ndjson",
 *   file: "customers.failed.csv",
 *   target: "https://api.aptrinsic.com",
 *   startedAt: "2027-01-01T03:00:00.000Z",
 *   state: "complete",
 *   counts: { created: 21, updated: 0, duplicate: 0, failed: 0, inDoubt: 0, invalid: 0, remaining: 0 },
 * })
 *
 * console.log(journal.state) // complete
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const JournalSummary = Schema.Struct({
  ...ofJournal,
  file: Schema.String,
  target: Schema.String,
})
/** @since 0.1.0 */
export interface JournalSummary extends Schema.Schema.Type<typeof JournalSummary> {}

/**
 * A way back that was taken from an import: the `name` of its report, when it ran, and the accounts that the import had changed by what became of
 * them: `updated` were set back, `unchanged` held already what they held before, `invalid` were left alone. `stays` is as in `Run.WayBack`. One that
 * was taken back itself (`isUndone`) counts for nothing any more. `journal` is the index of the journal whose updates it takes back.
 *
 * **Example** (How many accounts were set back)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const setBack = Schema.decodeSync(ImportSummary.SetBack)({
 *   journal: 0,
 *   name: "customers.csv.import.revert.ndjson",
 *   startedAt: "2027-01-02T09:00:00.000Z",
 *   endedAt: "2027-01-02T09:00:07.000Z",
 *   state: "complete",
 *   counts: { created: 0, updated: 40, duplicate: 0, failed: 0, inDoubt: 0, invalid: 0, remaining: 0 },
 *   isUndone: false,
 * })
 *
 * console.log(setBack.counts.updated) // 40
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const SetBack = Schema.Struct({
  ...ofJournal,
  journal: Schema.Int,
  endedAt: Schema.DateTimeUtcFromString,
  rows: Schema.optionalKey(Schema.Int),
  stays: WayBack.fields.stays,
  isUndone: Schema.Boolean,
})
/** @since 0.1.0 */
export interface SetBack extends Schema.Schema.Type<typeof SetBack> {}

/**
 * What an import came to. Its texts are those of files and servers, and only long ones are cut: make their controls visible before a terminal
 * shows them.
 *
 * - `state`: `complete` when every row of the first journal is in PX, by itself or by the import of a file of failed rows; `running` while a run
 *   writes one of the journals; an import of which something was set back is `incomplete`, and so is a way back that leaves something
 * - `wayBack`: the import that this one sets back, where it is a way back
 * - `setBack`: the ways back from this import that lie beside it
 * - `counts`: the rows of the first journal; one that failed there and is done by a later journal counts as done
 * - `recovered`: how many of them a later journal brought to their end
 * - `intervalMs`: the length of each of the `intervals`; runs lie apart, so they are not the whole of the time
 * - `pauses`: the first of them; `pauseReasons` has all. One that `goesOn` lasts until now while its run does; a run that was killed in it left no
 *   end of it, so that it lasted at least so long
 * - `requestCount`: the requests that the journals know of, `requests` the same by kind and answer
 * - `quota`: how many requests a day the last run allowed itself, and how many it had left at its end or last word
 * - `failedRows`: the name of the file of rows that failed or are invalid, where the last run came to its end; one that was stopped leaves none
 * - `contradictions`: where a journal was damaged
 *
 * **Example** (Whether everything is in)
 *
 * ```ts
 * import { ImportSummary } from "@effect-aptrinsic/bulk"
 *
 * const isIn = ({ state }: ImportSummary.ImportSummary) => state === "complete"
 *
 * console.log(typeof isIn) // function
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const ImportSummary = Schema.Struct({
  file: Schema.String,
  target: Schema.String,
  state: State,
  startedAt: Schema.DateTimeUtcFromString,
  endedAt: Schema.DateTimeUtcFromString,
  journals: Schema.Array(JournalSummary),
  wayBack: Schema.optionalKey(WayBack),
  setBack: Schema.optionalKey(Schema.Array(SetBack)),
  rows: Schema.optionalKey(Schema.Int),
  counts: Counts,
  recovered: Schema.Int,
  runs: Schema.Array(RunSummary),
  runCount: Schema.Int,
  intervalMs: Schema.Finite,
  intervals: Schema.Array(Interval),
  latency: Schema.optionalKey(Latency),
  pauses: Schema.Array(Schema.Struct({ run: Schema.Int, ...Pause.fields })),
  pauseReasons: Schema.Array(
    Schema.Struct({
      reason: Schema.String,
      count: Schema.Int,
      durationMs: Schema.Finite,
      goesOn: Schema.optionalKey(Schema.Literal(true)),
    }),
  ),
  requestCount: Schema.Int,
  requests: Schema.Array(Answer),
  quota: Schema.optionalKey(
    Schema.Struct({
      perDay: Schema.optionalKey(Schema.Int),
      remaining: Schema.optionalKey(Schema.Int),
      at: Schema.optionalKey(Schema.DateTimeUtcFromString),
    }),
  ),
  failedRows: Schema.optionalKey(Schema.String),
  reasons: Schema.Array(Reason),
  /** Rows of reasons that are not among them. */
  otherRows: Schema.Int,
  differences: Schema.Array(Differences),
  contradictions: Schema.Struct({ count: Schema.Int, first: Schema.Array(Schema.String) }),
})
/** @since 0.1.0 */
export interface ImportSummary extends Schema.Schema.Type<typeof ImportSummary> {}
