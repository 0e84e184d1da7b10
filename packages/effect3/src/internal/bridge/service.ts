/**
 * The service of core over the runtime of Effect 3: what a call takes along from its caller, what it gives back.
 */
import * as CoreAccounts from "@effect-aptrinsic/core/Accounts"
import type * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as CoreEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as CoreUpsert from "@effect-aptrinsic/core/AccountsUpsert"
import { checkListed, firstPass, type Listed, makeStep, type Step } from "@effect-aptrinsic/core/internal/shared/list"
import type * as CoreOptions from "@effect-aptrinsic/core/Options"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Clock4 from "effect4/Clock"
import * as Context4 from "effect4/Context"
import * as Effect4 from "effect4/Effect"
import * as Exit4 from "effect4/Exit"
import * as HttpClient4 from "effect4/http/HttpClient"
import * as Layer4 from "effect4/Layer"
import * as Option4 from "effect4/Option"
import * as References4 from "effect4/References"
import * as Scope4 from "effect4/Scope"
import * as Tracer4 from "effect4/Tracer"
import type { Account } from "../../Account.ts"
import type {
  AccountsError,
  AccountsErrorReason,
  CreateReason,
  InvalidOptions,
  ListReason,
  ReadReason,
  UpdateReason,
} from "../../AccountsError.ts"
import { CurrentObserver } from "../../AccountsEvent.ts"
import type { ListOptions, Options, WriteOptions } from "../../Options.ts"
import type { AccountsService } from "../accountsService.ts"
import { countRequest, countWrite } from "../counting.ts"
import { clockUp } from "./clock.ts"
import { down, up } from "./crossing.ts"
import { errorDown } from "./errors.ts"
import { Caller, httpClientUp } from "./httpClient.ts"
import { changesUp, inputUp } from "./input.ts"
import { levelUp, loggerUp } from "./logger.ts"
import { optionsUp, writeOptionsUp } from "./options.ts"
import { spansDown, type WithSpansDown } from "./spans.ts"
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
    const { accountId } = event
    const named = accountId === "" ? seen : Effect.annotateLogs(seen, "aptrinsic.account.id", accountId)
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

/** A list, whose passes are those of core; a step runs when it is pulled. */
const listDown = (
  core: CoreAccounts.Accounts["Service"],
  options: ListOptions | undefined,
): Stream.Stream<Account, AccountsError<ListReason>> =>
  Stream.unwrap(
    Effect.map(call<Listed, InvalidOptions>(Effect4.fromResult(checkListed(options))), (listed) => {
      const step = makeStep(core.query, listed)
      return Stream.paginateChunkEffect(firstPass, (pass) =>
        Effect.map(
          call<Step, ListReason>(step(pass)),
          ([pages, next]) =>
            [
              Chunk.fromIterable(pages.flatMap(({ accounts }) => accounts)),
              Option4.isSome(next) ? Option.some(next.value) : Option.none(),
            ] as const,
        ),
      )
    }),
  )

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
  /** A write, with its options as core takes them. */
  const write = <A extends object, Reason extends AccountsErrorReason, Core extends CoreOptions.WriteOptions>(
    given: WriteOptions | undefined,
    run: (options: Core | undefined) => Effect4.Effect<A, CoreError.AccountsError, CoreAccounts.Accounts>,
  ): Effect.Effect<WithSpansDown<A>, AccountsError<Reason>> =>
    Effect.flatMap(Effect.runtime<never>(), (runtime) => {
      const running = Effect4.provideService(run(writeOptionsUp<Core>(runtime, given)), CoreAccounts.Accounts, core)
      return Effect.map(call<A, Reason>(running), spansDown)
    })
  const service: AccountsService = {
    createAccount: (input, given) =>
      write<CoreAccounts.AccountCreated, CreateReason, CoreOptions.CreateOptions>(given, (options) =>
        core.createAccount(inputUp(input), options),
      ).pipe(Effect.onExit(countWrite("create", ({ existed }) => (existed ? "not created" : "created")))),
    updateAccount: (id, changes, given) =>
      write<CoreAccounts.AccountUpdated, UpdateReason, CoreOptions.WriteOptions>(given, (options) =>
        core.updateAccount(id, changesUp(changes), options),
      ).pipe(Effect.onExit(countWrite("update", () => "updated"))),
    upsertAccount: (input, given) =>
      write<CoreUpsert.AccountUpserted, CreateReason | UpdateReason, CoreUpsert.UpsertOptions>(given, (options) =>
        CoreUpsert.upsertAccount(inputUp(input), options),
      ).pipe(Effect.onExit(countWrite("create", ({ outcome }) => outcome))),
    getAccount: (id) => call<Account, ReadReason>(core.getAccount(id)),
    listAccounts: (options) => listDown(core, options),
    remainingToday: Effect.orDie(call(core.remainingToday)),
  }
  return service
})
