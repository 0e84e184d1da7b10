/**
 * What a list rejects with.
 *
 * @since 0.1.0
 */
import type { ListReasonOf } from "@effect-aptrinsic/core/internal/shared/plain"
import type { Aborted, Facts } from "./Result.ts"

/**
 * The reasons for which a list ends before its last account.
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export type ListReason = ListReasonOf<Date> | Aborted

/**
 * A list that ended before its last account; those that it gave before that are in PX nevertheless.
 *
 * **Example** (How far a list came)
 *
 * ```ts
 * import { createClient, ListFailed } from "@effect-aptrinsic/client"
 *
 * const refusing: typeof fetch = async () => new Response("", { status: 401 })
 * const client = createClient({ apiKey: "key-of-a-test", fetch: refusing })
 * const ids: Array<string> = []
 *
 * try {
 *   for await (const { id } of client.listAccounts()) ids.push(id)
 * } catch (error) {
 *   if (error instanceof ListFailed) console.log(`${error.reason._tag} after ${ids.length} accounts`) // Unauthorized after 0 accounts
 * }
 *
 * await client.dispose()
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class ListFailed extends Error {
  override readonly name = "ListFailed"
  readonly reason: ListReason
  /** What became of the request that failed, and whether listing again helps. */
  readonly facts: Facts
  constructor(reason: ListReason, facts: Facts) {
    super(facts.message)
    this.reason = reason
    this.facts = facts
  }
}
