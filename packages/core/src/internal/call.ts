/**
 * What one call of the service has done so far, what it has learned, and how long it may go on. Times are in milliseconds, except in what it reports.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AccountsError, AccountsErrorReason, Attempt } from "../AccountsError.ts"
import { type AccountsEvent, CurrentObserver, type Observer } from "../AccountsEvent.ts"
import type { Operation, Outcome } from "../Outcome.ts"
import type { Reply } from "./answer.ts"
import { failureOf } from "./failure.ts"
import type { Settings } from "./shared/settings.ts"
import { type Note, noteOf } from "./tracing.ts"

type Details<Event> = Event extends AccountsEvent ? Omit<Event, "accountId" | "request" | "kind"> : never

/** What a call took. */
export interface Effort {
  /** Requests sent, GETs included. */
  readonly attempts: number
  /** How long it waited for the rate, for pauses and for backoff. */
  readonly waited: Duration.Duration
  /** How long the whole call took. */
  readonly elapsed: Duration.Duration
}

/** To the millisecond. */
export const told = (milliseconds: number): Duration.Duration => Duration.millis(Math.round(milliseconds))

export class Call {
  readonly operation: Operation
  readonly accountId: string
  readonly settings: Settings
  readonly history: Array<Attempt> = []
  waited = 0
  /** A lookup of this call did not find the account. */
  wasAbsent = false
  /** When the last request left. */
  sentAt = Number.NaN
  /** Until when the server, which failed, asked for no write, and the answer that said so. */
  asked: { readonly until: number; readonly answer: Reply } | undefined
  readonly mayLeave: Effect.Effect<boolean> | undefined
  private readonly clock: Clock.Clock
  private readonly observer: Observer | undefined
  private readonly note: Note
  private readonly startedAt: number
  /** The bound on the call starts when its first request leaves: waiting for a turn is not the call's fault. */
  private deadline: number | undefined

  constructor(
    operation: Operation,
    accountId: string,
    settings: Settings,
    clock: Clock.Clock,
    observer: Observer | undefined,
    note: Note,
    mayLeave: Effect.Effect<boolean> | undefined,
  ) {
    this.operation = operation
    this.accountId = accountId
    this.settings = settings
    this.mayLeave = mayLeave
    this.clock = clock
    this.observer = observer
    this.note = note
    this.startedAt = this.now()
  }
  now(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6
  }
  /** Now in epoch milliseconds. */
  date(): number {
    return this.clock.currentTimeMillisUnsafe()
  }
  elapsed(): Duration.Duration {
    return told(this.now() - this.startedAt)
  }
  effort(): Effort {
    return { attempts: this.history.length, waited: told(this.waited), elapsed: this.elapsed() }
  }
  remaining(): number {
    return this.deadline === undefined ? this.settings.totalTimeout : this.deadline - this.now()
  }
  /**
   * Until when a request may still leave. A write needs time to be answered: one that is cut off would cast doubt on an account that is known
   * to be absent.
   */
  timeFor({ kind }: Operation): number {
    return this.remaining() - (kind === "write" ? Math.min(1000, this.settings.totalTimeout / 10) : 0)
  }
  /** How long a request may wait for its turn: the first of a call for ever. */
  maxWait(operation: Operation): number | undefined {
    return this.deadline === undefined ? undefined : this.timeFor(operation)
  }
  /** The request asked for its turn at `askedAt` and leaves now. */
  leaving(operation: Operation, askedAt: number): Effect.Effect<void> {
    this.sentAt = this.now()
    const waited = this.sentAt - askedAt
    this.waited += waited
    this.deadline ??= this.sentAt + this.settings.totalTimeout
    return this.emit(operation, { _tag: "Sending", waited: told(waited) })
  }
  /** The server failed and asked for time. */
  heed(answer: Reply): void {
    const until = this.now() + (answer.retryAfter ?? 0)
    if (this.asked === undefined || this.asked.until < until) this.asked = { until, answer }
  }
  record(request: Attempt["request"], answer: string): void {
    this.history.push({ request, at: this.elapsed(), answer })
  }
  /** The error that ends it. Without an `outcome`, a write did nothing. */
  fail<Reason extends AccountsErrorReason>(reason: Reason, outcome?: Outcome): AccountsError<Reason> {
    const { accountId, history } = this
    return failureOf(this.operation, reason, { accountId, outcome, elapsed: this.elapsed(), history })
  }
  /** Waits for the next request. False when the time of the call does not allow the wait, or is over because the machine slept. */
  wait(reason: "Retrying" | "Settling", operation: Operation, duration: number): Effect.Effect<boolean> {
    return Effect.suspend(() => {
      if (duration >= this.timeFor(operation)) return Effect.succeed(false)
      this.waited += duration
      return Effect.andThen(this.emit(operation, { _tag: reason, delay: told(duration) }), Effect.sleep(duration)).pipe(
        Effect.map(() => this.timeFor(operation) > 0),
      )
    })
  }
  emit({ kind, method }: Operation, details: Details<AccountsEvent>): Effect.Effect<void> {
    const event = { accountId: this.accountId, request: method, kind, ...details } as AccountsEvent
    const noted = this.note(event)
    const { observer } = this
    if (observer === undefined) return noted
    // An observer must not change what becomes of a create, and one in JavaScript may return nothing.
    const seen = Effect.suspend(() => {
      const answer = observer(event)
      return Effect.isEffect(answer) ? answer : Effect.void
    })
    return Effect.andThen(
      noted,
      Effect.catchCause(seen, () => Effect.void),
    )
  }
}

export const makeCall = Effect.fnUntraced(function* (
  operation: Operation,
  accountId: string,
  settings: Settings,
  mayLeave?: Effect.Effect<boolean>,
) {
  return new Call(operation, accountId, settings, yield* Clock.Clock, yield* CurrentObserver, yield* noteOf, mayLeave)
})
