/**
 * The life of one create: POST, then whatever the truth table asks for, until it is known whether the account exists.
 *
 * Invariant: no second POST leaves while the outcome of an earlier one is unknown. It is settled by GET first; only an account that two
 * spaced GETs did not find is sent again.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { NewAccount } from "../Account.ts"
import type { AccountCreated } from "../Accounts.ts"
import * as E from "../AccountsError.ts"
import type { CreateOptions, Settings } from "../Options.ts"
import * as Outcome from "../Outcome.ts"
import { askedWait, explain, isAttempt, isReply, kindOf, mask, type Reply } from "./answer.ts"
import { backoff } from "./backoff.ts"
import { makeCall } from "./call.ts"
import { differences, type Found } from "./difference.ts"
import type { Exchange } from "./exchange.ts"
import { lookup } from "./lookup.ts"
import { readOption } from "./read.ts"
import { reasonOf } from "./reason.ts"
import { settle } from "./settle.ts"

export const makeCreate = (exchange: Exchange) =>
  Effect.fnUntraced(function* (
    account: NewAccount,
    settings: Settings,
    { ifExists = "fail", inDoubt = false, mayLeave, preflight = false }: CreateOptions,
  ): Effect.fn.Return<AccountCreated, E.AccountsError> {
    const call = yield* makeCall(account.id, settings, mayLeave)
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
    const succeed = (how: Partial<Pick<AccountCreated, "reconciled" | "existed">> = {}): AccountCreated => ({
      account,
      reconciled: false,
      existed: false,
      ...how,
      attempts: call.history.length,
      waited: Math.round(call.waited),
      elapsed: call.elapsed(),
    })
    const unknown = () => fail(new E.OutcomeUnknown({ history: call.history }), "unknown")

    /** The account exists and this call did not create it. */
    const exists = (found: Found, detail: string): Effect.Effect<AccountCreated, E.AccountsError> => {
      const different = differences(account, found)
      const existing = different.length === 0 ? "same" : "different"
      const accepted = ifExists === "accept" || (ifExists === "accept-same" && existing === "same")
      if (accepted) return Effect.succeed(succeed({ existed: true }))
      const masked = different.map(({ path, ...values }) => ({ path, ...(mask(values, secret) as typeof values) }))
      return Effect.fail(fail(new E.PossibleDuplicate({ existing, differences: masked, detail })))
    }
    /** After an attempt of this call whose answer was lost, an equal account is taken to be the one that attempt created. */
    const reconcile = (found: Found, detail: string) =>
      differences(account, found).length === 0 ? Effect.succeed(succeed({ reconciled: true })) : exists(found, detail)

    /** A 400: the account exists, or something else is wrong with it. */
    const examine = Effect.fnUntraced(function* (reply: Reply): Effect.fn.Return<AccountCreated, E.AccountsError> {
      const { detail, issues } = explain(reply, secret)
      const found = yield* Effect.result(readOption(exchange, call))
      if (Result.isFailure(found)) {
        return yield* fail(new E.PossibleDuplicate({ existing: "unknown", differences: [], detail }))
      }
      if (Option.isNone(found.success)) return yield* fail(new E.BadRequest({ detail, issues }))
      return yield* exists(found.success.value, detail)
    })
    /** A 400 after an attempt whose answer was lost: it may be that attempt which created the account. */
    const examineInDoubt = Effect.fnUntraced(function* (
      reply: Reply,
    ): Effect.fn.Return<AccountCreated, E.AccountsError> {
      const { detail, issues } = explain(reply, secret)
      const settled = yield* settle(exchange, call, 0)
      if (settled._tag === "Found") return yield* reconcile(settled.account, detail)
      return yield* settled._tag === "Absent" ? fail(new E.BadRequest({ detail, issues })) : unknown()
    })

    // What is in doubt is looked up in any case, and then an equal account is no stranger's.
    if (preflight && !inDoubt) {
      const found = yield* Effect.mapError(readOption(exchange, call), (reason) => fail(reason))
      if (Option.isSome(found)) return yield* exists(found.value, "")
    }

    let latched = inDoubt
    if (inDoubt) {
      const settled = yield* settle(exchange, call, 0)
      if (settled._tag === "Found") return yield* reconcile(settled.account, "")
      // A refusal to look concerns the key, the address or the quota, and the caller has to know which; or an id that no path can carry.
      if (settled._tag === "Unsettled") {
        const { refusal } = settled
        return yield* refusal === undefined || refusal._tag === "InvalidAccount" ? unknown() : fail(refusal, "unknown")
      }
    }
    let attempts = 0
    while (true) {
      const answer = yield* Effect.mapError(exchange.post(call, account), (reason) =>
        fail(reason, latched && reason._tag === "Withdrawn" ? "unknown" : "not created"),
      )
      const row = Outcome.classify(kindOf(answer))
      if (isAttempt(answer)) attempts++

      if (row.next === "succeed") {
        // The status alone says created; an answer that broke off is worth one look, which cannot take that back.
        if (isReply(answer) && answer.complete) return succeed()
        const seen = yield* Effect.option(lookup(exchange, call))
        return succeed({ reconciled: Option.isSome(seen) && seen.value._tag === "Found" })
      }
      if (row.next === "examine" && isReply(answer)) return yield* (latched ? examineInDoubt : examine)(answer)
      if (row.next === "fail" || row.next === "halt") return yield* fail(reasonOf(answer, call), row.outcome)
      if (row.next === "settle") {
        latched = true
        const settled = yield* settle(exchange, call, askedWait(answer))
        if (settled._tag === "Found") return yield* reconcile(settled.account, "")
        if (settled._tag === "Unsettled") return yield* unknown()
      }
      const mayRetry =
        attempts < settings.maxAttempts &&
        call.timeFor("POST") > 0 &&
        (row.next !== "retry" ||
          (yield* call.wait("Retrying", "POST", yield* backoff(settings.retryDelay, attempts - 1))))
      if (!mayRetry) return yield* fail(reasonOf(answer, call))
    }
  })
