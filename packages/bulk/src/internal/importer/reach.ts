/**
 * Whether PX can be reached. While it cannot, one row at a time tries, every few seconds, and the others wait; the first that gets an answer
 * lets all of them go on. An outage that lasts too long is noticed by the clock, whatever a request waits for.
 *
 * Times in milliseconds: monotonic where they are compared, since a machine may sleep; of the epoch where they are told.
 */
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"

/**
 * A time in which PX gave no usable answer.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Outage {
  /** When the first request without a usable answer was made. */
  readonly since: DateTime.Utc
  readonly duration: Duration.Duration
  /** The last answer, as `503` or `refused: connect ECONNREFUSED`. */
  readonly reason: string
}

/** Rows in a row without a word of PX, or a silence so long that ends one row, make an outage. */
const silentRows = 3
const silentFor = 500
/** A silence of requests whose rows still look for an answer makes one later. */
const silentRequestsFor = 5_000
/** Between two probes: a quarter of the outage so far, within these bounds. */
const shortestPause = 1_000
const longestPause = 15_000
/** A silence as short as this is not reported: it is one late answer. */
const untold = Duration.seconds(3)

const lasts = ({ duration }: Outage) => Duration.isGreaterThanOrEqualTo(duration, untold)

interface Silence {
  readonly at: number
  readonly since: number
  reason: string
  /** How often a row ended without a word. */
  rows: number
  /** The row that did, while it is only one. */
  row: number | undefined
  /** The account that met it, and whether another one did. */
  readonly accountId: string | undefined
  isShared: boolean
  error: AccountsError | undefined
  /** A lookup was answered since the last request that was not, so that time alone makes no outage. */
  isRead: boolean
}

/** Whether an answer says something: of a write, what became of the account; of a read, anything but that the server is in trouble. */
const isWord = ({ answer, kind, outcome }: Extract<AccountsEvent, { _tag: "Answered" }>) => {
  if (!/^\d+$/.test(answer)) return false
  return kind === "write" ? outcome !== "unknown" : Number(answer) < 500 && answer !== "408"
}

export class Reach {
  /** How often PX said something. */
  words = 0
  private silence: Silence | undefined
  private isOut = false
  private isProbing = false
  private isStopped = false
  private nextProbe = 0
  private change = Deferred.makeUnsafe<void>()
  private readonly past: Array<Outage> = []
  private readonly clock: Clock.Clock
  private readonly limit: number
  /** Milliseconds after which a silence is an outage. */
  private readonly openAfter: number
  private readonly onLimit: (outage: Outage, error: AccountsError | undefined) => void

  /** `onLimit` is called when an outage lasts for `limit`. */
  constructor(clock: Clock.Clock, limit: number, onLimit: (outage: Outage, error: AccountsError | undefined) => void) {
    this.clock = clock
    this.limit = limit
    this.openAfter = Math.max(silentFor, Math.min(silentRequestsFor, limit))
    this.onLimit = onLimit
  }

  private now(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6
  }
  private changed(): void {
    const { change } = this
    this.change = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(change, Exit.void)
  }
  private silent(reason: string, accountId?: string): Silence {
    const isWatched = this.isOut || this.silence?.isRead === false
    this.silence ??= {
      at: this.now(),
      since: this.clock.currentTimeMillisUnsafe(),
      reason,
      rows: 0,
      row: undefined,
      accountId,
      isShared: false,
      error: undefined,
      isRead: false,
    }
    this.silence.reason = reason
    this.silence.isRead = false
    if (!isWatched) this.changed()
    if (this.silence.accountId !== accountId) this.silence.isShared = true
    return this.silence
  }
  private planProbe(): void {
    const now = this.now()
    const silentSince = this.silence?.at ?? now
    this.nextProbe = now + Math.max(shortestPause, Math.min((now - silentSince) / 4, longestPause))
  }
  private open(): void {
    if (this.isOut) return
    this.isOut = true
    this.planProbe()
    this.changed()
  }
  private told({ at, reason, since }: Silence): Outage {
    const duration = Duration.millis(Math.round(this.now() - at))
    return { since: DateTime.makeUnsafe(since), duration, reason: visible(reason, 160) }
  }
  private checkLimit(): void {
    const { silence } = this
    if (this.isOut && silence !== undefined && this.now() - silence.at >= this.limit) {
      this.onLimit(this.told(silence), silence.error)
    }
  }

