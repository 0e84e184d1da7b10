/**
 * The calls there are, what each may come to, and which answer means what: as data, a table for each call. The client, the errors, the
 * documentation and the property tests all read this one copy.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import {
  type AnswerReason,
  type Answers,
  finder,
  type Next,
  still,
  type TransportFault,
  unconnected,
  unsendable,
} from "./internal/answerTable.ts"

export { type AnswerReason, type Next, TransportFault } from "./internal/answerTable.ts"

/**
 * The names of the calls.
 *
 * **Example** (Every call)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.OperationName.literals.join(", ")) // create, get, update, list, attributes, subscription
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const OperationName = Schema.Literals(["create", "get", "update", "list", "attributes", "subscription"])
/** @since 0.1.0 */
export type OperationName = typeof OperationName.Type

/**
 * The methods of their requests.
 *
 * **Example** (Whether a request can be one of ours)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Outcome.Method)("DELETE")) // false
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Method = Schema.Literals(["POST", "GET", "PUT"])
/** @since 0.1.0 */
export type Method = typeof Method.Type

/**
 * What the caller knows about the account after a write: it exists because of this call, or holds what was to be changed; it does not; or
 * nobody can tell yet.
 *
 * **Example** (Whether a text is an outcome)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Outcome.Outcome)("not created")) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Outcome = Schema.Literals(["created", "not created", "updated", "not updated", "unknown"])
/** @since 0.1.0 */
export type Outcome = typeof Outcome.Type

/**
 * How it is known what became of a write that succeeded.
 *
 * - `answer`: PX answered 201, or 204 to an update
 * - `absence`: its answer was lost; the account is there, and a lookup of the same call did not find it before
 * - `create date`: its answer was lost; the account is there and was created in the time of the call's requests, by the server's own clock
 * - `equality`: its answer was lost; the account is there and holds what was sent, and nothing else is known of it
 * - `refusal`: the account existed before: PX refused it (400) and shows it
 * - `presence`: the account existed before: it was found before anything was sent, or is older than the call's requests
 *
 * **Example** (Every kind of evidence)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.Evidence.literals.join(", ")) // answer, absence, create date, equality, refusal, presence
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Evidence = /* @__PURE__ */ Schema.Literals([
  "answer",
  "absence",
  "create date",
  "equality",
  "refusal",
  "presence",
])
/** @since 0.1.0 */
export type Evidence = typeof Evidence.Type

/**
 * A row of the table of writes: the answers it covers, what they say about the account, what comes next, and the reason of the error when
 * nothing better is learned.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface WriteRow<Reason extends AnswerReason = AnswerReason> extends Answers {
  readonly outcome: Outcome
  readonly next: Next
  readonly reason: Reason | undefined
  /**
   * How far apart the two lookups have to be that prove the account absent, in multiples of `settleDelay`: a server that answered with an
   * error, or did not answer in time, may still be at work.
   *
   * @default 1
   */
  readonly spacing?: number | undefined
}

/**
 * The table of `POST /v1/accounts`. The first row that covers an answer decides; the last row covers every status left over.
 *
 * **Example** (What leaves a doubt)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.writes.filter(({ outcome }) => outcome === "unknown").length) // 6
 * ```
 *
 * @stability stable
 * @category constants
 * @since 0.1.0
 */
