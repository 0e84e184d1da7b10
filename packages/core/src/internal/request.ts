/**
 * A request as a value, and what the client has to know of a resource to write and to find one of its members. Whatever sends, paces,
 * retries and settles knows nothing else of accounts.
 */
import type * as Result from "effect/Result"
import type { Difference } from "../AccountsError.ts"
import type { FieldIssue } from "../FieldIssue.ts"
import type { Operation } from "../Outcome.ts"

export interface Request {
  /** What it does, with its method and the table of its answers. */
  readonly operation: Operation
  /** From the root of the server: `/v1/accounts/acme`. */
  readonly path: string
  readonly body?: unknown
  /**
   * Decoded bytes of its answer that are read.
   *
   * @default 1 MiB
   */
  readonly maxAnswer?: number
}

/** A member as a read returned it: its id is known, nothing else, not even the types. */
export type Found = { readonly id: string; readonly [name: string]: unknown }

export interface Resource<In> {
  /** The path of the collection, from the root of the server. */
  readonly path: string
  readonly idOf: (input: In) => string
  /** Fails for an id that no URL carries. */
  readonly read: (id: string) => Result.Result<Request, FieldIssue>
  /** Whether the body of an answer is the member with this id. */
  readonly isMember: (body: unknown, id: string) => body is Found
  /** When it was created, in milliseconds of the server's clock, if it says so. */
  readonly createdAt: (found: Found) => number | undefined
  /** The fields that are not as they were sent. */
  readonly differences: (sent: In, found: Found) => ReadonlyArray<Difference>
}
