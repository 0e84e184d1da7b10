/**
 * A create: what is known before its POST, what settles a lost answer, whose account it is.
 *
 * Invariant: no second POST leaves while the outcome of an earlier one is unknown. It is settled by GET first; only an account that two
 * spaced GETs did not find is sent again.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { NewAccount, NewAccountInput } from "../Account.ts"
import * as E from "../AccountsError.ts"
import * as AccountValidation from "../AccountValidation.ts"
import type { CreateOptions } from "../Options.ts"
import { classify, operations } from "../Outcome.ts"
import { accounts } from "./accounts.ts"
import { type Answer, explain, isReply, type Reply } from "./answer.ts"
import { type Call, makeCall } from "./call.ts"
import { type Created, type Doubt, type Endings, makeEndings, type Uncertain, unknownOf } from "./endings.ts"
import type { Exchange } from "./exchange.ts"
import { type Line, reporting } from "./line.ts"
import { lookup } from "./lookup.ts"
import { readOption } from "./read.ts"
import { resumeAtOf } from "./reason.ts"
import type { Resource } from "./request.ts"
import type { ServerClock } from "./serverClock.ts"
import { settle, settleAfter, type Settled, spacingOf } from "./settle.ts"
import { type CreateSettings, forCreate } from "./shared/settings.ts"
import { write } from "./write.ts"

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

type Step<In> = Effect.fn.Return<Created<In> | undefined, E.AccountsError<E.CreateReason>>

/**
 * A POST of another process may be at work for as long as after a time-out, also when its process went away; unless it is known to be older
 * than that. The call that sent it may have sent it again, until its time was over.
 */
const spacingOfDoubt = (call: Call, { since }: Doubt) => {
  const { attemptTimeout, settleDelay, totalTimeout } = call.settings
  const longest = spacingOf(call, classify("timeout"))
  const isOver = since !== undefined && call.now() - since > totalTimeout + attemptTimeout + longest
  return isOver ? settleDelay : longest
}

/** Why a lookup was not made, where that says more than that the outcome is unknown: the caller, the rate or the quota kept it back. */
const keeps: ReadonlySet<E.CreateReason["_tag"]> = new Set(["Withdrawn", "RateLimited", "DailyQuotaExhausted"])

const unsettled = <In>({ call }: Context<In>, { refusal }: Extract<Settled, { _tag: "Unsettled" }>, facts: Uncertain) =>
  refusal !== undefined && keeps.has(refusal._tag) ? call.fail(refusal, "unknown") : unknownOf(call, facts)

/** A 400: the account exists, or something else is wrong with it. */
const examine = Effect.fnUntraced(function* <In>({ call, endings, exchange, resource }: Context<In>, reply: Reply) {
  const { detail, issues } = explain(reply, Redacted.value(call.settings.apiKey))
  const seen = yield* Effect.result(readOption(exchange, call, resource))
  if (Result.isFailure(seen)) {
    // The refusal stands; the caller has to know why nobody looked whose account it is.
    if (keeps.has(seen.failure._tag)) return yield* call.fail(seen.failure)
    return yield* call.fail(new E.PossibleDuplicate({ existing: "unknown", differences: [], detail }))
  }
  if (Option.isNone(seen.success)) return yield* call.fail(new E.BadRequest({ detail, issues }))
  return yield* endings.exists(seen.success.value, detail, "refusal")
})

/**
 * A 400 while an earlier request may have created the account: that PX refuses it and does not show it contradicts itself, so that only
 * finding it settles anything.
 */
const examineInDoubt = Effect.fnUntraced(function* <In>(context: Context<In>, reply: Reply, doubt: Doubt) {
  const { call, endings, exchange, resource } = context
  const { detail } = explain(reply, Redacted.value(call.settings.apiKey))
  const patience = { spacing: call.settings.settleDelay, believesAbsence: false }
  const settled = yield* settle(exchange, call, resource, patience)
  if (settled._tag === "Found") return yield* endings.found(settled.found, doubt, detail)
  return yield* unsettled(context, settled as Extract<Settled, { _tag: "Unsettled" }>, { detail })
})

