/**
 * The account as a program on Effect 3 writes it and reads it, as schemas and as types.
 *
 * @since 0.1.0
 */
import type * as Plain from "@effect-aptrinsic/core/internal/shared/plain"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { AccountsError, CreateReason } from "./AccountsError.ts"
import { makeSchemas, type Schemas } from "./internal/schemas.ts"

export type {
  Change,
  CoordinatesInput,
  Evidence,
  Json,
  LocationInput,
} from "@effect-aptrinsic/core/internal/shared/plain"

const schemas: Schemas = /* @__PURE__ */ makeSchemas(Schema)

/**
 * The account that a create sends, times in epoch milliseconds: it takes what the contract takes, field by field.
 *
 * **Example** (Telling whether PX would take an account)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/effect3"
 * import { Schema } from "effect"
 *
 * const isNewAccount = Schema.is(Account.NewAccount)
 *
 * console.log(isNewAccount({ id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })) // true
 * console.log(isNewAccount({ id: "acme", name: "Acme Inc" })) // false
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const NewAccount: Schema.Schema<NewAccount> = schemas.NewAccount
/** @since 0.1.0 */
export interface NewAccount extends Plain.NewAccount {}

/**
 * The account that a read returns: `id` is certain, everything else may be missing, `null`, `""` or `0`, which all mean "not set".
 *
 * **Example** (Reading an account back from a cache)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/effect3"
 * import { Schema } from "effect"
 *
 * const decode = Schema.decodeUnknownSync(Schema.parseJson(Account.Account))
 *
 * console.log(decode('{"id":"acme","name":"Acme Inc","plan":null}').name) // Acme Inc
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Account: Schema.Schema<Account> = schemas.Account
/** @since 0.1.0 */
export interface Account extends Plain.Account {}

/**
 * What became of a create that succeeded.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Created extends Plain.CreatedOf<Duration.Duration> {}

/**
 * What became of an update that succeeded.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Updated extends Plain.UpdatedOf<Duration.Duration> {}

/**
 * What became of an upsert that succeeded.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Upserted extends Plain.UpsertedOf<Duration.Duration> {}

/**
 * The fields that an update changes: any but the id. A field that is left out, or `undefined`, stays as it is.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface AccountChanges extends Plain.ChangesOf<number | Date | DateTime.DateTime> {}

/**
 * An account to create: an optional field that is `undefined` counts as left out, and a date may be a `Date` or a `DateTime` instead of epoch
 * milliseconds.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface NewAccountInput extends Plain.NewAccountInputOf<number | Date | DateTime.DateTime> {}

/**
 * What became of an account of a stream: the `account` as the stream gave it, and what its create came to.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface OneOfAll<A extends NewAccountInput = NewAccountInput> {
  readonly account: A
  readonly result: Either.Either<Created, AccountsError<CreateReason>>
}
