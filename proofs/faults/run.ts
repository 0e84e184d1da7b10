/**
 * Runs a scenario with the client of `core` over the adapter of this runtime and a real socket, and says what came of it.
 */
import { inspect } from "node:util"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, AccountsErrorReason } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as AccountsList from "@effect-aptrinsic/core/AccountsList"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import * as Outcome from "@effect-aptrinsic/core/Outcome"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as rawServer from "./rawServer.ts"
import { adapter, runtime } from "./runtime.ts"
import {
  acme,
  type Bench,
  type Done,
  type Ending,
  type Expected,
  expectedOn,
  format,
  type Scenario,
  type Verb,
} from "./scenario.ts"

export interface Observation {
  readonly expected: string
  readonly got: string
  /** What went wrong besides: the key where it must not be, a request elsewhere, too long a wait. Empty when all is as it should be. */
  readonly objections: ReadonlyArray<string>
}

const tell = (reason: AccountsErrorReason): string => {
  switch (reason._tag) {
    case "PossibleDuplicate":
      return `PossibleDuplicate (${[reason.existing, ...reason.differences.map(({ path }) => path)].join(": ")})`
    case "Redirected":
    case "RequestRefused":
      return `${reason._tag} (${reason.status})`
    case "Unreachable":
      return `Unreachable (${reason.fault})`
    case "BadRequest":
      return `BadRequest (${reason.issues.map(({ path }) => path).join(", ")})`
    case "InvalidAccount":
    case "InvalidOptions":
      return `${reason._tag} (${reason.issues.map(({ path }) => path).join(", ")})`
    default:
      return reason._tag
  }
}

/** A create, an update of an account of which all but the id is to be changed, or a list. */
export const perform = (
  accounts: Accounts.Accounts["Service"],
  verb: Verb,
  account: NewAccount = acme,
  options?: CreateOptions,
): Effect.Effect<Done, AccountsError> => {
  if (verb === "create") return accounts.createAccount(account, options)
  if (verb === "list") {
    return AccountsList.listAccounts({ pageSize: 2 }).pipe(
      Stream.map(({ id }) => id),
      Stream.runCollect,
      Effect.map((ids) => ({ ids })),
      Effect.provideService(Accounts.Accounts, accounts),
    )
  }
  const { id, ...changes } = account
  return accounts.updateAccount(id, changes)
}

/** `events` are those of the call: an interruption before the request leaves is not the one after it. */
export const endingOf = (
  exit: Exit.Exit<Done, AccountsError>,
  verb: Verb,
  events: ReadonlyArray<AccountsEvent.AccountsEvent> = [],
): Ending => {
  const operation = Outcome.operations[verb]
  const [done, notDone] = operation.kind === "write" ? [operation.done, operation.notDone] : []
  if (Exit.isSuccess(exit)) {
    if ("ids" in exit.value) return { result: exit.value.ids.join(" "), outcome: undefined, seen: [exit] }
    const existed = "existed" in exit.value && exit.value.existed
    const result = existed ? "existed" : exit.value.reconciled ? `${done}, reconciled` : `${done}`
    return { result, outcome: existed ? notDone : done, seen: [exit, exit.value] }
  }
  const failure = Cause.findError(exit.cause)
  if (Result.isFailure(failure)) {
    const result = Cause.hasInterruptsOnly(exit.cause) ? "interrupted" : Cause.pretty(exit.cause)
    return {
      result,
      outcome: verb !== "list" && events.some(({ _tag }) => _tag === "Sending") ? "unknown" : notDone,
      seen: [exit, Cause.pretty(exit.cause)],
    }
  }
  const error = failure.success
  return {
    result: tell(error.reason),
    outcome: error.outcome ?? notDone,
    seen: [exit, Cause.pretty(exit.cause), error, error.message, error.hint, error.stack, JSON.stringify(error)],
  }
}

/**
 * `POST GET GET GET GET` as `POST GET..`, since how many fit into the time of a call depends on the moment, and four writes, or requests of a
 * list, as `POST x4`. Where many GETs are expected, two are many on a slow machine.
 */
const sequence = (methods: ReadonlyArray<string>, expected: string) =>
  methods
    .join(" ")
    .replace(/^GET( GET){3,}$|(POST|PUT)( \2){3,}/gu, (all) => `${all.split(" ", 1)[0]} x${all.split(" ").length}`)
    .replace(expected.includes("GET..") ? /GET( GET)+$/u : /GET( GET){3,}/gu, "GET..")

/** An account as it is before it is updated. */
const before = (id: string): NewAccount => ({ ...acme, id, name: "Before" })

const startSandbox = Effect.fnUntraced(function* (
  options: Sandbox.Options,
  apiKey: string,
  seed: ReadonlyArray<string>,
) {
  const services = yield* Layer.build(
    Sandbox.layer({ ...options, apiKeys: [Redacted.make(apiKey)] }).pipe(Layer.provide(adapter.layerHttpServer())),
  )
  const running = Context.get(services, Sandbox.Sandbox)
  for (const id of seed) yield* running.store.insert({ account: before(id), createDate: 1 })
  const observed = Effect.gen(function* () {
    const methods = (yield* running.log.entries()).map(({ method }) => method)
    const stored = yield* Effect.orDie(running.store.list({ limit: 100 }))
    return { methods, holds: stored.filter(({ account }) => account.name === acme.name).length }
  })
  return { sandbox: running, observed }
}, Effect.orDie)

const inspectAll = { depth: 20, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }

const nowhere: rawServer.Running = {
  url: "",
  requests: () => [],
  written: () => 0,
  connections: () => 0,
  open: () => 0,
}

const keysIn = (requests: ReadonlyArray<rawServer.Received>, apiKey: string) =>
  requests.every(({ body, head }) => head.split(apiKey).length === 2 && !body.includes(apiKey))

