/**
 * The life of one create: POST, then whatever the truth table asks for, until it is known whether the account exists.
 *
 * Invariant: no second POST leaves while the outcome of an earlier one is unknown. It is settled by GET first; only an account that two
 * spaced GETs did not find is sent again.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Account, NewAccount } from "../Account.ts"
import type { AccountCreated } from "../Accounts.ts"
import * as E from "../AccountsError.ts"
import type { CreateOptions, Settings } from "../Options.ts"
import * as Outcome from "../Outcome.ts"
import { askedWait, explain, isReply, kindOf, mask, type Reply } from "./answer.ts"
import { backoff } from "./backoff.ts"
import { makeCall } from "./call.ts"
import { differences } from "./difference.ts"
import type { Exchange } from "./exchange.ts"
import { readOption } from "./read.ts"
import { reasonOf } from "./reason.ts"
import { look, settle } from "./settle.ts"

export const makeCreate = (exchange: Exchange) =>
  Effect.fnUntraced(function* (
    account: NewAccount,
    settings: Settings,
    { ifExists = "fail", inDoubt = false, preflight = false }: CreateOptions,
  ): Effect.fn.Return<AccountCreated, E.AccountsError> {
    const call = yield* makeCall(account.id, settings)

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
    const exists = (found: Account, detail: string): Effect.Effect<AccountCreated, E.AccountsError> => {
      const different = differences(account, found)
      const existing = different.length === 0 ? "same" : "different"
      const accepted = ifExists === "accept" || (ifExists === "accept-same" && existing === "same")
      if (accepted) return Effect.succeed(succeed({ existed: true }))
      const masked = mask(different, Redacted.value(settings.apiKey)) as ReadonlyArray<E.Difference>
      return Effect.fail(fail(new E.PossibleDuplicate({ existing, differences: masked, detail })))
    }
    /** After an attempt of this call whose answer was lost, an equal account is taken to be the one that attempt created. */
    const reconcile = (found: Account, detail: string) =>
      differences(account, found).length === 0 ? Effect.succeed(succeed({ reconciled: true })) : exists(found, detail)

    const examine = (reply: Reply, latched: boolean): Effect.Effect<AccountCreated, E.AccountsError> => {
      const { detail, issues } = explain(reply, Redacted.value(settings.apiKey))
      return Effect.flatMap(latched ? settle(exchange, call, 0) : look(exchange, call), (found) => {
        if (found._tag === "Found") {
          return latched ? reconcile(found.account, detail) : exists(found.account, detail)
        }
        if (found._tag === "Absent") return Effect.fail(fail(new E.BadRequest({ detail, issues })))
        if (latched) return Effect.fail(unknown())
        return Effect.fail(fail(new E.PossibleDuplicate({ existing: "unknown", differences: [], detail })))
      })
    }

    if (preflight) {
      const found = yield* Effect.mapError(readOption(exchange, call), (reason) => fail(reason))
      if (Option.isSome(found)) return yield* exists(found.value, "")
    }

    let latched = inDoubt
    if (inDoubt) {
      const settled = yield* settle(exchange, call, 0)
      if (settled._tag === "Found") return yield* reconcile(settled.account, "")
      // A refusal to look concerns the key or the address, not this account: the caller has to know which.
      if (settled._tag === "Unsettled") {
        return yield* settled.refusal === undefined ? unknown() : fail(reasonOf(settled.refusal, call), "unknown")
      }
    }
    for (let posts = 1; ; posts++) {
      const answer = yield* exchange
        .post(call, account, posts === 1 ? "first" : "retry")
        .pipe(Effect.mapError((reason) => fail(reason)))
      const row = Outcome.classify(kindOf(answer))

      if (row.next === "succeed") {
        // The status alone says created; an answer that broke off is worth one look, which cannot take that back.
        const seen = isReply(answer) && answer.complete ? undefined : yield* look(exchange, call)
        return succeed({ reconciled: seen?._tag === "Found" })
      }
      if (row.next === "examine" && isReply(answer)) return yield* examine(answer, latched)
      if (row.next === "fail" || row.next === "halt") return yield* fail(reasonOf(answer, call), row.outcome)
      if (row.next === "settle") {
        latched = true
        const settled = yield* settle(exchange, call, askedWait(answer))
        if (settled._tag === "Found") return yield* reconcile(settled.account, "")
        if (settled._tag === "Unsettled") return yield* unknown()
      }
      const mayRetry =
        posts < settings.maxAttempts &&
        call.timeFor("POST") > 0 &&
        (row.next !== "retry" || (yield* call.wait("Retrying", "POST", yield* backoff(settings.retryDelay, posts - 1))))
      if (!mayRetry) return yield* fail(reasonOf(answer, call))
    }
  })
