/**
 * Checks an account before anything is sent and says everything that is wrong with it at once.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { type AccountPart, NewAccount } from "./Account.ts"
import { type AccountsError, InvalidAccount } from "./AccountsError.ts"
import type { Doubt } from "./Doubt.ts"
import type { FieldIssue } from "./FieldIssue.ts"
import { doubtsOf } from "./internal/doubts/account.ts"
import { failureOf } from "./internal/failure.ts"
import { type Intake, intake } from "./internal/intake.ts"
import { operationMember } from "./internal/reasonOperation.ts"
import { treeOf } from "./internal/shape.ts"
import { operations, type WriteOperation } from "./Outcome.ts"

/** What an operation takes of an account. */
type Taken<Account, Operation extends WriteOperation> = Operation["isPartial"] extends true ? Partial<Account> : Account

/**
 * The checks of one schema of accounts.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface AccountValidation<Account> {
  /** See {@link check}. */
  readonly check: (input: unknown) => Result.Result<Account, ReadonlyArray<FieldIssue>>
  /** `check` with the error of a call: what `validate` is made of. */
  readonly validateResult: (input: unknown) => Result.Result<Account, AccountsError<InvalidAccount>>
  /** See {@link validate}. */
  readonly validate: (input: unknown) => Effect.Effect<Account, AccountsError<InvalidAccount>>
}

/**
 * The checks of a schema of accounts, as an operation takes them.
 *
 * **Example** (Checks of a schema of your own)
 *
 * ```ts
 * import { Account, AccountValidation } from "@effect-aptrinsic/core"
 * import { Result, Schema } from "effect"
 *
 * const WithTier = Account.NewAccount.mapFields((fields) => ({ ...fields, tier: Schema.Literals(["gold", "silver"]) }))
 * const checked = AccountValidation.make(WithTier).check({ id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"], tier: "tin" })
 *
 * console.log(Result.isFailure(checked) && checked.failure.map(({ path }) => path).join()) // tier
 * ```
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const make = <Fields extends Schema.Struct.Fields, Operation extends WriteOperation = typeof operations.create>(
  schema: Schema.Struct<Fields>,
  operation: Operation = operations.create as WriteOperation as Operation,
): AccountValidation<Taken<Schema.Struct.Type<Fields>, Operation>> => {
  type Account = Taken<Schema.Struct.Type<Fields>, Operation>
  const tree = treeOf(operation.isPartial ? schema.mapFields(Struct.map(Schema.optionalKey)) : schema)
  const invalid = ({ copy: { id }, issues }: Intake) =>
    failureOf(operation, new InvalidAccount({ issues, ...operationMember(operation) }), {
      accountId: id === "" ? undefined : id,
    })
  const resultOf = <E>(taken: Intake, errorOf: (taken: Intake) => E): Result.Result<Account, E> =>
    taken.issues.length === 0 ? Result.succeed(taken.copy as Account) : Result.fail(errorOf(taken))
  const validateResult = (input: unknown) => resultOf(intake(tree, input), invalid)
  return {
    check: (input) => resultOf(intake(tree, input), ({ issues }) => issues),
    validateResult,
    validate: (input) => Effect.suspend(() => Effect.fromResult(validateResult(input))),
  }
}

const contract = make(NewAccount)

/**
 * Checks an input of unknown origin against the contract, all fields at once, and returns it as it will be sent or everything that is
 * wrong with it: `validate` without an Effect, for a million rows in a loop.
 *
 * **Example** (Every problem at once)
 *
 * ```ts
 * import { AccountValidation } from "@effect-aptrinsic/core"
 * import { Result } from "effect"
 *
 * const checked = AccountValidation.check({ id: "", nmae: "Acme Inc" })
 *
 * console.log(Result.isFailure(checked) && checked.failure.map(({ path }) => path).join(", ")) // nmae, id, name, propertyKeys
 * ```
 *
 * @stability stable
 * @category validation
 * @since 0.1.0
 */
export const check: (input: unknown) => Result.Result<NewAccount, ReadonlyArray<FieldIssue>> = contract.check

/**
 * `validate` without an Effect.
 *
 * **Example** (A loop over rows)
 *
 * ```ts
 * import { AccountValidation } from "@effect-aptrinsic/core"
 * import { Result } from "effect"
 *
 * const rows = [{ id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }, { id: "acme" }]
 *
 * console.log(rows.map(AccountValidation.validateResult).filter(Result.isSuccess).length) // 1
 * ```
 *
 * @stability stable
 * @category validation
 * @since 0.1.0
 */
export const validateResult: (input: unknown) => Result.Result<NewAccount, AccountsError<InvalidAccount>> =
  contract.validateResult

/**
 * Checks an input of unknown origin against the contract, all fields at once, and returns it as it will be sent: a copy, of which every
 * property was read once.
 *
 * **Details**
 *
 * A `location.postalCode` given as a number becomes text, a `Date` or `DateTime` of a date field epoch milliseconds. A field that is
 * `undefined` counts as left out, in `customAttributes` as well; in a list it is refused. Unknown fields are refused with the nearest name,
 * since a misspelt field would be lost without a word; so is a value that JSON cannot hold, such as a `Map`. Whatever the contract does not
 * forbid passes.
 *
 * Fails with the reason `InvalidAccount`.
 *
 * **Example** (Checking without sending)
 *
 * ```ts
 * import { AccountValidation } from "@effect-aptrinsic/core"
 * import { Effect } from "effect"
 *
 * const program = AccountValidation.validate({ id: "acme", name: "Acme Inc" }).pipe(
 *   Effect.catchReason("AccountsError", "InvalidAccount", ({ issues }) => Effect.succeed(issues.map(({ path }) => path))),
 * )
 *
 * console.log(await Effect.runPromise(program)) // [ 'propertyKeys' ]
 * ```
 *
 * @stability stable
 * @category validation
 * @since 0.1.0
 */
export const validate: (input: unknown) => Effect.Effect<NewAccount, AccountsError<InvalidAccount>> = contract.validate

/**
 * Doubts about an account, or a part of one, that is valid: seconds for milliseconds, an id that a spreadsheet shortened, a blank name. `createAccount`
 * sends it anyway; a program that can ask somebody asks about the serious ones.
 *
 * **Example** (Seconds for milliseconds)
 *
 * ```ts
 * import { AccountValidation } from "@effect-aptrinsic/core"
 *
 * const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"], renewalDate: 1798761600 }
 *
 * console.log(AccountValidation.doubts(account).map(({ code }) => code).join()) // date_in_1970
 * ```
 *
 * @stability stable
 * @category validation
 * @since 0.1.0
 */
export const doubts: (account: AccountPart) => ReadonlyArray<Doubt> = doubtsOf
