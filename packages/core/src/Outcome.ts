/**
 * What a create may come to, and which answer means what: the truth table as data. The classifier, the documentation
 * and the property tests all read this one copy.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * What the caller knows about the account after a create: it exists because of this call, it does not, or nobody can
 * tell yet.
 *
 * @since 0.1.0
 */
export const Outcome = Schema.Literals(["created", "not created", "unknown"])
/** @since 0.1.0 */
export type Outcome = typeof Outcome.Type

/**
 * What the client does next.
 *
 * - `succeed`: report the account as created
 * - `examine`: one GET by id tells a duplicate from another bad request
 * - `settle`: GET by id until it is known whether the account was created
 * - `retry`: send again, within the bounds on attempts and time
 * - `pause`: stop every request of this key for as long as the server asks, then send again
 * - `fail`: report the answer; the next account may still succeed
 * - `halt`: report the answer; no other account would succeed either (key, permission, address)
 *
 * @since 0.1.0
 */
export type Next = "succeed" | "examine" | "settle" | "retry" | "pause" | "fail" | "halt"

/**
 * How a request ended without an HTTP status.
 *
 * The first four happen before a byte of the request left, so nothing was created. `lost` is everything after: reset,
 * close, timeout, bytes that are not HTTP.
 *
 * @since 0.1.0
 */
export const TransportFault = Schema.Literals(["dns", "refused", "connect timeout", "tls", "lost"])
/** @since 0.1.0 */
export type TransportFault = typeof TransportFault.Type

/**
 * A row of the truth table: the statuses or transport faults it covers, what they mean for a POST, what comes next.
 *
 * @since 0.1.0
 */
export interface Row {
  readonly what: string
  readonly statuses?: ReadonlyArray<readonly [from: number, to: number]> | undefined
  readonly faults?: ReadonlyArray<TransportFault> | undefined
  readonly outcome: Outcome
  readonly next: Next
}

/**
 * The truth table of `POST /v1/accounts`. The first row that covers an answer decides; the last row covers every status
 * left over.
 *
 * @since 0.1.0
 */
export const table: ReadonlyArray<Row> = [
  {
    what: "DNS failure, refused, connect timeout",
    faults: ["dns", "refused", "connect timeout"],
    outcome: "not created",
    next: "retry",
  },
  { what: "TLS failure", faults: ["tls"], outcome: "not created", next: "halt" },
  {
    what: "reset or close after connect, timeout, bytes that are not HTTP",
    faults: ["lost"],
    outcome: "unknown",
    next: "settle",
  },
  { what: "201, whatever the body", statuses: [[201, 201]], outcome: "created", next: "succeed" },
  { what: "any other 2xx", statuses: [[200, 299]], outcome: "unknown", next: "settle" },
  { what: "400", statuses: [[400, 400]], outcome: "not created", next: "examine" },
  {
    what: "401, 403",
    statuses: [
      [401, 401],
      [403, 403],
    ],
    outcome: "not created",
    next: "halt",
  },
  { what: "429", statuses: [[429, 429]], outcome: "not created", next: "pause" },
  { what: "307, 308", statuses: [[307, 308]], outcome: "not created", next: "halt" },
  { what: "any other 3xx", statuses: [[300, 399]], outcome: "unknown", next: "halt" },
  {
    what: "408, 409, 425",
    statuses: [
      [408, 409],
      [425, 425],
    ],
    outcome: "unknown",
    next: "settle",
  },
  { what: "404, 405", statuses: [[404, 405]], outcome: "not created", next: "halt" },
  { what: "any other 4xx", statuses: [[400, 499]], outcome: "not created", next: "fail" },
  { what: "5xx and every other status", statuses: [[0, Number.POSITIVE_INFINITY]], outcome: "unknown", next: "settle" },
]

const byFault = new Map(table.flatMap((row) => (row.faults ?? []).map((fault) => [fault, row] as const)))

/**
 * Looks an answer up in the truth table.
 *
 * @since 0.1.0
 */
export const classify = (answer: number | TransportFault): Row =>
  typeof answer === "number"
    ? table.find((row) => row.statuses?.some(([from, to]) => from <= answer && answer <= to))!
    : byFault.get(answer)!
