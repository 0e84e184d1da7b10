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
 * @category models
 * @since 0.1.0
 */
export type ListReason = ListReasonOf<Date> | Aborted

/**
 * A list that ended before its last account; the accounts before that are in PX nevertheless.
 *
 * **Example** (A key that may not list)
 *
 * ```ts
 * import { createClient, ListFailed } from "@effect-aptrinsic/client"
 *
 * const client = createClient({ apiKey: "a-key-of-px", fetch: async () => new Response("", { status: 403 }) })
 *
 * const list = async () => {
 *   for await (const { id } of client.listAccounts()) console.log(id)
 * }
 *
 * const error = await list().catch((failure: unknown) => failure)
 * console.log(error instanceof ListFailed && error.reason._tag) // Forbidden
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
