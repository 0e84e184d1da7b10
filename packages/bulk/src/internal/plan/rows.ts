/**
 * Reads the rows of a plan: what each sets, or why it cannot be compared.
 */
import { type AccountPart, NewAccount } from "@effect-aptrinsic/core/Account"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import * as FieldIssue from "@effect-aptrinsic/core/FieldIssue"
import { operations } from "@effect-aptrinsic/core/Outcome"
import * as Result from "effect/Result"
import type { PlanRow } from "../../PlannedRow.ts"
import { digestOf, makeValuesOf, type Value } from "./fields.ts"

const { check } = AccountValidation.make(NewAccount, operations.update)

/** What a row sets, as it is sent. */
export interface Taken {
  readonly id: string
  readonly account: AccountPart
  /** The fields that may be overwritten. */
  readonly values: ReadonlyArray<Value>
  readonly digest: number
}

/** Reads a row; fails with the reason for which it cannot be compared. */
export type Take = (row: PlanRow) => Result.Result<Taken, string>

/** `only`: the fields that may be overwritten. */
export const makeTake = (only: ReadonlyArray<string> | undefined): Take => {
  const valuesOf = makeValuesOf(only)
  return (row) => {
    if ("problem" in row) return Result.fail(row.problem)
    const checked = check(row.account)
    if (Result.isFailure(checked)) return Result.fail(FieldIssue.format(checked.failure))
    const account = checked.success
    if (account.id === undefined) return Result.fail("id is missing")
    const values = valuesOf(account)
    return Result.succeed({ id: account.id, account, values, digest: digestOf(values) })
  }
}
