/**
 * A row of a plan: what goes in, and what sending it would do.
 *
 * @since 0.1.0
 */
import { AccountPart, NewAccount } from "@effect-aptrinsic/core/Account"
import type { AccountChanges } from "@effect-aptrinsic/core/Accounts"
import * as Schema from "effect/Schema"
import { partOf, placeAt } from "./internal/plan/fields.ts"
import { FieldChange, type InvalidRow, type Overwritten, type Row, type ValidRow } from "./Row.ts"

/**
 * A row of which no more is known than what changes: enough for an account that exists.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface PartRow {
  readonly row: number
  readonly line?: number | undefined
  readonly account: AccountChanges & { readonly id: string }
}

/**
 * A row that goes into a plan.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type PlanRow = ValidRow | InvalidRow | PartRow

const ofRow = {
  /** The number of the row in its source, from 1. */
  row: Schema.Int,
  line: Schema.optionalKey(Schema.Int),
}

/**
 * PX has no such account: the row creates it.
 *
 * **Example** (Which account a row creates)
 *
 * ```ts
 * import { PlannedRow } from "@effect-aptrinsic/bulk"
 *
 * const account = { id: "duff", name: "Duff Brewery", propertyKeys: ["AP-XXXXXXXXXX-2"] }
 *
 * console.log(PlannedRow.Create.make({ row: 1, id: "duff", account }).account.name) // Duff Brewery
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Create = Schema.TaggedStruct("Create", { ...ofRow, id: Schema.String, account: NewAccount })
/** @since 0.1.0 */
export interface Create extends Schema.Schema.Type<typeof Create> {}

/**
 * PX holds something else in these `fields`: the row sends the `changes`.
 *
 * **Example** (What a row sends)
 *
 * ```ts
 * import { PlannedRow } from "@effect-aptrinsic/bulk"
 *
 * const fields = [{ path: "location.city", from: "Shelbyville", to: "Springfield" }]
 * const change = PlannedRow.Change.make({ row: 2, id: "moes", fields, changes: { location: { city: "Springfield" } } })
 *
 * console.log(change.changes.location?.city) // Springfield
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Change = Schema.TaggedStruct("Change", {
  ...ofRow,
  id: Schema.String,
  fields: Schema.Array(FieldChange),
  changes: AccountPart,
})
/** @since 0.1.0 */
export interface Change extends Schema.Schema.Type<typeof Change> {}

/**
 * PX holds what the row says, perhaps in another form (trimmed, rounded).
 *
 * **Example** (A row that sends nothing)
 *
 * ```ts
 * import { PlannedRow } from "@effect-aptrinsic/bulk"
 *
 * console.log(PlannedRow.Unchanged.make({ row: 3, id: "kwik" })._tag) // Unchanged
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Unchanged = Schema.TaggedStruct("Unchanged", { ...ofRow, id: Schema.String })
/** @since 0.1.0 */
export interface Unchanged extends Schema.Schema.Type<typeof Unchanged> {}

/**
 * A row that sends nothing, because it cannot be said what it would do: `message` tells why. `id` is empty when it has none.
 *
 * **Example** (A row without an id)
 *
 * ```ts
 * import { PlannedRow } from "@effect-aptrinsic/bulk"
 *
 * const row = PlannedRow.Incomparable.make({ row: 4, line: 5, id: "", message: "id is missing" })
 *
 * console.log(`line ${row.line}: ${row.message}`) // line 5: id is missing
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Incomparable = Schema.TaggedStruct("Incomparable", { ...ofRow, id: Schema.String, message: Schema.String })
/** @since 0.1.0 */
export interface Incomparable extends Schema.Schema.Type<typeof Incomparable> {}

/**
 * What a row would do. Every row of a plan is exactly one of these.
 *
 * **Example** (Reading a plan from JSON)
 *
 * ```ts
 * import { PlannedRow } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const row = Schema.decodeSync(Schema.fromJsonString(PlannedRow.PlannedRow))(`{"_tag":"Unchanged","row":3,"id":"kwik"}`)
 *
 * console.log(row._tag, row.id) // Unchanged kwik
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const PlannedRow = Schema.Union([Create, Change, Unchanged, Incomparable])
/** @since 0.1.0 */
export type PlannedRow = Create | Change | Unchanged | Incomparable

/**
 * The row as an importer takes it, which sends what the plan says.
 *
 * **Example** (Handing a plan to an importer)
 *
 * ```ts
 * import { PlannedRow } from "@effect-aptrinsic/bulk"
 *
 * const row = PlannedRow.toRow({ _tag: "Incomparable", row: 4, id: "", message: "id is missing" })
 *
 * console.log("problem" in row && row.problem) // id is missing
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const toRow = (planned: PlannedRow): Row => {
  const { id, line, row } = planned
  const place = { row, line }
  switch (planned._tag) {
    case "Create":
      return { ...place, account: planned.account }
    case "Change":
      return planned
    case "Unchanged":
      return { ...place, id, isUnchanged: true }
    case "Incomparable":
      return { ...place, id, problem: planned.message }
  }
}

/**
 * The way back from an update: the row that sets its fields to what they were, nothing when none can be set, and the fields that cannot, because
 * PX held nothing in them: how to clear a field is not documented.
 *
 * **Example** (Setting a plan back)
 *
 * ```ts
 * import { PlannedRow } from "@effect-aptrinsic/bulk"
 *
 * const fields = [{ path: "plan", from: "free", to: "pro" }, { path: "csm", to: "lenny" }]
 * const { cannot, row } = PlannedRow.toRevert({ row: 1, id: "duff", isCertain: true, fields })
 *
 * console.log(row?.account, cannot) // { plan: 'free', id: 'duff' } [ 'csm' ]
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const toRevert = ({
  fields,
  id,
  line,
  row,
}: Overwritten): { readonly row: PartRow | undefined; readonly cannot: ReadonlyArray<string> } => {
  const values = fields.flatMap(({ from, path }) => (from === undefined ? [] : [{ place: placeAt(path), value: from }]))
  const cannot = fields.filter(({ from }) => from === undefined).map(({ path }) => path)
  return {
    row: values.length === 0 ? undefined : { row, line, account: { ...partOf(values), id } },
    cannot,
  }
}
