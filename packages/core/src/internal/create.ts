/**
 * The life of one create: POST, then whatever the table of writes asks for, until it is known whether the account exists.
 *
 * Invariant: no second POST leaves while the outcome of an earlier one is unknown. It is settled by GET first; only an account that two
 * spaced GETs did not find is sent again.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as E from "../AccountsError.ts"
import * as Outcome from "../Outcome.ts"
import { type Answer, askedWait, explain, isAttempt, isReply, kindOf, type Reply } from "./answer.ts"
import { backoff } from "./backoff.ts"
import { type Call, makeCall } from "./call.ts"
import { type Created, type Doubt, type Endings, makeEndings } from "./endings.ts"
import type { Exchange } from "./exchange.ts"
import { lookup } from "./lookup.ts"
import { readOption } from "./read.ts"
import { reasonOf, resumeAtOf } from "./reason.ts"
import type { Resource } from "./request.ts"
import type { ServerClock } from "./serverClock.ts"
import { settle, type Settled } from "./settle.ts"
import type { CreateSettings } from "./shared/settings.ts"

/** Milliseconds after which no server is still at work on a request: then two lookups tell for good that it created nothing. */
const longestWork = 3_600_000

/** Milliseconds, ten years: nobody asks about a request that is older. */
const longestMemory = 315_576_000_000

/** What a create works with. */
interface Context<In> {
  readonly call: Call
  readonly exchange: Exchange
  readonly resource: Resource<In>
  readonly endings: Endings<In>
}

type Step<In> = Effect.Effect<Created<In> | undefined, E.AccountsError<E.CreateReason>>

const spacingOf = ({ settings: { settleDelay } }: Call, row: Outcome.WriteRow) => settleDelay * (row.spacing ?? 1)

/**
 * A POST of another process may be at work for as long as after a time-out, also when its process went away; unless it is known to be older
 * than that. The call that sent it may have sent it again, until its time was over.
 */
const spacingOfDoubt = (call: Call, { since }: Doubt) => {
  const { attemptTimeout, settleDelay, totalTimeout } = call.settings
  const longest = spacingOf(call, Outcome.classify("timeout"))
  const isOver = since !== undefined && call.now() - since > totalTimeout + attemptTimeout + longest
  return isOver ? settleDelay : longest
}

/** Why a lookup was not made, where that says more than that the outcome is unknown: the caller, the rate or the quota kept it back. */
const keeps: ReadonlySet<E.CreateReason["_tag"]> = new Set(["Withdrawn", "RateLimited", "DailyQuotaExhausted"])

const unsettled = <In>(
  { endings }: Context<In>,
  { refusal }: Extract<Settled, { _tag: "Unsettled" }>,
  facts: Parameters<Endings<In>["unknown"]>[0] = {},
) => (refusal !== undefined && keeps.has(refusal._tag) ? endings.fail(refusal, "unknown") : endings.unknown(facts))

/** A 400: the account exists, or something else is wrong with it. */
const examine = Effect.fnUntraced(function* <In>({ call, endings, exchange, resource }: Context<In>, reply: Reply) {
  const { detail, issues } = explain(reply, Redacted.value(call.settings.apiKey))
  const seen = yield* Effect.result(readOption(exchange, call, resource))
  if (Result.isFailure(seen)) {
    // The refusal stands; the caller has to know why nobody looked whose account it is.
    if (keeps.has(seen.failure._tag)) return yield* endings.fail(seen.failure)
    return yield* endings.fail(new E.PossibleDuplicate({ existing: "unknown", differences: [], detail }))
  }
  if (Option.isNone(seen.success)) return yield* endings.fail(new E.BadRequest({ detail, issues }))
  return yield* endings.exists(seen.success.value, detail, "refusal")
})

/**
 * A 400 while an earlier request may have created the account: that PX refuses it and does not show it contradicts itself, so that only
 * finding it settles anything.
 */
const examineInDoubt = Effect.fnUntraced(function* <In>(context: Context<In>, reply: Reply, doubt: Doubt) {
  const { call, endings, exchange, resource } = context
  const { detail } = explain(reply, Redacted.value(call.settings.apiKey))
  const patience = { spacing: call.settings.settleDelay, retryAfter: 0, believesAbsence: false }
  const settled = yield* settle(exchange, call, resource, patience)
  if (settled._tag === "Found") return yield* endings.found(settled.found, doubt, detail)
  return yield* unsettled(context, settled as Extract<Settled, { _tag: "Unsettled" }>, { detail })
})

