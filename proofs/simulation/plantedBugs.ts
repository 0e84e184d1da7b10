/**
 * Clients with a bug in them, each of a kind that is easy to write: the checks must find every one.
 */
import type { AccountPart } from "@effect-aptrinsic/core/Account"
import type { AccountUpdated } from "@effect-aptrinsic/core/Accounts"
import { AccountsError, BadRequest, PossibleDuplicate, type UpdateReason } from "@effect-aptrinsic/core/AccountsError"
import type * as Parts from "@effect-aptrinsic/core/test/parts"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Latch from "effect/Latch"
import type { Sent } from "./ModelServer.ts"
import type { Variant } from "./simulate.ts"

/** The library's own retry below ours: it sends a POST again when its answer was lost, before anything is settled. */
const resendsBeforeSettling: Variant = { client: HttpClient.retryTransient({ times: 1 }) }

const transportError = (request: HttpClientRequest.HttpClientRequest, code: string) => {
  const cause = Object.assign(new Error(code), { code })
  return new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
}

/** Takes a dropped connection for one that was never made. */
const takesLostForUnsent: Variant = {
  client: HttpClient.transform((response, request) =>
    Effect.mapError(response, () => transportError(request, "ECONNREFUSED")),
  ),
}

/** Gives a server that failed no more time than a connection that broke. */
const takesFailuresForResets: Variant = {
  client: HttpClient.transform((response, request) =>
    Effect.filterOrFail(
      response,
      ({ status }) => request.method !== "POST" || status < 500,
      () => transportError(request, "ECONNRESET"),
    ),
  ),
}

const withHeaders = (change: (reply: HttpClientResponse, now: number) => Headers.Input): Variant => ({
  client: HttpClient.transform((response) =>
    Effect.flatMap(response, (reply) =>
      Effect.map(Clock.currentTimeMillis, (now) =>
        Object.create(reply, { headers: { value: Headers.fromInput(change(reply, now)) } }),
      ),
    ),
  ),
})

/** Does not hear a server that failed ask for time. */
const ignoresAskedWaits = withHeaders(({ headers, status }) =>
  status >= 500 ? Headers.remove(headers, "retry-after") : headers,
)

/** Compares the date of an account with our own clock. */
const comparesWithOurClock = withHeaders(({ headers }, now) =>
  headers["date"] === undefined ? headers : { ...headers, date: new Date(now).toUTCString() },
)

/** Takes whatever is kept otherwise for somebody else's. */
const deniesNormalised: Variant = {
  createAccount: (create) => (input, options) =>
    Effect.filterOrFail(
      create(input, options),
      ({ differences, reconciled }) => !reconciled || differences.length === 0,
      ({ attempts, differences, elapsed }) =>
        new AccountsError({
          operation: "create",
          outcome: "not created",
          attempts,
          elapsed,
          history: [],
          reason: new PossibleDuplicate({ existing: "different", differences, detail: "" }),
        }),
    ),
}

/** Takes a refusal that contradicts an earlier POST for the last word. */
const believesRefusals: Variant = {
  createAccount: (create) => (input, options) =>
    Effect.mapError(create(input, options), (error) =>
      error.reason._tag === "OutcomeUnknown" && error.reason.detail !== undefined
        ? new AccountsError({
            ...error,
            outcome: "not created",
            reason: new BadRequest({ detail: error.reason.detail, issues: [] }),
          })
        : error,
    ),
}

const mapUpdateError = (change: (error: AccountsError<UpdateReason>) => AccountsError<UpdateReason>): Variant => ({
  updateAccount: (update) => (id, changes, options) => Effect.mapError(update(id, changes, options), change),
})

/** Takes an update whose answer was lost, and that no lookup showed, for one that never was. */
const deniesUpdates = mapUpdateError((error) =>
  error.outcome === "unknown" ? new AccountsError({ ...error, outcome: "not updated" }) : error,
)

const believed = (id: string, changes: object, attempts: number, elapsed: Duration.Duration): AccountUpdated => ({
  id,
  changes: changes as AccountPart,
  reconciled: true,
  evidence: "equality",
  differences: [],
  attempts,
  elapsed,
  waited: Duration.zero,
})