export const writes: ReadonlyArray<WriteRow<Exclude<AnswerReason, "AccountNotFound">>> = [
  { ...unconnected, outcome: "not created", next: "retry" },
  { ...unsendable, outcome: "not created", next: "halt" },
  {
    what: "reset or close after connect, bytes that are not HTTP",
    faults: ["lost"],
    outcome: "unknown",
    next: "settle",
    reason: "Unavailable",
  },
  {
    what: "no answer in time",
    faults: ["timeout"],
    outcome: "unknown",
    next: "settle",
    reason: "Unavailable",
    spacing: still,
  },
  { what: "201, whatever the body", statuses: [[201, 201]], outcome: "created", next: "succeed", reason: undefined },
  {
    what: "any other 2xx",
    statuses: [[200, 299]],
    outcome: "unknown",
    next: "settle",
    reason: "Unavailable",
    spacing: still,
  },
  { what: "400", statuses: [[400, 400]], outcome: "not created", next: "examine", reason: "BadRequest" },
  { what: "401", statuses: [[401, 401]], outcome: "not created", next: "halt", reason: "Unauthorized" },
  { what: "403", statuses: [[403, 403]], outcome: "not created", next: "halt", reason: "Forbidden" },
  { what: "429", statuses: [[429, 429]], outcome: "not created", next: "pause", reason: "RateLimited" },
  { what: "307, 308", statuses: [[307, 308]], outcome: "not created", next: "halt", reason: "Redirected" },
  { what: "any other 3xx", statuses: [[300, 399]], outcome: "unknown", next: "halt", reason: "Redirected" },
  {
    what: "408, 409, 425",
    statuses: [
      [408, 409],
      [425, 425],
    ],
    outcome: "unknown",
    next: "settle",
    reason: "Unavailable",
    spacing: still,
  },
  { what: "404, 405", statuses: [[404, 405]], outcome: "not created", next: "halt", reason: "RequestRefused" },
  { what: "any other 4xx", statuses: [[400, 499]], outcome: "not created", next: "fail", reason: "RequestRefused" },
  {
    what: "5xx and every other status",
    statuses: [[0, Number.POSITIVE_INFINITY]],
    outcome: "unknown",
    next: "settle",
    reason: "Unavailable",
    spacing: still,
  },
]

/**
 * The table of `PUT /v1/accounts/{id}`: that of creates, but for what only an account that exists can answer.
 *
 * **Example** (What a 404 says of an update)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.updates.find(({ what }) => what === "404")?.outcome) // not updated
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const updates: ReadonlyArray<WriteRow> = [
  { what: "204", statuses: [[204, 204]], outcome: "updated", next: "succeed", reason: undefined },
  { what: "400", statuses: [[400, 400]], outcome: "not updated", next: "fail", reason: "BadRequest" },
  { what: "404", statuses: [[404, 404]], outcome: "not updated", next: "fail", reason: "AccountNotFound" },
  ...writes
    .filter(({ next }) => next !== "succeed" && next !== "examine")
    .map((row): WriteRow => ({ ...row, outcome: row.outcome === "unknown" ? "unknown" : "not updated" })),
]

/**
 * A row of the table of reads: what the answers it covers say about the account that was asked for, and what comes next. A 200 whose body is
 * not that account says `nothing`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ReadRow extends Answers {
  readonly says: "it is there" | "it is not there" | "nothing"
  readonly next: "succeed" | "retry" | "pause" | "fail"
  readonly reason: Exclude<AnswerReason, "BadRequest" | "AccountNotFound"> | undefined
}

/**
 * The table of `GET /v1/accounts/{id}`, read as the one of writes. `retry` asks again within the bounds; `fail` is what asking again cannot
 * change.
 *
 * **Example** (What says that an account is missing)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * const absent = Outcome.reads.filter(({ says }) => says === "it is not there")
 *
 * console.log(absent.map(({ what }) => what).join()) // 404
 * ```
 *
 * @stability stable
 * @category constants
 * @since 0.1.0
 */
export const reads: ReadonlyArray<ReadRow> = [
  { ...unconnected, says: "nothing", next: "retry" },
  { ...unsendable, says: "nothing", next: "fail" },
  {
    what: "reset or close after connect, bytes that are not HTTP, no answer in time",
    faults: ["lost", "timeout"],
    says: "nothing",
    next: "retry",
    reason: "Unavailable",
  },
  { what: "200", statuses: [[200, 200]], says: "it is there", next: "succeed", reason: "Unavailable" },
  { what: "404", statuses: [[404, 404]], says: "it is not there", next: "succeed", reason: undefined },
  { what: "401", statuses: [[401, 401]], says: "nothing", next: "fail", reason: "Unauthorized" },
  { what: "403", statuses: [[403, 403]], says: "nothing", next: "fail", reason: "Forbidden" },
  { what: "429", statuses: [[429, 429]], says: "nothing", next: "pause", reason: "RateLimited" },
  { what: "3xx", statuses: [[300, 399]], says: "nothing", next: "fail", reason: "Redirected" },
  {
    what: "408, 409, 425",
    statuses: [
      [408, 409],
      [425, 425],
    ],
    says: "nothing",
    next: "retry",
    reason: "Unavailable",
  },
  { what: "any other 4xx", statuses: [[400, 499]], says: "nothing", next: "fail", reason: "RequestRefused" },
  {
    what: "any other 2xx, 5xx and every other status",
    statuses: [[0, Number.POSITIVE_INFINITY]],
    says: "nothing",
    next: "retry",
    reason: "Unavailable",
  },
]

