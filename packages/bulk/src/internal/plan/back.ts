/**
 * What of an update may be set back: the fields in which PX still holds what it wrote.
 */
import type { Account } from "@effect-aptrinsic/core/Account"
import { compare } from "@effect-aptrinsic/core/internal/shared/compare"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { PlannedRow } from "../../PlannedRow.ts"
import type { FieldChange, Overwritten } from "../../Row.ts"
import { partOf, placeAt } from "./fields.ts"

/** A row of the way back, and the fields that stay as they are. */
export interface Back {
  readonly row: PlannedRow
  /** Nothing was in them before. */
  readonly unset: ReadonlyArray<string>
  /** Somebody changed them since. */
  readonly changed: ReadonlyArray<string>
}

/** Whether PX holds what the update wrote, perhaps in another form. */
const isAsWritten = ({ from, path }: FieldChange, written: FieldChange | undefined): boolean => {
  if (written === undefined || from === undefined) return false
  const place = placeAt(path)
  const found = partOf([{ place, value: from }]) as Account
  return compare(partOf([{ place, value: written.to }]), found).every(({ kind }) => kind !== "value")
}

export const backOf = (planned: PlannedRow, { fields }: Overwritten): Back => {
  const { id, line, row } = planned
  const place = { row, ...(line === undefined ? {} : { line }), id }
  const unset = fields.flatMap(({ from, path }) => (from === undefined ? [path] : []))
  if (planned._tag === "Create") {
    return {
      row: { _tag: "Incomparable", ...place, message: "PX has no such account any more." },
      unset: [],
      changed: [],
    }
  }
  if (planned._tag !== "Change") return { row: planned, unset, changed: [] }
  const written = new Map(fields.map((field) => [field.path, field]))
  const back = planned.fields.filter((field) => isAsWritten(field, written.get(field.path)))
  const changed = planned.fields.filter((field) => !back.includes(field)).map(({ path }) => path)
  if (back.length === 0) {
    const message = `Somebody changed ${visible(changed.join(", "), 200)} in PX since.`
    return { row: { _tag: "Incomparable", ...place, message }, unset, changed }
  }
  const changes = partOf(back.map(({ path, to }) => ({ place: placeAt(path), value: to })))
  return { row: { ...planned, fields: back, changes }, unset, changed }
}