/** Takes an update whose answer was lost for done, whatever lookups show. */
const believesInUpdates: Variant = {
  updateAccount: (update) => (id, changes, options) =>
    Effect.catchIf(
      update(id, changes, options),
      ({ reason }) => reason._tag === "OutcomeUnknown",
      ({ attempts, elapsed }) => Effect.succeed(believed(id, changes, attempts, elapsed)),
    ),
}

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): Sent | undefined =>
  body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(body.body)) : undefined

/** Takes an update for done when a lookup shows its plan, as another program may have set it. */
const believesInHalf: Variant = {
  client: (client) => {
    const sent = new Map<string, Sent>()
    return HttpClient.transform(client, (response, request) => {
      const body = bodyOf(request)
      if (body !== undefined) sent.set(encodeURIComponent(body.id), body)
      const mine = sent.get(request.url.slice(request.url.lastIndexOf("/") + 1))
      if (request.method !== "GET" || mine === undefined) return response
      const half = `"plan":${JSON.stringify(mine.plan)}`
      const cover = (found: string) =>
        found.includes(half) ? JSON.stringify({ ...JSON.parse(found), ...mine }) : found
      return Effect.map(response, (reply) => Object.create(reply, { text: { value: Effect.map(reply.text, cover) } }))
    })
  },
}

/** Sends with an update all that it has seen of the account, and so undoes what another program changed since. */
const sendsWholeAccounts: Variant = {
  client: (client) => {
    const seen = new Map<string, object>()
    return HttpClient.mapRequest(client, (request) => {
      const body = bodyOf(request)
      if (body === undefined) return request
      const whole = { ...seen.get(body.id), ...body }
      seen.set(body.id, whole)
      return request.method === "PUT" ? HttpClientRequest.bodyJsonUnsafe(request, whole) : request
    })
  },
}

/** Lets an upsert take the account of another program for one that it created. */
const claimsWhatIsThere: Variant = {
  createAccount: (create) => (input, options) =>
    create(input, options?.ifExists === "fail" ? { ...options, ifExists: "accept-same" } : options),
}

/** Takes any success for the one that PX has for updates. */
const takesAnySuccess: Variant = {
  client: HttpClient.transform((response, request) =>
    Effect.map(response, (reply) =>
      request.method === "PUT" && reply.status < 300 ? Object.create(reply, { status: { value: 204 } }) : reply,
    ),
  ),
}

/** Takes no notice of what tells that the server has moved on: an answer that was lost, and how many accounts there are. */
const forgetsLostPages: Variant = {
  ask: (ask) => (query) =>
    Effect.map(ask(query), ({ value }) => ({ value: { ...value, totalHits: undefined }, wasLost: false })),
}

/** Asks its caller once, when the call begins. */
const asksOnce: Variant = {
  createAccount: (create) => (input, options) => {
    const mayLeave = options?.mayLeave
    if (mayLeave === undefined) return create(input, options)
    return Effect.flatMap(mayLeave, (may) => create(input, { ...options, mayLeave: Effect.succeed(may) }))
  },
}

/** Leaves out what came before the last request. */
const forgetsItsHistory: Variant = {
  createAccount: (create) => (input, options) =>
    Effect.mapError(create(input, options), (error) =>
      error.history.length > 1 ? new AccountsError({ ...error, history: error.history.slice(-1) }) : error,
    ),
}

/** After a pause every grant lets a second request go along. */
const grantsTwiceAfterPause: Variant = {
  gate: (gate) => {
    let companion: Latch.Latch | undefined
    let paused = false
    return {
      ...gate,
      admit: (request) =>
        Effect.suspend(() => {
          const regular = gate.admit({
            ...request,
            send: Effect.suspend(() => {
              companion?.openUnsafe()
              companion = undefined
              return request.send
            }),
            verdict: (exit) => {
              const verdict = request.verdict(exit)
              if (verdict._tag === "Throttled") paused = true
              return verdict
            },
          })
          if (!paused || companion !== undefined) return regular
          const latch = Latch.makeUnsafe(false)
          companion = latch
          return Effect.timeoutOption(latch.await, 3000).pipe(
            Effect.flatMap((granted) =>
              granted._tag === "None"
                ? regular
                : Effect.onExit(request.send, (exit) => Effect.sync(() => void request.verdict(exit))),
            ),
          )
        }),
    }
  },
}

