/**
 * A row of an import, wherever it comes from: what goes in, what becomes of it, what is known of it meanwhile.
 *
 * @since 0.1.0
 */
import type { AccountPart, NewAccountInput } from "@effect-aptrinsic/core/Account"
import { Attempt } from "@effect-aptrinsic/core/AccountsError"
import * as Schema from "effect/Schema"

/**
 * A row as a journal knows it: by its number in its source, from 1, and by the id of its account.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface RowRef {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  /** What `contentOf` says of its account; nothing for a row that may not be sent. */
  readonly content?: number | undefined
}

/**
 * A row that may be sent. `row` is its number in its source, from 1, under which the journal knows it.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ValidRow {
  readonly row: number
  readonly line?: number | undefined
  readonly account: NewAccountInput
}

/**
 * A cell, or a field of an object, that keeps a row from being sent: what is wrong as a `code` and in words. `column` is absent where no column
 * gives the field.
 *
 * **Example** (Where to look in the file)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 *
 * const cell = Row.Cell.make({ code: "not_a_number", field: "numberOfEmployees", column: "Staff", message: "many is not a number" })
 *
 * console.log(`${cell.column}: ${cell.message}`) // Staff: many is not a number
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Cell = Schema.Struct({
  code: Schema.String,
  field: Schema.String,
  column: Schema.optionalKey(Schema.String),
  message: Schema.String,
})
/** @since 0.1.0 */
export interface Cell extends Schema.Schema.Type<typeof Cell> {}

/**
 * A row that is only recorded, so that the journal tells of every row. `problem` says why it is not sent, `cells` where that is.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface InvalidRow extends RowRef {
  readonly problem: string
  readonly cells?: ReadonlyArray<Cell> | undefined
}

/**
 * A field that is overwritten: what PX held (`from`, absent when it is not set) and what the row says (`to`).
 *
 * **Example** (A field as a line)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 *
 * const { from, path, to } = Row.FieldChange.make({ path: "plan", from: "free", to: "pro" })
 *
 * console.log(`${path}: ${from} -> ${to}`) // plan: free -> pro
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const FieldChange = Schema.Struct({
  path: Schema.String,
  from: Schema.optionalKey(Schema.Json),
  to: Schema.Json,
})
/** @since 0.1.0 */
export interface FieldChange extends Schema.Schema.Type<typeof FieldChange> {}

/**
 * A row that changes an account which exists: `changes` are sent, `fields` say what they overwrite, for the journal. A plan tells both.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ChangedRow {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  readonly changes: AccountPart
  readonly fields: ReadonlyArray<FieldChange>
}

/**
 * A row that says what PX holds. Nothing is sent and nothing recorded, unless an earlier run left something to do: what was in doubt ends by that,
 * and one that failed or was invalid counts as if it had not been sent.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface UnchangedRow {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  readonly isUnchanged: true
}

/**
 * A row of an import.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Row = ValidRow | InvalidRow | ChangedRow | UnchangedRow

const ofRow = {
  row: Schema.Int,
  line: Schema.optionalKey(Schema.Int),
  id: Schema.String,
}

const ofSending = {
  ...ofRow,
  /** Requests of this run for the row, lookups included; absent for one. */
  attempts: Schema.optionalKey(Schema.Int),
  /** How long it waited for the rate, for pauses and for PX to come back, in milliseconds once it is JSON; absent for none. */
  waited: Schema.optionalKey(Schema.DurationFromMillis),
  /** The first requests of a row of which one was rejected or not answered, from the start of the row in this run; absent for others. */
  history: Schema.optionalKey(Schema.Array(Attempt)),
}

/**
 * PX holds the account because of this import. `confirmed`: the answer was lost, a GET showed it. `differences` names the fields that PX keeps
 * otherwise than they were sent; it is absent when there is none.
 *
 * **Example** (Asking whether a row created its account)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const outcome: Row.RowOutcome = { _tag: "Created", row: 1, id: "duff", confirmed: true }
 *
 * console.log(Schema.is(Row.Created)(outcome)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Created = Schema.TaggedStruct("Created", {
  ...ofSending,
  confirmed: Schema.Boolean,
  differences: Schema.optionalKey(Schema.Array(Schema.String)),
})
/** @since 0.1.0 */
export interface Created extends Schema.Schema.Type<typeof Created> {}

/**
 * A field in which an account is not what the row says: both values as text, JSON where they are none, at most 200 characters. One that is not
 * set is absent.
 *
 * **Example** (A plan that is another one in PX)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const plan = Schema.decodeSync(Row.FieldDifference)({ path: "plan", sent: "pro", found: "free" })
 *
 * console.log(`${plan.path}: ${plan.found} -> ${plan.sent}`) // plan: free -> pro
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const FieldDifference = Schema.Struct({
  path: Schema.String,
  sent: Schema.optionalKey(Schema.String),
  found: Schema.optionalKey(Schema.String),
})
/** @since 0.1.0 */
export interface FieldDifference extends Schema.Schema.Type<typeof FieldDifference> {}

/**
 * An account with this id was there before; it was not changed. `differences` names the fields in which it is not what the row says, `values`
 * says what both of them hold; it is absent when there is no difference, and in journals of earlier versions.
 *
 * **Example** (Counting the fields that differ)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 *
 * const outcome = Row.Duplicate.make({ row: 4, id: "duff", differences: ["name", "plan"] })
 *
 * console.log(outcome.differences.length) // 2
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Duplicate = Schema.TaggedStruct("Duplicate", {
  ...ofSending,
  differences: Schema.Array(Schema.String),
  values: Schema.optionalKey(Schema.Array(FieldDifference)),
})
/** @since 0.1.0 */
export interface Duplicate extends Schema.Schema.Type<typeof Duplicate> {}

