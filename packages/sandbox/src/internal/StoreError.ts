/**
 * The one failure of a store. Apart from `Store`, which raises it through its SQLite half.
 */
import * as Schema from "effect/Schema"

/**
 * The database cannot be opened, is another program's, or refused a statement (disk full, locked by another process). `detail` is the
 * database's own text. Trying again helps only against a lock.
 *
 * **Example** (A database without a directory)
 *
 * ```ts
 * import { Store } from "@effect-aptrinsic/sandbox"
 * import { Effect, Layer } from "effect"
 *
 * const error = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(Store.layerSqlite("/nowhere/accounts.db")))))
 *
 * console.log(error.message.startsWith("The sandbox cannot use its database")) // true
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class StoreError extends Schema.TaggedError<StoreError>()(
  "StoreError",
  { detail: Schema.String },
  { httpApiStatus: 500 },
) {
  override get message() {
    return `The sandbox cannot use its database: ${this.detail}`
  }
}
