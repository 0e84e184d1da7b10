/**
 * The members of the `Accounts` service: what a call is made of, from the check of its input to the count of its outcome.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { NewAccount, NewAccountInput } from "../Account.ts"
import type { AccountsError, CreateReason, InvalidAccount } from "../AccountsError.ts"
import * as AccountsMetrics from "../AccountsMetrics.ts"
import * as AccountValidation from "../AccountValidation.ts"
import type { CreateOptions, Options } from "../Options.ts"
import { accounts } from "./accounts.ts"
import { countersOf } from "./counters.ts"
import { makeCreate } from "./create.ts"
import type { Created } from "./endings.ts"
import { makeExchange } from "./exchange.ts"
import { makePerform } from "./perform.ts"
import type { OpenGate } from "./rateBudget.ts"
import { makeRead } from "./read.ts"
import { makeServerClock } from "./serverClock.ts"
import { forCreate, resolve } from "./shared/settings.ts"
import { traced } from "./tracing.ts"

const createsOf = countersOf(AccountsMetrics.creates, "outcome", "reason")

const countCreate = (exit: Exit.Exit<Created<NewAccount>, AccountsError<CreateReason>>): Effect.Effect<void> => {
  if (Exit.isSuccess(exit)) return Metric.update(createsOf(exit.value.existed ? "not created" : "created", "none"), 1)
  // An interrupted call leaves a request behind whose answer nobody has seen, as far as it can know.
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return Metric.update(createsOf(error?.outcome ?? "unknown", error?.reason._tag ?? "interrupted"), 1)
}

/** The service over the `HttpClient` in the context. */
export const makeService = Effect.fnUntraced(function* (options: Options, openGate: OpenGate) {
  const settings = yield* Effect.fromResult(resolve(options))
  const gate = yield* openGate(Redacted.make(`${settings.origin} ${Redacted.value(settings.apiKey)}`), settings)
  const perform = yield* makePerform(yield* HttpClient.HttpClient, settings)
  const clock = makeServerClock()
  const exchange = makeExchange(perform, gate, clock, settings)
  const create = makeCreate(exchange, accounts, clock)
  const read = makeRead(exchange, settings, accounts)
  const createAccount = Effect.fnUntraced(function* (
    account: Result.Result<NewAccount, AccountsError<InvalidAccount>>,
    callOptions: CreateOptions,
  ) {
    const createSettings = yield* Effect.fromResult(forCreate(settings, callOptions))
    return yield* create(yield* Effect.fromResult(account), createSettings)
  }, Effect.onExit(countCreate))
  const idAttribute = "aptrinsic.account.id"
  return {
    createAccount: (input: NewAccountInput, callOptions?: CreateOptions) =>
      Effect.suspend(() => {
        // The input is read here and nowhere else: a property may throw, or be another one the next time.
        const account = AccountValidation.validateResult(input)
        const id = Result.isSuccess(account) ? account.success.id : account.failure.accountId
        return traced("Accounts.createAccount", { [idAttribute]: id }, createAccount(account, callOptions ?? {}))
      }),
    getAccount: (id: string) => traced("Accounts.getAccount", { [idAttribute]: id }, read(id)),
    remainingToday: gate.remainingToday,
  }
})