/**
 * PX holds what the row changes. `confirmed`: the answer was lost, a GET showed it. `differences` names the fields that PX keeps in another form
 * than they were sent; it is absent when there is none. The journal holds the overwritten values, where the row was sent.
 *
 * **Example** (Asking whether a row changed its account)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const outcome: Row.RowOutcome = { _tag: "Updated", row: 1, id: "duff", confirmed: false }
 *
 * console.log(Schema.is(Row.Updated)(outcome)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Updated = Schema.TaggedStruct("Updated", {
  ...ofSending,
  confirmed: Schema.Boolean,
  differences: Schema.optionalKey(Schema.Array(Schema.String)),
})
/** @since 0.1.0 */
export interface Updated extends Schema.Schema.Type<typeof Updated> {}

/**
 * A row whose account is there and was not created from what the row says: it was there before this import (`duplicate`), or an earlier run sent
 * something else of it (`changed`). `values` are the fields in which PX holds something else, and are absent when that was not asked.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ExistingRow {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  readonly why: "duplicate" | "changed"
  readonly values?: ReadonlyArray<FieldDifference> | undefined
}

/**
 * What the update of a row overwrote. `isCertain`: it was done; otherwise it is in doubt. A field of which PX held nothing has no `from`.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Overwritten {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  readonly isCertain: boolean
  readonly fields: ReadonlyArray<FieldChange>
}

/**
 * Not created, for certain. `code` is the reason of the `AccountsError`, or `Overtaken` (see `verify` of the importer).
 *
 * **Example** (Why a row failed)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 *
 * const { code } = Row.Failed.make({ row: 2, id: "moes", code: "InvalidAccount", message: "name is missing." })
 *
 * console.log(code) // InvalidAccount
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Failed = Schema.TaggedStruct("Failed", { ...ofSending, code: Schema.String, message: Schema.String })
/** @since 0.1.0 */
export interface Failed extends Schema.Schema.Type<typeof Failed> {}

/**
 * It may or may not have been created; the next run of the same import settles it.
 *
 * **Example** (Keeping what the next run settles)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const outcomes: ReadonlyArray<Row.RowOutcome> = [
 *   Row.Created.make({ row: 1, id: "duff", confirmed: false }),
 *   Row.InDoubt.make({ row: 2, id: "kwik", message: "No lookup was answered." }),
 * ]
 *
 * console.log(outcomes.filter(Schema.is(Row.InDoubt)).map(({ id }) => id).join(", ")) // kwik
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const InDoubt = Schema.TaggedStruct("InDoubt", { ...ofSending, message: Schema.String })
/** @since 0.1.0 */
export interface InDoubt extends Schema.Schema.Type<typeof InDoubt> {}

/**
 * Not sent, because it is not a valid account. `id` is empty when it has none.
 *
 * **Example** (A row without an id)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 *
 * const outcome = Row.Invalid.make({ row: 7, line: 9, id: "", message: "id is missing." })
 *
 * console.log(`line ${outcome.line}: ${outcome.message}`) // line 9: id is missing.
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Invalid = Schema.TaggedStruct("Invalid", {
  ...ofRow,
  message: Schema.String,
  cells: Schema.optionalKey(Schema.Array(Cell)),
})
/** @since 0.1.0 */
export interface Invalid extends Schema.Schema.Type<typeof Invalid> {}

/**
 * What became of a row. Every row of an import ends in exactly one of these.
 *
 * **Example** (Reading what became of a row from a queue)
 *
 * ```ts
 * import { Row } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const text = `{"_tag":"Failed","row":3,"id":"moes","code":"BadRequest","message":"PX refused the account."}`
 * const outcome = Schema.decodeSync(Schema.fromJsonString(Row.RowOutcome))(text)
 *
 * console.log(outcome._tag === "Failed" ? outcome.code : outcome._tag) // BadRequest
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const RowOutcome = Schema.Union([Created, Updated, Duplicate, Failed, InDoubt, Invalid])
/** @since 0.1.0 */
export type RowOutcome = Created | Updated | Duplicate | Failed | InDoubt | Invalid

/**
 * The state of a row: new, maybe sent, or how it ended.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type RowState = "New" | RowOutcome["_tag"]

/**
 * Rows by state.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Totals = { readonly [State in RowOutcome["_tag"]]: number }

/**
 * Something in a journal that cannot be so: what it says counts for nothing, and the rows concerned are looked up before they are sent.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Contradiction {
  /** The line of the journal, where it has lines. */
  readonly line?: number | undefined
  /** The row concerned; more than one when it is missing. */
  readonly row?: number | undefined
  /** What does not fit, with the ids: a phrase that continues the name of the journal. */
  readonly message: string
}

/**
 * The contradictions of a journal: how many there are, and the first hundred.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Contradictions {
  readonly count: number
  readonly first: ReadonlyArray<Contradiction>
}

/**
 * What came of handing a row to the importer: its outcome, whatever else happened; an earlier run's, which stands; that
 * there is nothing to send; or nothing, because the import had stopped or what stopped it has nothing to do with this row.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type RowResult =
  | { readonly _tag: "Ended"; readonly outcome: RowOutcome }
  | {
      readonly _tag: "AlreadyDone"
      readonly row: number
      readonly state: "Created" | "Updated" | "Duplicate" | "Invalid"
    }
  | { readonly _tag: "Unchanged"; readonly row: number }
  | { readonly _tag: "NotSent"; readonly row: number }