/** What has to be known before anything is sent. */
const begin = <In>(context: Context<In>, doubt: Doubt | undefined, preflight: boolean): Step<In> =>
  Effect.gen(function* () {
    const { call, endings, exchange, resource } = context
    if (doubt !== undefined) {
      const patience = { spacing: spacingOfDoubt(call, doubt), retryAfter: 0, believesAbsence: true }
      const settled = yield* settle(exchange, call, resource, patience)
      if (settled._tag === "Found") return yield* endings.found(settled.found, doubt)
      if (settled._tag === "Absent") return undefined
      const { refusal } = settled
      // A refused lookup concerns the key, the address or the quota, and the caller has to know which; an id that no path can carry concerns
      // this account alone.
      return yield* refusal === undefined || refusal._tag === "InvalidAccount"
        ? endings.unknown()
        : endings.fail(refusal, "unknown")
    }
    if (!preflight) return undefined
    const seen = yield* Effect.mapError(readOption(exchange, call, resource), (reason) => endings.fail(reason))
    return Option.isSome(seen) ? yield* endings.exists(seen.value, "", "presence") : undefined
  })

/** The status alone says created; an answer that broke off is worth one look, which cannot take that back. */
const confirm = Effect.fnUntraced(function* <In>(context: Context<In>, answer: Answer) {
  const { call, endings, exchange, resource } = context
  if (isReply(answer) && answer.complete) return endings.succeed("answer")
  const seen = yield* Effect.result(lookup(exchange, call, resource))
  return endings.succeed("answer", { reconciled: Result.isSuccess(seen) && seen.success._tag === "Found" })
})

const write = { kind: "write", method: "POST" } as const

/** Waits before the next POST; fails when there are no attempts or no time left. */
const beforeNext = Effect.fnUntraced(function* <In>(
  { call, endings }: Context<In>,
  answer: Answer,
  row: Outcome.WriteRow,
  attempts: number,
) {
  const { maxAttempts, retryDelay } = call.settings
  const delay = row.next === "retry" ? yield* backoff(retryDelay, attempts - 1) : 0
  const mayRetry =
    attempts < maxAttempts && call.timeFor("write") > 0 && (delay === 0 || (yield* call.wait("Retrying", write, delay)))
  if (!mayRetry) return yield* endings.fail(reasonOf(row.reason ?? "Unavailable", answer, call))
})

/** A wait that a failing server asked for binds every POST, however early the lookups were. */
const keepAskedWait = Effect.fnUntraced(function* <In>({ call, endings }: Context<In>) {
  const { asked } = call
  if (asked === undefined || asked.until <= call.now()) return
  if (yield* call.wait("Retrying", write, asked.until - call.now())) return
  return yield* endings.fail(reasonOf("Unavailable", asked.answer, call))
})

const send = Effect.fnUntraced(function* <In>(context: Context<In>, input: In, doubtBefore: Doubt | undefined) {
  const { call, endings, exchange, resource } = context
  const request = resource.create(input)
  let doubt = doubtBefore
  let attempts = 0
  while (true) {
    // Whatever came before is settled.
    yield* keepAskedWait(context)
    const answer = yield* Effect.mapError(exchange(call, request), (reason) => endings.fail(reason))
    const row = Outcome.classify(kindOf(answer))
    if (isAttempt(answer)) attempts++
    if (row.next === "succeed") return yield* confirm(context, answer)
    if (row.next === "examine" && isReply(answer)) {
      return yield* doubt === undefined ? examine(context, answer) : examineInDoubt(context, answer, doubt)
    }
    if (row.next === "fail" || row.next === "halt") {
      return yield* endings.fail(reasonOf(row.reason ?? "Unavailable", answer, call), row.outcome)
    }
    if (row.next === "settle") {
      doubt ??= { since: call.sentAt }
      const patience = { spacing: spacingOf(call, row), retryAfter: askedWait(answer), believesAbsence: true }
      const settled = yield* settle(exchange, call, resource, patience)
      if (settled._tag === "Found") return yield* endings.found(settled.found, doubt)
      const resumeAt = resumeAtOf(answer)
      if (settled._tag === "Unsettled") return yield* unsettled(context, settled, resumeAt && { resumeAt })
    }
    yield* beforeNext(context, answer, row, attempts)
  }
})

export const makeCreate = <In>(exchange: Exchange, resource: Resource<In>, clock: ServerClock) =>
  Effect.fnUntraced(function* (
    input: In,
    { ifExists, inDoubt, mayLeave, preflight, settings }: CreateSettings,
  ): Effect.fn.Return<Created<In>, E.AccountsError<E.CreateReason>> {
    const call = yield* makeCall(resource.idOf(input), settings, mayLeave)
    const endings = makeEndings(call, input, resource, clock, ifExists)
    const context = { call, exchange, resource, endings }
    const told = typeof inDoubt === "object" ? call.date() - inDoubt.since : undefined
    // A POST that left in the future, or in another decade: somebody set the clock or gave seconds, so that nobody knows when it left.
    const age = told === undefined || told < 0 || told > longestMemory ? undefined : told
    const since = age === undefined ? undefined : call.now() - age
    const doubt = inDoubt === false ? undefined : { since }
    const ended = yield* begin(context, doubt, preflight)
    if (ended !== undefined) return ended
    const isOver = age !== undefined && age > longestWork + settings.totalTimeout
    return yield* send(context, input, isOver ? undefined : doubt)
  })