/** The clock of the machine, and a way to move it. */
const movable = Effect.map(Clock.Clock, (real) => {
  let wall = 0
  let monotonic = 0
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe() + wall,
    currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe()),
    currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe() + BigInt(wall) * 1_000_000n,
    currentTimeNanos: Effect.sync(() => clock.currentTimeNanosUnsafe()),
    monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe() + BigInt(monotonic) * 1_000_000n,
    monotonicTimeNanos: Effect.sync(() => clock.monotonicTimeNanosUnsafe()),
    sleep: (duration) => real.sleep(duration),
  }
  const jump: Bench["jump"] = (clocks) => {
    wall += clocks.wall
    monotonic += clocks.monotonic
  }
  return { clock, jump }
})

let runs = 0

const observe = Effect.fnUntraced(function* (scenario: Scenario): Effect.fn.Return<Observation, never, Scope.Scope> {
  const apiKey = `canary-${++runs}-0123456789/abcdef`
  const elsewhere = yield* rawServer.startElsewhere
  const { seed = [acme.id], server, verb = "create" } = scenario
  const expected = expectedOn(scenario, runtime)
  const raw =
    "raw" in server
      ? yield* rawServer.start(server.raw, elsewhere.url, verb === "update" ? before : undefined)
      : undefined
  const simulated =
    "sandbox" in server ? yield* startSandbox(server.sandbox, apiKey, verb === "update" ? seed : []) : undefined
  const port = "port" in server ? yield* server.port : 0

  const url = raw?.url ?? simulated?.sandbox.url ?? `http://127.0.0.1:${port}`
  const { key, ...options } = scenario.options ?? {}
  const { clock, jump } = yield* movable
  const client = Accounts.layer({
    apiKey: Redacted.make(key?.(apiKey) ?? apiKey),
    baseUrl: scenario.address?.(url) ?? url,
    retryDelay: "5 millis",
    settleDelay: "20 millis",
    // Long enough for a busy machine; a call that ends in doubt takes all its time.
    attemptTimeout: "15 seconds",
    totalTimeout: expected.outcome === "unknown" ? "6 seconds" : "30 seconds",
    maxAttempts: 3,
    ...options,
  }).pipe(Layer.provide(adapter.layerHttpClient(scenario.httpClient)))
  const events: Array<AccountsEvent.AccountsEvent> = []
  const observers: Array<(event: AccountsEvent.AccountsEvent) => void> = []
  const notice = (event: AccountsEvent.AccountsEvent) =>
    Effect.sync(() => {
      events.push(event)
      for (const observer of observers) observer(event)
    })

  const asked = Effect.gen(function* () {
    const accounts = yield* Accounts.Accounts
    const write: Bench["write"] = (account) => perform(accounts, verb, account, scenario.createOptions)
    const call: Bench["call"] = (account) => Effect.map(Effect.exit(write(account)), (exit) => endingOf(exit, verb))
    const endingOfOne: Bench["endingOf"] = (exit, id) =>
      endingOf(
        exit,
        verb,
        events.filter(({ accountId }) => accountId === id),
      )
    const program = scenario.program ?? (() => call(scenario.account as NewAccount | undefined))
    const bench = {
      runtime,
      verb,
      apiKey,
      server: raw ?? nowhere,
      sandbox: simulated?.sandbox,
      write,
      call,
      endingOf: endingOfOne,
      events,
      jump,
    }
    return yield* program({ ...bench, onEvent: (observer) => void observers.push(observer) })
  }).pipe(
    AccountsEvent.observe(notice),
    Effect.provide(client),
    Effect.catch((error) => Effect.succeed(endingOf(Exit.fail(error), verb))),
    Effect.provideService(Clock.Clock, clock),
  )

  const startedAt = performance.now()
  const ending = yield* asked
  const took = performance.now() - startedAt

  const observed = simulated === undefined ? undefined : yield* simulated.observed
  const requests = raw?.requests() ?? []
  const got: Expected = {
    result: ending.result,
    outcome: ending.outcome,
    requests:
      expected.requests === "any"
        ? "any"
        : sequence(observed?.methods ?? requests.map(({ method }) => method), expected.requests),
    holds: observed?.holds ?? raw?.written() ?? 0,
  }
  const everything = inspect([ending.seen, events], inspectAll)
  const [atLeast, atMost = 40_000] = scenario.takes ?? [0]
  const [shortest, longest] = scenario.pauses ?? [0, Number.POSITIVE_INFINITY]
  const pauses = events.flatMap((event) => (event._tag === "Pausing" ? [Duration.toMillis(event.delay)] : []))
  const objections = [
    everything.includes(apiKey) ? "the key can be seen" : undefined,
    elsewhere.visits() > 0 ? "somebody else was asked" : undefined,
    keysIn(requests, apiKey) ? undefined : "a request does not carry the key in one header alone",
    took < atLeast || took > atMost ? `took ${Math.round(took)} ms, not ${atLeast} to ${atMost}` : undefined,
    ...pauses.filter((pause) => pause < shortest || pause > longest).map((pause) => `pauses for ${pause} ms`),
    scenario.pauses !== undefined && pauses.length === 0 ? "does not pause" : undefined,
    scenario.objection?.(ending, raw ?? nowhere),
  ].filter((objection) => objection !== undefined)
  return { expected: format(expected), got: format(got), objections }
})

/** Runs one scenario, with a server and a client of its own. */
export const run = (scenario: Scenario): Effect.Effect<Observation> =>
  Effect.catchCause(Effect.scoped(observe(scenario)), (cause) =>
    Effect.succeed({ expected: format(expectedOn(scenario, runtime)), got: Cause.pretty(cause), objections: [] }),
  )
