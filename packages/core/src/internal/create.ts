/**
 * The life of one create: POST, then whatever the truth table asks for, until it is known whether the account exists.
 *
 * Invariant: no second POST leaves while the outcome of an earlier one is unknown. It is settled by GET first; only an
 * account that two spaced GETs did not find is sent again.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Account, NewAccount } from "../Account.ts"
import type { AccountCreated } from "../Accounts.ts"
import * as E from "../AccountsError.ts"
import type { Settings } from "../Options.ts"
import * as Outcome from "../Outcome.ts"
import { explain, isReply, type Reply } from "./answer.ts"
import { backoff } from "./backoff.ts"
import { differences } from "./difference.ts"
import { Call, type Exchange } from "./exchange.ts"
import { lookup } from "./lookup.ts"
import { reasonOf } from "./reason.ts"

/** Found, certainly absent, or impossible to say. */
type Settled =
  | { readonly _tag: "Found"; readonly account: Account }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Unsettled" }

/** A write may become visible only after its answer would have been due, so absence has to be seen twice, this many delays apart. */
const absenceSpacing = 4

export const makeCreate = (exchange: Exchange, settings: Settings) => {
  const wait = (call: Call, n: number, least = 0) =>
    Effect.flatMap(backoff(settings.retryDelay, n, least), (duration) => call.pause(duration))

  const settle = Effect.fnUntraced(function* (call: Call, id: string, retryAfter: number): Effect.fn.Return<Settled> {
    const spacing = settings.retryDelay * absenceSpacing
    let least = Math.max(retryAfter, settings.retryDelay)
    let absences = 0
    for (let n = 0; n < settings.maxAttempts * 2; n++) {
      if (!(yield* wait(call, n, least))) break
      const found = yield* lookup(exchange, call, id, "retry").pipe(Effect.orElseSucceed(() => undefined))
      if (found === undefined || found._tag === "Refused") break
      if (found._tag === "Found") return found
      if (found._tag === "Absent" && ++absences === 2) return found
      const asked = found._tag === "Unanswered" && isReply(found.answer) ? (found.answer.retryAfter ?? 0) : 0
      least = Math.max(spacing, asked)
    }
    return { _tag: "Unsettled" }
  })

  return Effect.fnUntraced(function* (account: NewAccount): Effect.fn.Return<AccountCreated, E.AccountsError> {
    const call = new Call(yield* Clock.Clock, settings)
    const secret = Redacted.value(settings.apiKey)

    const fail = (reason: E.AccountsErrorReason, outcome: Outcome.Outcome = "not created") =>
      new E.AccountsError({
        operation: "create",
        accountId: account.id,
        outcome,
        attempts: call.history.length,
        elapsed: call.elapsed(),
        reason,
      })
    const created = (reconciled: boolean): AccountCreated => ({
      account,
      reconciled,
      attempts: call.history.length,
      waited: Math.round(call.waited),
      elapsed: call.elapsed(),
    })
    const exists = (found: Account, detail: string) => {
      const different = differences(account, found)
      return fail(
        new E.PossibleDuplicate({
          existing: different.length === 0 ? "same" : "different",
          differences: different,
          detail,
        }),
      )
    }
    const unknown = () => fail(new E.OutcomeUnknown({ history: call.history }), "unknown")
    /** After an attempt of this call whose answer was lost, an equal account is taken to be the one that attempt created. */
    const reconcile = (found: Account, detail: string) =>
      differences(account, found).length === 0 ? Effect.succeed(created(true)) : Effect.fail(exists(found, detail))

    const look = (call: Call) =>
      lookup(exchange, call, account.id, "retry").pipe(Effect.orElseSucceed((): Settled => ({ _tag: "Unsettled" })))

    const examine = Effect.fnUntraced(function* (reply: Reply, latched: boolean) {
      const { detail, issues } = explain(reply, secret)
      const found = yield* latched ? settle(call, account.id, 0) : look(call)
      if (found._tag === "Found") {
        return yield* latched ? reconcile(found.account, detail) : exists(found.account, detail)
      }
      if (found._tag === "Absent") return yield* fail(new E.BadRequest({ detail, issues }))
      if (latched) return yield* unknown()
      return yield* fail(new E.PossibleDuplicate({ existing: "unknown", differences: [], detail }))
    })

    let latched = false
    for (let posts = 1; ; posts++) {
      const answer = yield* exchange
        .post(call, account, posts === 1 ? "first" : "retry")
        .pipe(Effect.mapError((reason) => fail(reason)))
      const row = Outcome.classify(isReply(answer) ? answer.status : answer.fault)
      const refusal = Effect.map(Clock.currentTimeMillis, (now) => fail(reasonOf(answer, settings, now), row.outcome))
      const asked = isReply(answer) ? (answer.retryAfter ?? 0) : 0

      if (row.next === "succeed") {
        // The status alone says created; an answer that broke off is worth one look, which cannot take that back.
        const seen = isReply(answer) && answer.complete ? undefined : yield* look(call)
        return created(seen?._tag === "Found")
      }
      if (row.next === "examine" && isReply(answer)) return yield* examine(answer, latched)
      if (row.next === "fail" || row.next === "halt") return yield* Effect.flatMap(refusal, Effect.fail)
      if (row.next === "settle") {
        latched = true
        const settled = yield* settle(call, account.id, asked)
        if (settled._tag === "Found") return yield* reconcile(settled.account, "")
        if (settled._tag === "Unsettled") return yield* unknown()
      }
      const mayRetry = posts < settings.maxAttempts && (row.next !== "retry" || (yield* wait(call, posts - 1)))
      if (!mayRetry) return yield* Effect.map(refusal, (error) => fail(error.reason)).pipe(Effect.flatMap(Effect.fail))
    }
  })
}
