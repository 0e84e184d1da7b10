/**
 * What a store keeps. Apart from `Store`, so that its parts may name it.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"

/**
 * An account as it is kept: what was sent, when it was created and, unless that was all, last changed (epoch milliseconds, UTC).
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface StoredAccount {
  readonly account: NewAccount
  readonly createDate: number
  readonly lastModifiedDate?: number
}
