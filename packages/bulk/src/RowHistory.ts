/**
 * The life of one row, as its journals tell it: every line about it, with the run that wrote it.
 *
 * @since 0.1.0
 */
import { Attempt } from "@effect-aptrinsic/core/AccountsError"
import * as Schema from "effect/Schema"
import { RunSummary } from "./ImportSummary.ts"
import { Cell, FieldDifference } from "./Row.ts"

/**
 * A line about a row. `step` is the word of the journal: `sent` before a request, `created`, `updated`, `duplicate`, `failed`, `in_doubt` and
 * `invalid` at an end, `released` when it was taken back, `known` from the journal of an earlier content, `compared` with what PX holds.
 * `journal` and `run` count from 0, `requests` are those of a row of which one was rejected or not answered.
 *
 * **Example** (A row that was sent)
 *
 * ```ts
 * import { RowHistory } from "@effect-aptrinsic/bulk"
 *
 * const step = RowHistory.RowStep.make({ journal: 0, run: 0, step: "sent", row: 7, line: 8, id: "moes" })
 *
 * console.log(`${step.id}: ${step.step}`) // moes: sent
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const RowStep = Schema.Struct({
  journal: Schema.Int,
  run: Schema.Int,
  step: Schema.String,
  row: Schema.Int,
  line: Schema.optionalKey(Schema.Int),
  id: Schema.String,
  at: Schema.optionalKey(Schema.String),
  code: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String),
  /** A lookup showed it, because the answer was lost. */
  confirmed: Schema.optionalKey(Schema.Boolean),
  /** How many requests it took in this run. */
  attempts: Schema.optionalKey(Schema.Int),
  waitedMs: Schema.optionalKey(Schema.Finite),
  requests: Schema.optionalKey(Schema.Array(Attempt)),
  values: Schema.optionalKey(Schema.Array(FieldDifference)),
  cells: Schema.optionalKey(Schema.Array(Cell)),
})
/** @since 0.1.0 */
export interface RowStep extends Schema.Schema.Type<typeof RowStep> {}

/**
 * The steps of a row, the earliest first and a thousand at the most, and every run of its journals: one that is `killed` left what it had sent in
 * doubt. Texts are those of the file, up to 10,000 characters of each: make their controls visible before a terminal shows them.
 *
 * **Example** (A row of which no journal tells)
 *
 * ```ts
 * import { RowHistory } from "@effect-aptrinsic/bulk"
 *
 * const history = RowHistory.RowHistory.make({ steps: [], runs: [] })
 *
 * console.log(history.steps.length) // 0
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const RowHistory = Schema.Struct({ steps: Schema.Array(RowStep), runs: Schema.Array(RunSummary) })
/** @since 0.1.0 */
export interface RowHistory extends Schema.Schema.Type<typeof RowHistory> {}