/** A caller that goes away while its request is under way takes the permit along. */
const leaksPermits: Variant = {
  gate: (gate) => {
    const lost: Parts.Admit<void, never, never> = {
      lane: "retry",
      patience: Number.POSITIVE_INFINITY,
      send: Effect.never,
      verdict: () => ({ _tag: "Unsent" }),
    }
    return {
      ...gate,
      admit: (request) =>
        gate.admit({
          ...request,
          send: Effect.onInterrupt(request.send, () => Effect.forkDetach(Effect.ignore(gate.admit(lost)))),
        }),
    }
  },
}

/** Does not hear the server ask for a pause. */
const ignoresRejections: Variant = {
  gate: (gate) => ({
    ...gate,
    admit: (request) =>
      gate.admit({
        ...request,
        verdict: (exit) => {
          const verdict = request.verdict(exit)
          return verdict._tag === "Throttled" ? { _tag: "Answered" } : verdict
        },
      }),
  }),
}

/** Paces every request by a gate of its own. */
const exceedsTheRate: Variant = {
  gate: (gate) => ({
    ...gate,
    admit: (request) => Effect.onExit(request.send, (exit) => Effect.sync(() => void request.verdict(exit))),
  }),
}

const resend = "no POST leaves while the outcome of an earlier one is unknown"
const untrue = "the reported outcome is the server's"

export interface PlantedBug {
  readonly name: string
  readonly variant: Variant
  /** The promise that it breaks. */
  readonly invariant: string
  /** How the violation is told, where others of the same promise say less. */
  readonly what?: RegExp
}

export const plantedBugs: ReadonlyArray<PlantedBug> = [
  { name: "a resend before settling", variant: resendsBeforeSettling, invariant: resend },
  { name: "a lost answer taken for an unsent request", variant: takesLostForUnsent, invariant: resend },
  { name: "a resend after a 504 as soon as after a reset", variant: takesFailuresForResets, invariant: resend },
  {
    name: "a 503 whose `Retry-After` is not kept",
    variant: ignoresAskedWaits,
    invariant: "no POST leaves before the server allows it",
  },
  {
    name: "a date that is compared with our own clock",
    variant: comparesWithOurClock,
    invariant: untrue,
    what: /not created .* the call created it/,
  },
  {
    name: "an account in another form that is said to be somebody else's",
    variant: deniesNormalised,
    invariant: untrue,
    what: /not created .* the call created it/,
  },
  {
    name: "a refusal that is believed in doubt",
    variant: believesRefusals,
    invariant: untrue,
    what: /BadRequest.* an earlier POST is in doubt/,
  },
  {
    name: "an update in doubt that is said not to have been",
    variant: deniesUpdates,
    invariant: untrue,
    what: /not updated .* the server stored it/,
  },
  {
    name: "an update in doubt that is said to be done",
    variant: believesInUpdates,
    invariant: untrue,
    what: /updated: (it holds other data|nothing showed it)/,
  },
  {
    name: "an update that is said to be done when half of it shows",
    variant: believesInHalf,
    invariant: untrue,
    what: /updated: it holds other data/,
  },
  {
    name: "an update that sends more than its changes",
    variant: sendsWholeAccounts,
    invariant: "an update changes what it names",
  },
  {
    name: "an upsert that calls its own what another program created",
    variant: claimsWhatIsThere,
    invariant: untrue,
    what: /\((presence|refusal)\): somebody else created it/,
  },
  {
    name: "any success taken for that of an update",
    variant: takesAnySuccess,
    invariant: untrue,
    what: /updated: the server stored nothing of it/,
  },
  { name: "a page that was lost and is forgotten", variant: forgetsLostPages, invariant: "a list is whole" },
  { name: "a caller that is asked once", variant: asksOnce, invariant: "nothing leaves that was taken back" },
  { name: "a history that is cut", variant: forgetsItsHistory, invariant: untrue, what: /its history is/ },
  {
    name: "a double grant after a pause",
    variant: grantsTwiceAfterPause,
    invariant: "a pause ends with a single probe",
  },
  { name: "a leaked permit", variant: leaksPermits, invariant: "no permit is lost" },
  { name: "a pause that is not kept", variant: ignoresRejections, invariant: "nobody leaves during a pause" },
  { name: "requests that no gate paces", variant: exceedsTheRate, invariant: "never above the rate" },
]
