/**
 * What happened in a simulated run, in order: what the clients did, what the server did, and what the callers were told.
 */
import type * as Exit from "effect/Exit"
import type { NewAccount } from "../../src/Account.ts"
import type { AccountCreated } from "../../src/Accounts.ts"
import type { AccountsError } from "../../src/AccountsError.ts"
import type { CreateOptions } from "../../src/Options.ts"
import type { Verdict } from "../../src/RateBudget.ts"

export type Method = "POST" | "GET"

/** What a client got for a request: a status, the code of a transport fault, or nothing because it gave up waiting. */
export type Received =
  | {
      readonly _tag: "Status"
      readonly status: number
      readonly retryAfter: number | undefined
      /** Milliseconds for which the headers say that the rate is used up. */
      readonly exhaustedFor?: number
      readonly body: string
    }
  | { readonly _tag: "Fault"; readonly code: string }
  | { readonly _tag: "Abandoned" }

export type Event = { readonly at: number } & (
  | { readonly _tag: "Called"; readonly call: number }
  | { readonly _tag: "Left"; readonly process: number; readonly permit: number }
  | { readonly _tag: "Judged"; readonly process: number; readonly permit: number; readonly verdict: Verdict }
  | { readonly _tag: "Sent"; readonly call: number; readonly request: number; readonly method: Method }
  | { readonly _tag: "Received"; readonly call: number; readonly request: number; readonly received: Received }
  | { readonly _tag: "Committed"; readonly call: number; readonly request: number; readonly id: string }
  | { readonly _tag: "Limited"; readonly call: number; readonly request: number }
  | { readonly _tag: "Crashed"; readonly call: number }
  | { readonly _tag: "ClockSet"; readonly by: number }
  | { readonly _tag: "Ended"; readonly call: number; readonly exit: Exit.Exit<AccountCreated, AccountsError> }
)

export type Details<E = Event> = E extends Event ? Omit<E, "at"> : never

/** One create of a run. */
export interface Call {
  readonly index: number
  readonly process: number
  readonly account: NewAccount
  readonly options: CreateOptions
  readonly startsAt: number
  /** When its caller goes away, if it does: so many milliseconds or steps of fibers after the start. */
  readonly crash: { readonly millis: number } | { readonly steps: number } | undefined
}

/** An account in the server's store. */
export interface Stored {
  readonly account: NewAccount
  readonly call: number
  readonly request: number
  readonly visibleAt: number
}

const answer = (received: Received): string => {
  if (received._tag === "Abandoned") return "nothing: it gave up"
  if (received._tag === "Fault") return received.code
  const after = received.retryAfter === undefined ? "" : ` retry-after ${received.retryAfter} ms`
  const exhausted = received.exhaustedFor === undefined ? "" : ` ratelimit-remaining 0 for ${received.exhaustedFor} ms`
  return `${received.status}${after}${exhausted} ${JSON.stringify(received.body)}`
}

/** How a create ended, as it is told. */
export const outcome = (exit: Exit.Exit<AccountCreated, AccountsError>): string => {
  if (exit._tag === "Success") return exit.value.existed ? "existed" : exit.value.reconciled ? "reconciled" : "created"
  const [reason] = exit.cause.reasons
  if (reason?._tag === "Interrupt") return "interrupted"
  if (reason?._tag !== "Fail") return `died: ${String(reason?.defect)}`
  return `${reason.error.outcome}: ${reason.error.reason._tag}`
}

const describe = (event: Event): string => {
  switch (event._tag) {
    case "Called":
      return `call ${event.call} starts`
    case "Left":
      return `process ${event.process} lets request ${event.permit} leave`
    case "Judged":
      return `process ${event.process} counts request ${event.permit} as ${event.verdict._tag}`
    case "Sent":
      return `call ${event.call} sends ${event.method} #${event.request}`
    case "Received":
      return `call ${event.call} gets for #${event.request}: ${answer(event.received)}`
    case "Committed":
      return `the server stores ${JSON.stringify(event.id)} for call ${event.call} #${event.request}`
    case "Limited":
      return `the server is over its limit with call ${event.call} #${event.request}`
    case "Crashed":
      return `the caller of ${event.call} goes away`
    case "ClockSet":
      return `the wall clock is set by ${event.by} ms`
    case "Ended":
      return `call ${event.call} ends: ${outcome(event.exit)}`
  }
}

/** The history as lines of text. */
export const format = (events: ReadonlyArray<Event>): ReadonlyArray<string> =>
  events.map((event) => `${event.at.toFixed(1).padStart(10)}  ${describe(event)}`)
