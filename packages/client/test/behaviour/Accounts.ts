/**
 * In the place of core's `Accounts`, for the tests of core: the same service, whose every call goes through the client and its promises.
 */
import * as Core from "@effect-aptrinsic/core/Accounts"
import * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as CoreEvent from "@effect-aptrinsic/core/AccountsEvent"
import type * as CoreOptions from "@effect-aptrinsic/core/Options"
import { errorOf, passage, sleepBy, unlessItThrows } from "@effect-aptrinsic/core/test/bridged"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { assert } from "vitest"
import type { Client } from "../../src/Client.ts"
import { makeClient } from "../../src/internal/bridge/client.ts"
import { InvalidOptions } from "../../src/InvalidOptions.ts"
import type { CreateOptions, Options } from "../../src/Options.ts"
import type { CreateReason, Facts, ReadReason, UpdateReason } from "../../src/Result.ts"
import { fetchOf } from "./fetch.ts"
import { timed } from "./spans.ts"

export * from "@effect-aptrinsic/core/Accounts"

type Failure = Partial<Facts> & {
  readonly outcome?: string
  readonly reason:
    | Exclude<CreateReason | UpdateReason | ReadReason, { _tag: "Aborted" }>
    | { readonly _tag: "AccountNotFound" }
}

/** A result as the error of core that a test asks for. */
const failureOf = (operation: "create" | "update" | "get", { outcome, reason, ...facts }: Failure) => {
  const { resumeAt, ...rest } = reason as Failure["reason"] & { readonly resumeAt?: Date }
  const { accountId, attempts = 0, elapsed = 0, history = [] } = facts
  return errorOf<never>(
    {
      operation: reason._tag === "InvalidOptions" && operation === "get" ? "configure" : operation,
      ...(accountId === undefined ? {} : { accountId }),
      ...(operation === "get" ? {} : { outcome: outcome as "unknown" }),
      attempts,
      elapsed: Duration.millis(elapsed),
      history: history.map((attempt) => timed<CoreError.Attempt>(attempt)),
      reason: { ...rest, ...(resumeAt === undefined ? {} : { resumeAt: DateTime.fromDateUnsafe(resumeAt) }) },
    },
    facts,
  )
}

/** Runs a call of the client as the test runs its own; one that is interrupted is aborted. */
const cross = <A extends object>(
  operation: "create" | "update" | "get",
  call: (signal: AbortSignal) => Promise<A>,
): Effect.Effect<A, CoreError.AccountsError<never>> =>
  Effect.callback((resume, signal) => {
    passage.isUsed = true
    const ended = call(signal)
    const result = ended as Promise<A & Partial<Failure>>
    result.then(
      (value) => {
        if (value.reason === undefined && value.outcome !== "not found") return resume(Effect.succeed(value))
        if (value.reason?._tag === ("Aborted" as string)) return resume(Effect.interrupt)
        const reason = value.reason ?? { _tag: "AccountNotFound" as const }
        return resume(Effect.fail(failureOf(operation, { ...value, reason })))
      },
      (defect) => resume(Effect.die(defect)),
    )
    return Effect.promise(() => result.then(() => undefined))
  })

const clientOf = (
  options: CoreOptions.Options,
  fetch: typeof globalThis.fetch,
  clock: Clock.Clock,
  onEvent: Options["onEvent"],
) => {
  const plain = unlessItThrows<unknown, Options>(options, (given) => {
    const { apiKey, ...rest } = given as CoreOptions.Options
    return {
      ...rest,
      ...(Redacted.isRedacted(apiKey)
        ? { apiKey: Redacted.value(apiKey) }
        : { apiKey: apiKey === undefined ? undefined : 7 }),
      fetch,
      onEvent,
    } as Options
  })
  return Effect.try({
    try: () =>
      makeClient(plain, Object.create(clock, { sleep: { value: (time: Duration.Duration) => sleepBy(clock, time) } })),
    catch: (error) => {
      passage.isUsed = true
      if (!(error instanceof InvalidOptions)) throw error
      const { issues } = error
      const fields = { operation: "configure", attempts: 0, elapsed: Duration.zero, history: [] } as const
      const made = new CoreError.AccountsError({ ...fields, reason: new CoreError.InvalidOptions({ issues }) })
      assert.strictEqual(error.message, made.message)
      return made
    },
  })
}

const createOptionsOf = (
  options: CoreOptions.CreateOptions | undefined,
  signal: AbortSignal,
  services: Context.Context<never>,
): CreateOptions =>
  unlessItThrows<unknown, CreateOptions>(options, (given) => {
    if (given !== undefined && (given === null || typeof given !== "object")) return undefined
    const { mayLeave, ...rest } = (given ?? {}) as CoreOptions.CreateOptions
    const gate = Effect.isEffect(mayLeave) ? () => Effect.runPromiseWith(services)(mayLeave) : mayLeave
    return { ...rest, ...(gate === undefined ? {} : { mayLeave: gate }), signal } as CreateOptions
  })

const serviceOf = (client: Client, observers: Map<string, CoreEvent.Observer | undefined>) =>
  Core.Accounts.of({
    createAccount: (input, options) =>
      Effect.contextWith((services: Context.Context<never>) => {
        const id = unlessItThrows<unknown, string>(input, (given) => (given as { readonly id: string }).id)
        observers.set(id, Context.get(services, CoreEvent.CurrentObserver))
        return cross("create", (signal) =>
          client.createAccount(input as never, createOptionsOf(options, signal, services)),
        )
      }).pipe(Effect.map(({ outcome, ...created }) => timed<never>({ ...created, existed: outcome === "existed" }))),
    getAccount: (id) =>
      Effect.contextWith((services: Context.Context<never>) => {
        observers.set(id, Context.get(services, CoreEvent.CurrentObserver))
        return cross("get", (signal) => client.getAccount(id, { signal }))
      }).pipe(Effect.map((result) => ("account" in result ? result.account : result) as never)),
    updateAccount: (id, changes, options) =>
      Effect.contextWith((services: Context.Context<never>) => {
        observers.set(id, Context.get(services, CoreEvent.CurrentObserver))
        return cross("update", (signal) =>
          client.updateAccount(id, changes as never, createOptionsOf(options, signal, services)),
        )
      }).pipe(Effect.map(({ outcome: _outcome, ...updated }) => timed<never>(updated))),
    query: () => Effect.die("The client has no lists."),
    remainingToday: Effect.promise(() => client.remainingToday()),
  })

export const layer = (options: CoreOptions.Options): ReturnType<typeof Core.layer> =>
  Layer.effect(
    Core.Accounts,
    Effect.gen(function* () {
      const services = yield* Effect.context<never>()
      const fetch = fetchOf(yield* HttpClient.HttpClient, services)
      const observers = new Map<string, CoreEvent.Observer | undefined>()
      const onEvent: Options["onEvent"] = (event) => {
        const observer = observers.get(event.accountId)
        if (observer !== undefined) Effect.runSyncWith(services)(observer(timed<CoreEvent.AccountsEvent>(event)))
      }
      const client = yield* clientOf(options, fetch, yield* Clock.Clock, onEvent)
      yield* Effect.addFinalizer(() => Effect.promise(() => client.dispose()))
      return serviceOf(client, observers)
    }),
  )
