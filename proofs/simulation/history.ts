/**
 * What happened in a simulated run, in order: what the clients did, what the server did, and what the callers were told.
 */
import type { AccountCreated, AccountUpdated } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { AccountUpserted } from "@effect-aptrinsic/core/AccountsUpsert"
import type { Verdict } from "@effect-aptrinsic/core/test/parts"
import type * as Exit from "effect/Exit"
import type { Shown } from "./normalForms.ts"
import type { Call } from "./Plan.ts"

export type Method = "POST" | "PUT" | "GET"

/** The ids of a list, in its order. */
export interface Listing {
  readonly ids: ReadonlyArray<string>
}

export type Said = AccountCreated | AccountUpdated | AccountUpserted | Listing

/** How a call ended. */
export type CallExit = Exit.Exit<Said, AccountsError>

/** An account in the server's store as it was made, or as an update left it. Times are those of the run. */
export interface Stored {
  readonly shown: Shown
  /** Who made it; -1 for somebody before the run. */
  readonly maker: number
  readonly madeAt: number
  /** Who stored it so, and by what. */
  readonly call: number
  readonly method: Exclude<Method, "GET">
  readonly visibleAt: number
}

/** What a client got for a request: a status, the code of a transport fault, or nothing because it gave up waiting. */
export type Received =
  | {
      readonly _tag: "Status"
      readonly status: number
      readonly retryAfter: number | undefined
      /** Milliseconds for which the headers say that the rate is used up. */
      readonly exhaustedFor?: number
      /** The server's clock, in epoch milliseconds, when the answer has a `Date`. */
      readonly date?: number
      readonly body: string
      /** What the body shows, when it is the account that was asked for and arrives whole. */
      readonly stored?: Stored | undefined
    }
  | { readonly _tag: "Fault"; readonly code: string }
  | { readonly _tag: "Abandoned" }

export type Event = { readonly at: number } &
  /** `since` is when the POST left that the call is told may have arrived. */
  (
    | { readonly _tag: "Called"; readonly call: number; readonly since: number | undefined }
    | { readonly _tag: "Asked"; readonly call: number; readonly may: boolean }
    | { readonly _tag: "Left"; readonly process: number; readonly permit: number }
    | { readonly _tag: "Judged"; readonly process: number; readonly permit: number; readonly verdict: Verdict }
    | {
        readonly _tag: "Sent"
        readonly call: number
        readonly request: number
        readonly method: Method
        /** From the body of a write. */
        readonly account: Call["account"] | undefined
      }
    | { readonly _tag: "Received"; readonly call: number; readonly request: number; readonly received: Received }
    | { readonly _tag: "Committed"; readonly call: number; readonly request: number; readonly id: string }
    | { readonly _tag: "Limited"; readonly call: number; readonly request: number }
    | { readonly _tag: "Crashed"; readonly call: number }
    | { readonly _tag: "ClockSet"; readonly by: number }
    | { readonly _tag: "Ended"; readonly call: number; readonly exit: CallExit }
  )

export type Details<E = Event> = E extends Event ? Omit<E, "at"> : never

const answer = (received: Received): string => {
  if (received._tag === "Abandoned") return "nothing: it gave up"
  if (received._tag === "Fault") return received.code
  const after = received.retryAfter === undefined ? "" : ` retry-after ${received.retryAfter} ms`
  const exhausted = received.exhaustedFor === undefined ? "" : ` ratelimit-remaining 0 for ${received.exhaustedFor} ms`
  const date = received.date === undefined ? "" : ` date ${new Date(received.date).toUTCString()}`
  return `${received.status}${after}${exhausted}${date} ${JSON.stringify(received.body)}`
}

const ended = (value: AccountCreated | AccountUpdated | AccountUpserted): string => {
  if ("outcome" in value) return `upsert ${value.outcome}`
  if ("changes" in value) return "updated"
  return value.existed ? "existed" : value.reconciled ? "reconciled" : "created"
}

/** How a call ended, as it is told. */
export const outcome = (exit: CallExit): string => {
  if (exit._tag === "Success") {
    return "ids" in exit.value ? "listed" : `${ended(exit.value)} by ${exit.value.evidence}`
  }
  const [reason] = exit.cause.reasons
  if (reason?._tag === "Interrupt") return "interrupted"
  if (reason?._tag !== "Fail") return `died: ${String(reason?.defect)}`
  const { operation, outcome: told, reason: why } = reason.error
  if (operation === "list") return `not listed: ${why._tag}`
  return `${told}${operation === "update" && told === "unknown" ? " update" : ""}: ${why._tag}`
}

const describe = (event: Event): string => {
  switch (event._tag) {
    case "Called":
      return `call ${event.call} starts${event.since === undefined ? "" : `, in doubt since ${event.since.toFixed(1)}`}`
    case "Asked":
      return `the caller of ${event.call} ${event.may ? "lets the request leave" : "takes the request back"}`
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