/**
 * The table of the reads of more than one account: that of a read, but that a 404 is a refusal.
 *
 * **Example** (What a 404 is to a list)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.operations.list.classify(404).reason) // RequestRefused
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const queries: ReadonlyArray<ReadRow> = reads.filter(({ what }) => what !== "404")

/**
 * Looks the answer to a write up in its table.
 *
 * **Example** (What a 503 says of an account)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.classify(503).outcome) // unknown
 * console.log(Outcome.classify("refused").outcome) // not created
 * ```
 *
 * @stability stable
 * @category pattern matching
 * @since 0.1.0
 */
export const classify: (answer: number | TransportFault) => WriteRow<Exclude<AnswerReason, "AccountNotFound">> =
  finder(writes)

/**
 * Looks the answer to a read up in its table.
 *
 * **Example** (What a 404 says of an account)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.classifyRead(404).says) // it is not there
 * ```
 *
 * @stability stable
 * @category pattern matching
 * @since 0.1.0
 */
export const classifyRead: (answer: number | TransportFault) => ReadRow = finder(reads)

interface AnyOperation {
  readonly name: OperationName
  /** The function that makes it. */
  readonly call: string
  /** The method of its request, beside the lookups that it may need. */
  readonly method: Method
  /** As in `before you create it again`. */
  readonly verb: string
  /** As in `whether it was created`. */
  readonly done: string
  /** Whether doing it twice does what doing it once does: then a request may be sent again whatever became of the last one. */
  readonly isRepeatable: boolean
}

/**
 * What a call does that may change something at the server, so that losing its answer leaves a doubt.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface WriteOperation<Reason extends AnswerReason = AnswerReason> extends AnyOperation {
  readonly kind: "write"
  readonly done: Outcome
  readonly notDone: Outcome
  /** Whether it takes a part of an account: then no field is required. */
  readonly isPartial: boolean
  readonly classify: (answer: number | TransportFault) => WriteRow<Reason>
}

/**
 * What a call does that changes nothing.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ReadOperation extends AnyOperation {
  readonly kind: "read"
  readonly classify: (answer: number | TransportFault) => ReadRow
}

/**
 * What one of the calls does.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Operation = WriteOperation | ReadOperation

const query = <Name extends OperationName>(name: Name, call: string) =>
  ({
    name,
    call,
    kind: "read",
    method: "GET",
    verb: "read",
    done: "read",
    isRepeatable: true,
    classify: finder(queries),
  }) as const

/**
 * The calls there are, by name.
 *
 * **Example** (What a create is called when it is done)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.operations.create.done) // created
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const operations = {
  create: {
    name: "create",
    call: "createAccount",
    kind: "write",
    method: "POST",
    verb: "create",
    done: "created",
    notDone: "not created",
    isRepeatable: false,
    isPartial: false,
    classify,
  },
  update: {
    name: "update",
    call: "updateAccount",
    kind: "write",
    method: "PUT",
    verb: "update",
    done: "updated",
    notDone: "not updated",
    isRepeatable: true,
    isPartial: true,
    classify: finder(updates),
  },
  get: {
    name: "get",
    call: "getAccount",
    kind: "read",
    method: "GET",
    verb: "read",
    done: "read",
    isRepeatable: true,
    classify: classifyRead,
  },
  list: query("list", "listAccounts"),
  attributes: query("attributes", "accountAttributes"),
  subscription: query("subscription", "subscription"),
} as const satisfies { readonly [Name in OperationName]: Operation }

/**
 * Whether a write is known to have changed nothing, whatever it was to change.
 *
 * **Example** (What has to be settled)
 *
 * ```ts
 * import { Outcome } from "@effect-aptrinsic/core"
 *
 * console.log(Outcome.Outcome.literals.filter(Outcome.isNotDone).join(", ")) // not created, not updated
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isNotDone = (outcome: Outcome | undefined): boolean =>
  Object.values<Operation>(operations).some((each) => each.kind === "write" && each.notDone === outcome)
