/**
 * The service of core over the runtime of Effect 3: what a call takes along from its caller, what it gives back.
 */
import * as CoreAccounts from "@effect-aptrinsic/core/Accounts"
import type * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as CoreEvent from "@effect-aptrinsic/core/AccountsEvent"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Clock4 from "effect4/Clock"
import * as Context4 from "effect4/Context"
import type * as Effect4 from "effect4/Effect"
import * as Exit4 from "effect4/Exit"
import * as HttpClient4 from "effect4/http/HttpClient"
import * as Layer4 from "effect4/Layer"
import * as References4 from "effect4/References"
import * as Scope4 from "effect4/Scope"
import * as Tracer4 from "effect4/Tracer"
import type { Account, Created } from "../../Account.ts"
import type {
  AccountsError,
  AccountsErrorReason,
  CreateReason,
  InvalidOptions,
  ReadReason,
} from "../../AccountsError.ts"
import { CurrentObserver } from "../../AccountsEvent.ts"
import type { Options } from "../../Options.ts"
import type { AccountsService } from "../accountsService.ts"
import { countCreate, countRequest } from "../counting.ts"
import { clockUp } from "./clock.ts"
import { down, up } from "./crossing.ts"
import { errorDown } from "./errors.ts"
import { Caller, httpClientUp } from "./httpClient.ts"
import { inputUp } from "./input.ts"
import { levelUp, loggerUp } from "./logger.ts"
import { createOptionsUp, optionsUp } from "./options.ts"
import { spansDown } from "./spans.ts"
import { spanUp, tracerUp } from "./tracer.ts"

/** What a call of core runs with: the clock, the tracer, the loggers and the observer of the fiber that makes it. */
const services = Effect.gen(function* () {
  const runtime = yield* Effect.runtime<never>()
  const clock = clockUp(yield* Effect.clock)
  const level = levelUp(yield* FiberRef.get(FiberRef.currentMinimumLogLevel))
  const isTraced = yield* FiberRef.get(FiberRef.currentTracerEnabled)
  const tracer = yield* Effect.tracer
  const parent = yield* Effect.option(Effect.currentParentSpan)
  const observer = yield* FiberRef.get(CurrentObserver)
  const observe: CoreEvent.Observer = (told) => {
    const event = spansDown(told)
    const seen = observer === undefined ? Effect.void : Effect.suspend(() => observer(event))
    const named = Effect.annotateLogs(seen, "aptrinsic.account.id", event.accountId)
    return up(runtime, Effect.zipRight(countRequest(event), named))
  }
  const base = Context4.make(Caller, runtime).pipe(
    Context4.add(References4.CurrentLoggers, new Set([loggerUp(runtime)])),
    Context4.add(References4.MinimumLogLevel, level),
    Context4.add(CoreEvent.CurrentObserver, observe),
  )
  const timed = clock === undefined ? base : Context4.add(base, Clock4.Clock, clock)
  if (!isTraced) return timed
  const traced = Context4.add(timed, Tracer4.Tracer, tracerUp(tracer))
  return Option.isNone(parent) ? traced : Context4.add(traced, Tracer4.ParentSpan, spanUp(parent.value))
})

const call = <A, Reason extends AccountsErrorReason>(
  effect: Effect4.Effect<A, CoreError.AccountsError>,
): Effect.Effect<A, AccountsError<Reason>> =>
  Effect.flatMap(services, (context) => Effect.mapError(down(context, effect), (error) => errorDown<Reason>(error)))

/** The service over a client, for as long as a scope is open. */
export const makeService = Effect.fnUntraced(function* (options: Options, client: HttpClient) {
  const scope = Scope4.makeUnsafe()
  yield* Effect.addFinalizer(() => Effect.orDie(call(Scope4.close(scope, Exit4.void))))
  const layer = CoreAccounts.layer(optionsUp(options)).pipe(
    Layer4.provide(Layer4.succeed(HttpClient4.HttpClient, yield* httpClientUp(client))),
  )
  const built = yield* call<Context4.Context<CoreAccounts.Accounts>, InvalidOptions>(
    Layer4.buildWithScope(layer, scope),
  )
  const core = Context4.get(built, CoreAccounts.Accounts)
  const service: AccountsService = {
    createAccount: (input, createOptions) =>
      Effect.flatMap(Effect.runtime<never>(), (runtime) =>
        call<CoreAccounts.AccountCreated, CreateReason>(
          core.createAccount(inputUp(input), createOptionsUp(runtime, createOptions)),
        ),
      ).pipe(
        Effect.map((created): Created => spansDown(created)),
        Effect.onExit(countCreate),
      ),
    getAccount: (id) => call<Account, ReadReason>(core.getAccount(id)),
    remainingToday: Effect.orDie(call(core.remainingToday)),
  }
  return service
})
