/**
 * What core takes and gives as plain types, for packages that bundle core and show programs no type of its Effect. `Time` is what they have
 * for a point in time, `Span` for a length of it. A test holds these types to those of core.
 */
import type { NewAccountInputOf } from "../newAccountInput.ts"

export type { CoordinatesInput, LocationInput, NewAccountInputOf } from "../newAccountInput.ts"

/** A value that JSON can write. */
export type Json = null | number | boolean | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/** Whether this call created or updated the account, as far as it is known; so also for the answer to one request. */
export type Outcome = "created" | "not created" | "updated" | "not updated" | "unknown"

/**
 * How it is known that an account was created, or was there: by the answer to the POST, because a lookup had not found it before, by its
 * create date, because it holds what was sent, by a refusal as a duplicate, because a lookup found it before anything was sent.
 */
export type Evidence = "answer" | "absence" | "create date" | "equality" | "refusal" | "presence"

/** What became of a request that was not answered. */
export type TransportFault =
  | "dns"
  | "refused"
  | "connect timeout"
  | "tls"
  | "client"
  | "too many files"
  | "timeout"
  | "lost"

/** One problem of one field or option: its dotted path, a code for programs, words for people. */
export interface FieldIssue {
  readonly path: string
  readonly code:
    | "required"
    | "empty"
    | "unknown_field"
    | "wrong_type"
    | "out_of_range"
    | "broken_text"
    | "not_json"
    | "too_deep"
    | "unreadable"
    | "unaddressable_id"
    | "not_set"
    | "malformed"
    | "insecure"
    | "refused"
    | "invalid"
  readonly message: string
  readonly expected?: string
}

/** A field of an account that is not as it was sent: in its form alone (`US` for `us`), or in its value. */
export interface Difference {
  readonly path: string
  readonly kind: "form" | "value"
  readonly sent?: Json
  readonly found?: Json
}

/** One request of a call and how it ended. */
export interface AttemptOf<Span> {
  readonly request: "POST" | "PUT" | "GET"
  /** From the start of the call to the end of this request. */
  readonly at: Span
  /** `201`, `503`, `lost: other side closed`. */
  readonly answer: string
}

/**
 * One step of a call, and the request it belongs to: a `write` may change something at the server, a `read` does not.
 *
 * - `Queued`: a request waits for its turn, or for another one where it was not ready in its own
 * - `Sending`: a request has its turn and leaves; `waited` for the rate and for pauses
 * - `Answered`: its answer, `201` or `lost: other side closed`, and for a write what that says about the account
 * - `Pausing`: a 429, or an answer that used up the server's window; every request of the key waits at least so long
 * - `Retrying`: the request is sent again after `delay`
 * - `Settling`: the outcome of a write is unknown; a lookup follows after `delay`
 */
export type CallEventOf<Span> = {
  readonly accountId: string
  readonly request: AttemptOf<Span>["request"]
  readonly kind: "write" | "read"
} & (
  | { readonly _tag: "Queued" }
  | { readonly _tag: "Sending"; readonly waited: Span }
  | {
      readonly _tag: "Answered"
      readonly answer: string
      readonly took: Span
      readonly outcome: Outcome | undefined
    }
  | { readonly _tag: "Pausing" | "Retrying" | "Settling"; readonly delay: Span }
)

/** An account as it is sent: times in epoch milliseconds. */
export interface NewAccount extends NewAccountInputOf<number> {}

type Read<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends ReadonlyArray<unknown>
      ? ReadonlyArray<string>
      : { readonly [name: string]: Json }

type ReadFields = {
  readonly [Name in keyof Omit<NewAccount, "id">]?: Read<NonNullable<NewAccount[Name]>> | null
}

/** The account that a read returns: `id` is certain, everything else may be missing, `null`, `""` or `0`, which all mean "not set". */
export interface Account extends ReadFields {
  /** Account id. */
  readonly id: string
  /** Users of the account, read-only. */
  readonly numberOfUsers?: number | null
  /** Created, epoch milliseconds UTC, read-only. */
  readonly createDate?: number | null
  /** Last changed, epoch milliseconds UTC, read-only. */
  readonly lastModifiedDate?: number | null
}

/** What became of a create that succeeded. */
export interface CreatedOf<Span> {
  /** The account as it was sent. */
  readonly account: NewAccount
  /** Whether the answer to the POST was lost and a GET showed that the account had been created. */
  readonly reconciled: boolean
  /** Whether the account was there before and `ifExists` accepted it: this call did not create it. */
  readonly existed: boolean
  /** How that is known. */
  readonly evidence: Evidence
  /** The fields that a lookup showed otherwise than they were sent; empty when there was none, or none differed. */
  readonly differences: ReadonlyArray<Difference>
  /** Requests sent, GETs included. */
  readonly attempts: number
  /** How long it waited for the rate, for pauses and for backoff. */
  readonly waited: Span
  /** How long the whole call took. */
  readonly elapsed: Span
}

