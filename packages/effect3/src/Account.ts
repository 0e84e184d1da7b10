/**
 * The account as a program on Effect 3 writes it and reads it.
 *
 * @since 0.1.0
 */
import type { NewAccountInputOf } from "@effect-aptrinsic/core/internal/shared/plain"
import type * as DateTime from "effect/DateTime"

export type {
  Account,
  CoordinatesInput,
  Created,
  Evidence,
  Json,
  LocationInput,
  NewAccount,
} from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * An account to create: an optional field that is `undefined` counts as left out, and a date may be a `Date` or a `DateTime` instead of epoch
 * milliseconds.
 *
 * @since 0.1.0
 */
export interface NewAccountInput extends NewAccountInputOf<number | Date | DateTime.DateTime> {}
