/**
 * The error of a client whose options do not work.
 *
 * @since 0.1.0
 */
import type { FieldIssue } from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * Options that do not work, every problem at once. It never holds the key.
 *
 * **Example** (Every option that does not work, at once)
 *
 * ```ts
 * import { createClient, InvalidOptions } from "@effect-aptrinsic/client"
 *
 * try {
 *   createClient({ apiKey: "", requestsPerSecond: 0 })
 * } catch (error) {
 *   console.log(error instanceof InvalidOptions && error.issues.map(({ path }) => path).join(", ")) // apiKey, requestsPerSecond
 * }
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class InvalidOptions extends TypeError {
  override readonly name = "InvalidOptions"
  readonly issues: ReadonlyArray<FieldIssue>
  constructor(message: string, issues: ReadonlyArray<FieldIssue>) {
    super(message)
    this.issues = issues
  }
}
