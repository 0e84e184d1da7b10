/**
 * What can be wrong with the database that jobs and budgets lie in, beyond what SQL itself says.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The tables were made by a newer version than this one, which leaves them alone. Trying again does not help; a newer version does.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { Database } from "@effect-aptrinsic/jobs"
 *
 * const error = new Database.DatabaseTooNew({ table: "aptrinsic_budget_migrations", found: 3, known: 1 })
 * console.log(error.found > error.known) // true
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class DatabaseTooNew extends Schema.TaggedError<DatabaseTooNew>()("DatabaseTooNew", {
  /** Where the versions of these tables are noted. */
  table: Schema.String,
  /** The version of the tables. */
  found: Schema.Int,
  /** The newest version that this program knows. */
  known: Schema.Int,
}) {
  override get message() {
    return `The tables of ${this.table} have version ${this.found}, and this program knows ${this.known}: update it, or use another database.`
  }
}
