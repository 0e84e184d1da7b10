/**
 * Says of each row what it would do, once the table knows what PX holds.
 */
import type { Account } from "@effect-aptrinsic/core/Account"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import * as FieldIssue from "@effect-aptrinsic/core/FieldIssue"
import { compare } from "@effect-aptrinsic/core/internal/shared/compare"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { PlanError } from "../../PlanError.ts"
import type { Change, Incomparable, PlannedRow, PlanRow, Unchanged } from "../../PlannedRow.ts"
import { isGroup, isUnset, partOf, type Value, valueAt } from "./fields.ts"
import type { Take, Taken } from "./rows.ts"
import type { Spill } from "./spill.ts"
import type { Table } from "./table.ts"

/** Accounts that are read from the disk at once. */
const readsAtOnce = 16

const idOf = (row: PlanRow) => ("problem" in row ? row.id : (row.account.id ?? ""))
const placeOf = ({ line, row }: PlanRow) => ({ row, ...(line === undefined ? {} : { line }) })

const incomparable = (row: PlanRow, message: string): Incomparable => ({
  _tag: "Incomparable",
  ...placeOf(row),
  id: idOf(row),
  message,
})

const createOf = (row: PlanRow, { account, id }: Taken): PlannedRow => {
  const checked = AccountValidation.check(account)
  return Result.isSuccess(checked)
    ? { _tag: "Create", ...placeOf(row), id, account: checked.success }
    : incomparable(row, `PX has no such account, and none can be created: ${FieldIssue.format(checked.failure)}`)
}

const changeOf = (row: PlanRow, { id, values }: Taken, found: Account): Change | Unchanged | Incomparable => {
  if (found.id !== id) return incomparable(row, "Its id cannot be told from another one.")
  // PX would keep a value in its own form again.
  const differing = compare(partOf(values), found).filter(({ kind }) => kind === "value")
  const isDiffering = ({ place: { path } }: Value) =>
    differing.some((each) => each.path === path || (isGroup(each.path) && path.startsWith(`${each.path}.`)))
  const changed = values.filter(isDiffering)
  if (changed.length === 0) return { _tag: "Unchanged", ...placeOf(row), id }
  const fields = changed.map(({ place, value }) => {
    const from = valueAt(found, place)
    return { path: place.path, ...(isUnset(from) ? {} : { from }), to: value }
  })
  return { _tag: "Change", ...placeOf(row), id, fields, changes: partOf(changed) }
}

/** What rows would do; they are the same as those that filled the table, in the same order. */
export const plannedOf = <E, R>(
  rows: Stream.Stream<PlanRow, E, R>,
  take: Take,
  table: Table,
  spill: Spill,
): Stream.Stream<PlannedRow, E | PlanError, R> => {
  const planned = (row: PlanRow, sequence: number): PlannedRow | Effect.Effect<PlannedRow, PlanError> => {
    const result = take(row)
    if (Result.isFailure(result)) return incomparable(row, result.failure)
    const taken = result.success
    const entry = table.find(taken.id)
    if (entry === 0) return incomparable(row, "It was not there when the plan was made.")
    if (table.sequenceOf(entry) !== sequence) return incomparable(row, "An earlier row has the same id.")
    if (table.digestOf(entry) !== taken.digest) return incomparable(row, "It was another one when the plan was made.")
    switch (table.stateOf(entry)) {
      case "new":
        return createOf(row, taken)
      case "same":
        return { _tag: "Unchanged", ...placeOf(row), id: taken.id }
      case "unreadable":
        return incomparable(row, "No request can ask for an account with this id.")
      case "other":
        return Effect.map(spill.get(table.keptOf(entry)), (found) => changeOf(row, taken, found as Account))
    }
  }
  return Stream.suspend(() => {
    let sequence = 0
    return Stream.mapArrayEffect(rows, (chunk) => {
      const results = Arr.map(chunk, (row) => planned(row, ++sequence))
      return results.some(Effect.isEffect)
        ? Effect.forEach(results, (result) => (Effect.isEffect(result) ? result : Effect.succeed(result)), {
            concurrency: readsAtOnce,
          })
        : Effect.succeed(results as Arr.NonEmptyArray<PlannedRow>)
    })
  })
}
