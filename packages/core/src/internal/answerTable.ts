/**
 * What a table of answers is made of, whatever the call, and how it is read.
 */
import * as Schema from "effect/Schema"

/**
 * How a request ended without an HTTP status.
 *
 * All but the last two happen before a byte of the request left, so nothing was written; `client` is a request that the HTTP client refused
 * to send. `timeout` is an answer that did not come in time, `lost` everything else: reset, close, bytes that are not HTTP.
 *
 * **Example** (Whether a text is a fault)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Outcome.TransportFault)("connect timeout")) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const TransportFault = Schema.Literals([
  "dns",
  "refused",
  "connect timeout",
  "tls",
  "client",
  "too many files",
  "timeout",
  "lost",
])
/** @since 0.1.0 */
export type TransportFault = typeof TransportFault.Type

/**
 * What the client does after the answer to a write.
 *
 * - `succeed`: report the write as done
 * - `examine`: one GET by id tells a duplicate from another bad request
 * - `settle`: GET by id until it is known whether the write was done
 * - `retry`: send again, within the bounds on attempts and time
 * - `pause`: stop every request of this key for as long as the server asks, then send again
 * - `fail`: report the answer; the next account may still succeed
 * - `halt`: report the answer; no other account would succeed either (key, permission, address)
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Next = "succeed" | "examine" | "settle" | "retry" | "pause" | "fail" | "halt"

/**
 * The reasons of an `AccountsError` that an answer alone can give.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type AnswerReason =
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "RateLimited"
  | "RequestRefused"
  | "Redirected"
  | "Unreachable"
  | "Unavailable"
  | "AccountNotFound"

/** The statuses and transport faults that a row covers. */
export interface Answers {
  readonly what: string
  readonly statuses?: ReadonlyArray<readonly [from: number, to: number]> | undefined
  readonly faults?: ReadonlyArray<TransportFault> | undefined
}

/** Multiples of `settleDelay`, where an answer leaves the server at work. */
export const still = 5

/** What kept a request from leaving is the same for a write and a read. */
export const unconnected = {
  what: "DNS failure, refused, connect timeout",
  faults: ["dns", "refused", "connect timeout"],
  reason: "Unreachable",
} as const

export const unsendable = {
  what: "TLS failure, a request the HTTP client refuses to send, too many open files",
  faults: ["tls", "client", "too many files"],
  reason: "Unreachable",
} as const

/** Looks answers up in a table: the first row that covers one decides. */
export const finder = <Row extends Answers>(table: ReadonlyArray<Row>) => {
  const byFault = new Map(table.flatMap((row) => (row.faults ?? []).map((fault) => [fault, row] as const)))
  return (answer: number | TransportFault): Row =>
    typeof answer === "number"
      ? table.find((row) => row.statuses?.some(([from, to]) => from <= answer && answer <= to))!
      : byFault.get(answer)!
}