/** The fields that an update changes: any but the id. A field that is left out, or `undefined`, stays as it is. */
export interface ChangesOf<Time> extends Partial<Omit<NewAccountInputOf<Time>, "id">> {}

/** What became of an update that succeeded. */
export interface UpdatedOf<Span> extends Pick<CreatedOf<Span>, "attempts" | "waited" | "elapsed"> {
  readonly id: string
  /** The changes as they were sent. */
  readonly changes: ChangesOf<number>
  /** Whether the answer to a PUT was lost and a GET showed that the account holds the changes. */
  readonly reconciled: boolean
  /** How that is known. */
  readonly evidence: Evidence
  /** The fields that a lookup showed in another form than they were sent. */
  readonly differences: ReadonlyArray<Difference>
}

/** A field that an upsert changed: its value in PX as a lookup showed it, absent where PX showed none, and the one that was sent. */
export interface Change {
  readonly path: string
  readonly before?: Json
  readonly after: Json
}

/** What became of an upsert that succeeded. */
export interface UpsertedOf<Span> extends Pick<CreatedOf<Span>, "evidence" | "attempts" | "elapsed"> {
  readonly id: string
  readonly outcome: "created" | "updated" | "unchanged"
  /** The fields that were changed; of an account that was left as it is, those in which it differs. */
  readonly changes: ReadonlyArray<Change>
}

/** What every reason says: what happened, the way out, and whether the same call may succeed later as it is. */
interface Said<Tag extends string> {
  readonly _tag: Tag
  readonly message: string
  readonly hint: string
  readonly isRetryable: boolean
}

/** An option that does not work; every problem at once. */
export interface InvalidOptions extends Said<"InvalidOptions"> {
  readonly issues: ReadonlyArray<FieldIssue>
}
/** The account is not one that the contract takes; nothing was sent. */
export interface InvalidAccount extends Said<"InvalidAccount"> {
  readonly issues: ReadonlyArray<FieldIssue>
}
/** PX refused the account (400), and no account has its id. */
export interface BadRequest extends Said<"BadRequest"> {
  readonly detail: string
  readonly issues: ReadonlyArray<FieldIssue>
}
/** An account with this id was there before. */
export interface PossibleDuplicate extends Said<"PossibleDuplicate"> {
  readonly existing: "same" | "different" | "unknown"
  readonly differences: ReadonlyArray<Difference>
  readonly detail: string
}
/** PX rejected the API key (401). */
export interface Unauthorized extends Said<"Unauthorized"> {}
/** PX denied permission to the API key (403). */
export interface Forbidden extends Said<"Forbidden"> {
  readonly detail: string
}
/** The server refused the request with another status; a retry cannot help. */
export interface RequestRefused extends Said<"RequestRefused"> {
  readonly status: number
  readonly detail: string
}
/** The server answered with a redirect, which is not followed. */
export interface Redirected extends Said<"Redirected"> {
  readonly status: number
}
/** The rate of the key leaves no turn within the time of the call. */
export interface RateLimited<Time> extends Said<"RateLimited"> {
  readonly resumeAt: Time
  readonly detail?: string
}
/** The quota of a day is used up: by our count (`requestsPerDay`), or by what the server said (`detail`). */
export interface DailyQuotaExhausted<Time> extends Said<"DailyQuotaExhausted"> {
  readonly requestsPerDay?: number
  readonly detail?: string
  readonly resumeAt: Time
}
/** No request left. */
export interface Unreachable extends Said<"Unreachable"> {
  readonly fault: TransportFault
  readonly detail: string
}
/** All answers were lost, and the account is known to be absent. */
export interface Unavailable<Time> extends Said<"Unavailable"> {
  readonly detail: string
  readonly resumeAt?: Time
}
/** `mayLeave` took the request back before it left. */
export interface Withdrawn extends Said<"Withdrawn"> {}
/** A request left, its answer was lost, and looking the account up did not settle whether this call created it. */
export interface OutcomeUnknown<Time> extends Said<"OutcomeUnknown"> {
  readonly detail?: string
  readonly differences: ReadonlyArray<Difference>
  readonly resumeAt?: Time
}
/** No account has this id. */
export interface AccountNotFound extends Said<"AccountNotFound"> {}

/** A list ended before its last account, however often it was begun anew. */
export interface ListIncomplete extends Said<"ListIncomplete"> {
  readonly listed: number
  readonly total?: number
  readonly detail: string
}

/** The reasons for which a create ends without an account of its own. */
export type CreateReasonOf<Time> =
  | InvalidOptions
  | InvalidAccount
  | BadRequest
  | PossibleDuplicate
  | Unauthorized
  | Forbidden
  | RateLimited<Time>
  | DailyQuotaExhausted<Time>
  | RequestRefused
  | Redirected
  | Unreachable
  | Unavailable<Time>
  | Withdrawn
  | OutcomeUnknown<Time>

/** The reasons for which a read returns no account. */
export type ReadReasonOf<Time> =
  | InvalidAccount
  | Unauthorized
  | Forbidden
  | RateLimited<Time>
  | DailyQuotaExhausted<Time>
  | RequestRefused
  | Redirected
  | Unreachable
  | Unavailable<Time>
  | AccountNotFound