  /** Milliseconds until the silence is an outage, or lasts too long for one; nothing when only the next answer can tell. */
  private untilLook(): number | undefined {
    if (this.silence === undefined || (this.silence.isRead && !this.isOut)) return undefined
    return this.silence.at + (this.isOut ? this.limit : this.openAfter) - this.now()
  }
  private look(): void {
    const until = this.untilLook()
    if (until === undefined || until > 0) return
    this.open()
    this.checkLimit()
  }

  /** Takes note of an answer. */
  heard(event: AccountsEvent): void {
    if (event._tag !== "Answered") return
    if (!isWord(event)) {
      this.silent(event.answer, event.accountId)
      this.look()
    } else if (event.kind === "write") this.spoke()
    else if (this.silence !== undefined) this.silence.isRead = true
  }
  /** Whether the last that was heard was no word. */
  isSilent(): boolean {
    return this.silence !== undefined
  }
  /** PX said something about a row. */
  spoke(): void {
    this.words++
    if (this.silence === undefined) return
    const outage = this.certain()
    if (outage !== undefined) this.past.push(outage)
    this.silence = undefined
    if (!this.isOut) return
    this.isOut = false
    this.changed()
  }
  /** A row ended without a word of PX. Says whether PX is out, and whether this is the only row to which it says nothing. */
  rowWasSilent(row: number, error: AccountsError): { readonly isOut: boolean; readonly isAlone: boolean } {
    const silence = this.silent(this.silence?.reason ?? error.reason.message, error.accountId)
    silence.row = silence.rows === 0 || silence.row === row ? row : undefined
    silence.rows++
    silence.error = error
    if (this.isOut) this.planProbe()
    else if (silence.rows >= silentRows || this.now() - silence.at >= silentFor) this.open()
    this.checkLimit()
    return { isOut: this.isOut, isAlone: silence.row === row }
  }
  /** Lets go of all that wait. */
  stop(): void {
    this.isStopped = true
    this.changed()
  }
  /** Every outage of this run; the last may still go on. */
  outages(): ReadonlyArray<Outage> {
    const current = this.current()
    return current === undefined ? this.past : [...this.past, current]
  }
  /** The outage that goes on. */
  current(): Outage | undefined {
    const outage = this.silence === undefined ? undefined : this.told(this.silence)
    return outage !== undefined && (this.isOut || lasts(outage)) ? outage : undefined
  }

  /** The same, once it is more than one row without an answer, which says nothing about PX. */
  certain(): Outage | undefined {
    return this.silence?.isShared === true || (this.silence?.rows ?? 0) > 1 ? this.current() : undefined
  }

  /** Waits so long, or until something changes. */
  private changedWithin(duration: number): Effect.Effect<void> {
    return Effect.asVoid(Effect.timeoutOption(Deferred.await(this.change), Math.max(0, duration)))
  }
  /** Looks whenever time alone makes an outage, or makes it last too long. Ends when the import is stopped. */
  readonly watch: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    while (!this.isStopped) {
      const until = this.untilLook()
      yield* until === undefined ? Deferred.await(this.change) : this.changedWithin(until)
      this.look()
    }
  })
  /** Waits until the next probe is due, and makes it if it still has to be made. */
  private probe<A, E>(use: (isProbe: boolean) => Effect.Effect<A, E>): Effect.Effect<Option.Option<A>, E> {
    const due = Effect.suspend(() => this.changedWithin(this.nextProbe - this.now()))
    const made = Effect.suspend(() => (this.isOut && !this.isStopped ? Effect.asSome(use(true)) : Effect.succeedNone))
    const ended = Effect.sync(() => {
      this.isProbing = false
      this.changed()
    })
    return Effect.suspend(() => {
      this.isProbing = true
      return Effect.ensuring(Effect.andThen(due, made), ended)
    })
  }
  /** Runs an effect when a request may leave; nothing comes of it when the import was stopped. */
  turn<A, E>(use: (isProbe: boolean) => Effect.Effect<A, E>): Effect.Effect<Option.Option<A>, E> {
    return Effect.gen({ self: this }, function* () {
      while (!this.isStopped) {
        if (!this.isOut) return yield* Effect.asSome(use(false))
        if (this.isProbing) yield* Deferred.await(this.change)
        else {
          const made = yield* this.probe(use)
          if (Option.isSome(made)) return made
        }
      }
      return Option.none()
    })
  }
  /** Waits, unless the import is stopped meanwhile. */
  sleep(duration: number): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const until = this.now() + duration
      while (!this.isStopped && this.now() < until) yield* this.changedWithin(until - this.now())
    })
  }
}