/** What has to be known before anything is sent. */
const begin = Effect.fnUntraced(function* <In>(
  context: Context<In>,
  doubt: Doubt | undefined,
  preflight: boolean,
): Step<In> {
  const { call, endings, exchange, resource } = context
  if (doubt !== undefined) {
    const settled = yield* settle(exchange, call, resource, { spacing: spacingOfDoubt(call, doubt) })
    if (settled._tag === "Found") return yield* endings.found(settled.found, doubt)
    if (settled._tag === "Absent") return undefined
    const { refusal } = settled
    // A refused lookup concerns the key, the address or the quota, and the caller has to know which; an id that no path can carry concerns
    // this account alone.
    return yield* refusal === undefined || refusal._tag === "InvalidAccount"
      ? unknownOf(call)
      : call.fail(refusal, "unknown")
  }
  if (!preflight) return undefined
  const seen = yield* Effect.mapError(readOption(exchange, call, resource), (reason) => call.fail(reason))
  return Option.isSome(seen) ? yield* endings.exists(seen.value, "", "presence") : undefined
})

/** The status alone says created; an answer that broke off is worth one look, which cannot take that back. */
const confirm = Effect.fnUntraced(function* <In>(context: Context<In>, answer: Answer) {
  const { call, endings, exchange, resource } = context
  if (isReply(answer) && answer.complete) return endings.succeed("answer")
  const seen = yield* Effect.result(lookup(exchange, call, resource))
  return endings.succeed("answer", { reconciled: Result.isSuccess(seen) && seen.success._tag === "Found" })
})

/** The life of its POST. */
const send = <In>(context: Context<In>, input: In, doubtBefore: Doubt | undefined) => {
  const { call, endings, exchange, resource } = context
  let doubt = doubtBefore
  return write(
    call,
    exchange,
    operations.create,
    { path: resource.path, body: input },
    {
      fail: (reason, outcome): E.AccountsError<E.CreateReason> => call.fail(reason, outcome),
      succeed: (answer) => confirm(context, answer),
      examine: (reply) => (doubt === undefined ? examine(context, reply) : examineInDoubt(context, reply, doubt)),
      settle: Effect.fnUntraced(function* (answer, row) {
        doubt ??= { since: call.sentAt }
        const settled = yield* settleAfter(exchange, call, resource, answer, row)
        if (settled._tag === "Found") return yield* endings.found(settled.found, doubt)
        return settled._tag === "Absent"
          ? undefined
          : yield* unsettled(context, settled, { resumeAt: resumeAtOf(answer) })
      }),
    },
  )
}

export const makeCreate = <In>(exchange: Exchange, resource: Resource<In>, clock: ServerClock) =>
  Effect.fnUntraced(function* (
    input: In,
    { ifExists, inDoubt, mayLeave, preflight, settings }: CreateSettings,
  ): Effect.fn.Return<Created<In>, E.AccountsError<E.CreateReason>> {
    const call = yield* makeCall(operations.create, resource.idOf(input), settings, mayLeave)
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

export const makeCreateAccount = ({ clock, exchange, settings }: Line) => {
  const create = makeCreate<NewAccount>(exchange, accounts, clock)
  const tell = reporting(operations.create)
  const run = Effect.fnUntraced(function* (
    account: Result.Result<NewAccount, E.AccountsError<E.InvalidAccount>>,
    options: CreateOptions,
  ) {
    const createSettings = yield* Effect.fromResult(forCreate(settings, options))
    return yield* create(yield* Effect.fromResult(account), createSettings)
  })
  return (input: NewAccountInput, options: CreateOptions = {}) =>
    Effect.suspend(() => {
      // The input is read here and nowhere else: a property may throw, or be another one the next time.
      const account = AccountValidation.validateResult(input)
      const id = Result.isSuccess(account) ? account.success.id : account.failure.accountId
      return tell(id, run(account, options))
    })
}
