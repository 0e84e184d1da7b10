/**
 * In the place of core's `Accounts`, for the tests of core: the same service, whose every call goes through Effect 3. The test and what is
 * under it are of Effect 4, the bridge is between them.
 */
import * as Core from "@effect-aptrinsic/core/Accounts"
import * as CoreEvent from "@effect-aptrinsic/core/AccountsEvent"
import type * as CoreOptions from "@effect-aptrinsic/core/Options"
import { passage, unlessItThrows } from "@effect-aptrinsic/core/test/bridged"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Scope from "effect/Scope"
import * as Clock4 from "effect4/Clock"
import * as Context4 from "effect4/Context"
import * as Effect4 from "effect4/Effect"
import * as HttpClient4 from "effect4/http/HttpClient"
import * as Layer4 from "effect4/Layer"
import * as Redacted4 from "effect4/Redacted"
import * as References4 from "effect4/References"
import * as Tracer4 from "effect4/Tracer"
import * as Accounts from "../../src/Accounts.ts"
import { AccountsError } from "../../src/AccountsError.ts"
import * as AccountsEvent from "../../src/AccountsEvent.ts"
import { down, up } from "../../src/internal/bridge/crossing.ts"
import type { CreateOptions, Options } from "../../src/Options.ts"
import { clockDown } from "./clock.ts"
import { errorUp } from "./errors.ts"
import { httpClientDown, Services4 } from "./httpClient.ts"
import { spansUp } from "./spans.ts"
import { tracerDown } from "./tracer.ts"

export * from "@effect-aptrinsic/core/Accounts"

/** The lines of Effect 3's log in the log of the test. */
const loggerDown = (services: Context4.Context<never>) =>
  Logger.make(({ annotations, logLevel, message }) => {
    const level = (logLevel === LogLevel.Warning ? "Warn" : logLevel._tag) as "Debug"
    const told = Effect4.annotateLogs(
      Effect4.logWithLevel(level)(...(Array.isArray(message) ? message : [message])),
      Object.fromEntries(annotations),
    )
    Effect4.runSyncWith(services)(told)
  })

const levelDown = (level: string) => LogLevel.fromLiteral((level === "Warn" ? "Warning" : level) as "Debug")

/** Runs an effect of Effect 3 as the test runs its own: by its clock, with its log and its observer. */
const cross = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect4.contextWith((services: Context4.Context<never>) => {
    passage.isUsed = true
    const observer = Context4.get(services, CoreEvent.CurrentObserver)
    const observed =
      observer === undefined
        ? effect
        : AccountsEvent.observe(effect, (event) =>
            Effect.flatMap(Effect.logAnnotations, (annotations) =>
              down(
                services,
                Effect4.annotateLogs(
                  observer(spansUp<CoreEvent.AccountsEvent>(event)),
                  Object.fromEntries(annotations),
                ),
              ),
            ),
          )
    const tracer = Context4.getOrUndefined(services, Tracer4.Tracer)
    return up(
      Runtime.defaultRuntime,
      observed.pipe(
        tracer === undefined ? Effect.withTracerEnabled(false) : Effect.withTracer(tracerDown(tracer)),
        Effect.withClock(clockDown(Context4.get(services, Clock4.Clock))),
        Effect.locally(Services4, services),
        Logger.withMinimumLogLevel(levelDown(Context4.get(services, References4.MinimumLogLevel))),
        Effect.provide(Logger.replace(Logger.defaultLogger, loggerDown(services))),
      ),
    ).pipe(Effect4.mapError((error) => (error instanceof AccountsError ? errorUp<never>(error) : (error as never))))
  })

const optionsDown = (options: CoreOptions.Options): Options =>
  unlessItThrows(options, (given): Options | undefined =>
    Redacted4.isRedacted(given.apiKey)
      ? { ...(given as unknown as Options), apiKey: Redacted.make(Redacted4.value(given.apiKey)) }
      : undefined,
  )

const createOptionsDown = (options: CoreOptions.CreateOptions | undefined): CreateOptions | undefined =>
  unlessItThrows(options, (given): CreateOptions | undefined =>
    Effect4.isEffect(given?.mayLeave)
      ? ({ ...given, mayLeave: down(Context4.empty(), given.mayLeave) } as CreateOptions)
      : undefined,
  )

export const layer = (options: CoreOptions.Options): ReturnType<typeof Core.layer> =>
  Layer4.effect(
    Core.Accounts,
    Effect4.gen(function* () {
      const client = httpClientDown(yield* HttpClient4.HttpClient)
      const scope = Effect.runSync(Scope.make())
      yield* Effect4.addFinalizer(() => Effect4.orDie(cross(Scope.close(scope, Exit.void))))
      const accounts = Accounts.layer(optionsDown(options)).pipe(
        Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
      )
      const built = yield* cross(Layer.buildWithScope(accounts, scope))
      const service = Context.get(built, Accounts.Accounts)
      return Core.Accounts.of({
        createAccount: (input, createOptions) =>
          Effect4.map(cross(service.createAccount(input as never, createOptionsDown(createOptions))), (created) =>
            spansUp<never>(created),
          ) as never,
        updateAccount: (id, changes, writeOptions) =>
          Effect4.map(cross(service.updateAccount(id, changes as never, createOptionsDown(writeOptions))), (updated) =>
            spansUp<never>(updated),
          ) as never,
        query: () => Effect4.die("Effect 3 has no queries."),
        getAccount: (id) => cross(service.getAccount(id)) as never,
        remainingToday: cross(service.remainingToday) as never,
      })
    }),
  )