/** The reasons for which an update ends without the account holding its changes, as far as is known. */
export type UpdateReasonOf<Time> = Exclude<CreateReasonOf<Time>, PossibleDuplicate> | AccountNotFound

/** The reasons for which a list ends before its last account. */
export type ListReasonOf<Time> =
  | Exclude<ReadReasonOf<Time>, InvalidAccount | AccountNotFound>
  | InvalidOptions
  | ListIncomplete

/** The bounds of a call: of every call as options of the service, of one as options of a create. */
export interface BoundsOf<Span> {
  /**
   * Bound on one request: connect, headers and body.
   *
   * @default "30 seconds"
   */
  readonly attemptTimeout?: Span | undefined
  /**
   * Bound on one call with all its requests and pauses. The time spent waiting for the first free slot of the rate is not counted.
   *
   * @default "2 minutes"
   */
  readonly totalTimeout?: Span | undefined
  /**
   * POST requests of one create, the first included; GET requests of one read. Rejections by the rate limit (429) and lookups after a lost
   * answer are not counted: `totalTimeout` bounds them.
   *
   * @default 5
   */
  readonly maxAttempts?: number | undefined
}

/** Where a client connects, and how fast; `Key` holds the API key. */
export interface OptionsOf<Key, Span> extends BoundsOf<Span> {
  /** The REST API key. Visible ASCII without spaces. */
  readonly apiKey: Key
  /**
   * The data center of the subscription.
   *
   * @default "us"
   */
  readonly dataCenter?: "us" | "eu" | "us2" | undefined
  /**
   * Replaces the data center's address: an origin such as `http://127.0.0.1:4010`; https except on loopback, no user, query or path.
   *
   * @default the address of `dataCenter`
   */
  readonly baseUrl?: string | undefined
  /**
   * Requests per second sent with this key; PX allows about 200.
   *
   * @default 200
   */
  readonly requestsPerSecond?: number | undefined
  /**
   * Requests sent with this key in any 24 hours; PX allows about 1,000,000.
   *
   * @default 1000000
   */
  readonly requestsPerDay?: number | undefined
  /**
   * The first backoff. It doubles with each retry up to 10 seconds and is fully jittered.
   *
   * @default "250 millis"
   */
  readonly retryDelay?: Span | undefined
  /**
   * How long an account that was created may take to show up in reads. It is sent again only when two lookups so far apart did not find it.
   *
   * @default "1 second"
   */
  readonly settleDelay?: Span | undefined
}

/** Options of one write; the bounds replace those of the service for this call. `Gate` says whether a request may leave. */
export interface WriteOptionsOf<Span, Gate> extends BoundsOf<Span> {
  /**
   * Asked each time a request of this call has had its turn, right before it goes on the wire. `false` ends the call with `Withdrawn`, and so
   * does one that fails or has not answered when the time of the call is over.
   *
   * @default every request may leave
   */
  readonly mayLeave?: Gate | undefined
}

/** Options of one create; the bounds replace those of the service for this call. */
export interface CreateOptionsOf<Span, Gate, Time> extends WriteOptionsOf<Span, Gate> {
  /**
   * What to make of an account that exists already: fail with `PossibleDuplicate`, accept it when it holds the same data, or accept it as it
   * is. An accepted one is a success with `existed: true`; it is never changed.
   *
   * @default "fail"
   */
  readonly ifExists?: "fail" | "accept-same" | "accept" | undefined
  /**
   * Look the account up before it is sent. For one more request it is certain that an account found after a lost answer was not there before.
   *
   * @default false
   */
  readonly preflight?: boolean | undefined
  /**
   * An earlier POST of this account may have reached PX and its answer is lost: by another process, before a crash. The account is looked up
   * first and weighed as after a lost answer of this call. `since`, a date or epoch milliseconds, says when the first such POST left.
   *
   * @default false
   */
  readonly inDoubt?: boolean | { readonly since: Time } | undefined
}

/** Options of one upsert, which hold for its create and for its update. */
export interface UpsertOptionsOf<Span, Gate, Time> extends Omit<
  CreateOptionsOf<Span, Gate, Time>,
  "ifExists" | "preflight"
> {
  /**
   * What to make of an account that exists with other data: change the fields that differ, leave it as it is (`accept`), or fail with
   * `PossibleDuplicate`.
   *
   * @default "update"
   */
  readonly ifExists?: "update" | "accept" | "fail" | undefined
}

/** Which accounts are listed, and how. */
export interface ListOptions {
  /**
   * What an account has to fulfil, in the words of PX: conditions such as `plan==pro` or `name~acme*`, all of which hold when `;` stands between
   * them. PX compares without regard to case.
   *
   * @default every account
   */
  readonly filter?: string | undefined
  /**
   * Accounts of a page, 1 to 1,000. Each page is a request.
   *
   * @default 1000
   */
  readonly pageSize?: number | undefined
}
