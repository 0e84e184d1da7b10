/**
 * The account as a program writes it and reads it.
 *
 * @since 0.1.0
 */
import type { ChangesOf, NewAccountInputOf } from "@effect-aptrinsic/core/internal/shared/plain"

export type {
  Account,
  Change,
  CoordinatesInput,
  Evidence,
  Json,
  LocationInput,
  NewAccount,
  TransportFault,
} from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * An account to create: an optional field that is `undefined` counts as left out, and a date may be a `Date` instead of epoch milliseconds.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface NewAccountInput extends NewAccountInputOf<number | Date> {}

/**
 * The fields that an update changes: any but the id. A field that is left out, or `undefined`, stays as it is.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface AccountChanges extends ChangesOf<number | Date> {}
