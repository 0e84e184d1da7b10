/**
 * A request as a value, and what the client has to know of a resource to create and to find one of its members. Whatever sends, paces,
 * retries and settles knows nothing else of accounts.
 */
import type * as Result from "effect/Result"
import type { Attempt, Difference } from "../AccountsError.ts"
import type { FieldIssue } from "../FieldIssue.ts"

export interface Request {
  /** A write may change something at the server, so that losing its answer leaves a doubt. */
  readonly kind: "write" | "read"
  readonly method: Attempt["request"]
  /** From the root of the server: `/v1/accounts/acme`. */
  readonly path: string
  readonly body?: unknown
}

/** A member as a read returned it: its id is known, of the rest not even the types. */
export type Found = { readonly id: string; readonly [name: string]: unknown }

export interface Resource<In> {
  readonly idOf: (input: In) => string
  readonly create: (input: In) => Request
  /** Fails for an id that no URL carries. */
  readonly read: (id: string) => Result.Result<Request, FieldIssue>
  /** Whether the body of an answer is the member with this id. */
  readonly isMember: (body: unknown, id: string) => body is Found
  /** When it was created, in milliseconds of the server's clock, if it says so. */
  readonly createdAt: (found: Found) => number | undefined
  /** The fields that are not as they were sent. */
  readonly differences: (sent: In, found: Found) => ReadonlyArray<Difference>
}
