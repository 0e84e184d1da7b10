/**
 * A row of an import, wherever it comes from: what goes in, what becomes of it, what is known of it meanwhile.
 *
 * @since 0.1.0
 */
import type { NewAccountInput } from "@effect-aptrinsic/core/Account"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { hash } from "./internal/journal/checksum.ts"

/**
 * A row as a journal knows it: by its number in its source, from 1, and by the id of its account.
 *
 * @since 0.1.0
 */
export interface RowRef {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  /** What `contentOf` says of its account; nothing for a row that may not be sent. */
  readonly content?: number | undefined
}

/** JSON with the members of every object in one order. */
const canonical = (account: NewAccountInput): string =>
  JSON.stringify(account, (_, member: unknown) =>
    Predicate.isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )

/**
 * A checksum of an account, by which a row that says something else than it did is told from one that does not: a whole number from 1 to
 * 4,294,967,295, equal for equal accounts whatever the order of their members. Of four billion rows that changed, one is taken for unchanged.
 *
 * @since 0.1.0
 */
export const contentOf = (account: NewAccountInput): number => hash(canonical(account)) || 1

/**
 * A row that may be sent. `row` is its number in its source, from 1, under which the journal knows it.
 *
 * @since 0.1.0
 */
export interface ValidRow {
  readonly row: number
  readonly line?: number | undefined
  readonly account: NewAccountInput
}

/**
 * A row that is only recorded, so that the journal tells of every row. `problem` says why it is not sent.
 *
 * @since 0.1.0
 */
export interface InvalidRow extends RowRef {
  readonly problem: string
}

/**
 * A row of an import.
 *
 * @since 0.1.0
 */
export type Row = ValidRow | InvalidRow

const ofRow = {
  row: Schema.Int,
  line: Schema.optionalKey(Schema.Int),
  id: Schema.String,
}

const ofSending = {
  ...ofRow,
  /** Requests of this run for the row, lookups included; absent for one. */
  attempts: Schema.optionalKey(Schema.Int),
  /** Milliseconds in which it waited for the rate, for pauses and for PX to come back; absent for none. */
  waited: Schema.optionalKey(Schema.Finite),
}

/**
 * PX holds the account because of this import. `confirmed`: the answer was lost, a GET showed it. `differences` names the fields that PX keeps
 * otherwise than they were sent; it is absent when there is none.
 *
 * @since 0.1.0
 */
export const Created = Schema.TaggedStruct("Created", {
  ...ofSending,
  confirmed: Schema.Boolean,
  differences: Schema.optionalKey(Schema.Array(Schema.String)),
})

/**
 * A field in which an account is not what the row says: both values as text, JSON where they are none, at most 200 characters. One that is not
 * set is absent.
 *
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
 * @since 0.1.0
 */
export const Duplicate = Schema.TaggedStruct("Duplicate", {
  ...ofSending,
  differences: Schema.Array(Schema.String),
  values: Schema.optionalKey(Schema.Array(FieldDifference)),
})

/**
 * A row whose account is there and was not created from what the row says: it was there before this import (`duplicate`), or an earlier run sent
 * something else of it (`changed`). `values` are the fields in which PX holds something else, and are absent when that was not asked.
 *
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
 * Not created, for certain. `code` is the reason of the `AccountsError`.
 *
 * @since 0.1.0
 */
export const Failed = Schema.TaggedStruct("Failed", { ...ofSending, code: Schema.String, message: Schema.String })

/**
 * It may or may not have been created; the next run of the same import settles it.
 *
 * @since 0.1.0
 */
export const InDoubt = Schema.TaggedStruct("InDoubt", { ...ofSending, message: Schema.String })

/**
 * Not sent, because it is no account as it stands. `id` is empty when it has none.
 *
 * @since 0.1.0
 */
export const Invalid = Schema.TaggedStruct("Invalid", { ...ofRow, message: Schema.String })

/**
 * What became of a row. Every row of an import ends in exactly one of these.
 *
 * @since 0.1.0
 */
export const RowOutcome = Schema.Union([Created, Duplicate, Failed, InDoubt, Invalid])
/**
 * What became of a row.
 *
 * @since 0.1.0
 */
export type RowOutcome = typeof RowOutcome.Type

/**
 * What is known of a row: nothing, that its request may have left, or how it ended.
 *
 * @since 0.1.0
 */
export type RowState = "New" | RowOutcome["_tag"]

/**
 * Rows by state.
 *
 * @since 0.1.0
 */
export type Totals = { readonly [State in RowOutcome["_tag"]]: number }

/**
 * Something in a journal that cannot be so: what it says counts for nothing, and the rows concerned are looked up before they are sent.
 *
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
 * @since 0.1.0
 */
export interface Contradictions {
  readonly count: number
  readonly first: ReadonlyArray<Contradiction>
}

/**
 * What came of handing a row to the importer: its outcome, whatever else happened; an earlier run's, which stands; or nothing, because the
 * import had stopped or what stopped it has nothing to do with this row.
 *
 * @since 0.1.0
 */
export type RowResult =
  | { readonly _tag: "Ended"; readonly outcome: RowOutcome }
  | { readonly _tag: "AlreadyDone"; readonly row: number; readonly state: "Created" | "Duplicate" | "Invalid" }
  | { readonly _tag: "NotSent"; readonly row: number }
