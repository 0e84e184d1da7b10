/**
 * One simulated run: several creates, updates, upserts and lists of several processes against the model server, in virtual time, from a seed.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsList from "@effect-aptrinsic/core/AccountsList"
import * as AccountsUpsert from "@effect-aptrinsic/core/AccountsUpsert"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import { makeDice } from "@effect-aptrinsic/core/test/dice"
import * as Parts from "@effect-aptrinsic/core/test/parts"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { check } from "./check.ts"
import type { CallExit, Details, Event, Said } from "./history.ts"
import { CurrentCall, makeModelClient } from "./modelClient.ts"
import { ModelServer } from "./ModelServer.ts"
import { type Call, drawPlan, type Plan } from "./Plan.ts"
import type { Violation } from "./story.ts"
import { World } from "./World.ts"

/** What a run is made of, where it differs from the library as it is: for bugs that the checks must find. */
export interface Variant {
  readonly client?: (client: HttpClient.HttpClient) => HttpClient.HttpClient
  readonly gate?: (gate: Parts.Gate, limits: Parts.Limits) => Parts.Gate
  readonly createAccount?: (create: CreateAccount) => CreateAccount
  readonly updateAccount?: (update: UpdateAccount) => UpdateAccount
  readonly ask?: (ask: Ask) => Ask
  /** How far beyond what the client allows for a stored account stays invisible to reads. */
  readonly lagFactor?: number
}

export type CreateAccount = Accounts.Accounts["Service"]["createAccount"]
export type UpdateAccount = Accounts.Accounts["Service"]["updateAccount"]
export type Ask = Accounts.Accounts["Service"]["query"]

export interface Run {
  readonly seed: number
  readonly plan: Plan
  readonly events: ReadonlyArray<Event>
  readonly violations: ReadonlyArray<Violation>
  /** Virtual milliseconds. */
  readonly duration: number
}

interface Process {
  readonly createAccount: CreateAccount
  readonly updateAccount: UpdateAccount
  readonly ask: Ask
  readonly gate: Parts.Gate
  readonly limits: Parts.Limits
  readonly scope: Scope.Closeable
}

type Log = (event: Details) => void

/** The gate as it is, with a note of every request it lets leave and of how it counts it. */
const observed = (gate: Parts.Gate, process: number, log: Log): Parts.Gate => {
  let permits = 0
  return {
    ...gate,
    admit: (request) =>
      Effect.suspend(() => {
        const permit = permits++
        return gate.admit({
          ...request,
          send: Effect.suspend(() => {
            log({ _tag: "Left", process, permit })
            return request.send
          }),
          verdict: (exit) => {
            const verdict = request.verdict(exit)
            log({ _tag: "Judged", process, permit, verdict })
            return verdict
          },
        })
      }),
  }
}

const startProcess = Effect.fnUntraced(function* (
  index: number,
  client: HttpClient.HttpClient,
  plan: Plan,
  variant: Variant,
  log: Log,
) {
  const scope = yield* Scope.make()
  const { settings } = plan
  const raw = yield* Parts.openGate(Redacted.make(`the key of process ${index}`), settings).pipe(Scope.provide(scope))
  const gate = observed(variant.gate?.(raw, settings) ?? raw, index, log)
  const options = { apiKey: Redacted.make("key-of-the-simulation"), ...settings }
  const line = yield* Parts.makeLine(options, () => Effect.succeed(gate)).pipe(
    Effect.provideService(HttpClient.HttpClient, variant.client?.(client) ?? client),
    Scope.provide(scope),
  )
  const create = Parts.makeCreateAccount(line)
  const update = Parts.makeUpdateAccount(line)
  const ask = Parts.makeAsk(line)
  return {
    createAccount: variant.createAccount?.(create) ?? create,
    updateAccount: variant.updateAccount?.(update) ?? update,
    ask: variant.ask?.(ask) ?? ask,
    gate: raw,
    limits: settings,
    scope,
  } satisfies Process
})

/** The options of a call that starts now. */
const optionsOf = (world: World, log: Log, call: Call, since: number | undefined): CreateOptions => {
  const { doubt, held, index } = call
  const wallSince = since === undefined ? undefined : world.currentTimeMillisUnsafe() - Math.ceil(world.now - since)
  return {
    ...call.options,
    ...(doubt === undefined ? {} : { inDoubt: wallSince === undefined ? true : { since: wallSince } }),
    ...(held === undefined
      ? {}
      : {
          mayLeave: Effect.sync(() => {
            const may = world.now < held.from || world.now >= held.to
            log({ _tag: "Asked", call: index, may })
            return may
          }),
        }),
  }
}

/** When the POST left that a call is told of. */
const sinceOf = ({ doubt }: Call, now: number, events: ReadonlyArray<Event>): number | undefined => {
  if (doubt?.tellsSince !== true) return undefined
  if (doubt.resumes === undefined) return now - doubt.age
  const isOf = (event: Event) => "call" in event && event.call === doubt.resumes
  const sent = events.find((event) => event._tag === "Sent" && event.method === "POST" && isOf(event))
  return (sent ?? events.find(isOf))!.at
}

/** Makes a call by the client of its process. */
const perform = (
  { ask, createAccount, updateAccount }: Process,
  { account: { id, ...rest }, operation, pageSize }: Call,
  options: CreateOptions,
): Effect.Effect<Said, AccountsError> => {
  if (operation === "create") return createAccount({ id, ...rest } as NewAccount, options)
  if (operation === "update") return updateAccount(id, rest, options)
  if (operation === "upsert") {
    return AccountsUpsert.upsertAccount({ id, ...rest } as NewAccount, { mayLeave: options.mayLeave }).pipe(
      Effect.provide(Accounts.layerTest({ createAccount, updateAccount })),
    )
  }
  return AccountsList.listAccounts({ pageSize }).pipe(
    Stream.map((account) => account.id),
    Stream.runCollect,
    Effect.map((ids) => ({ ids })),
    Effect.provide(Accounts.layerTest({ query: ask })),
  )
}

/** Starts the calls and sees them through to their ends; says which never ended. */
const runCalls = (
  world: World,
  plan: Plan,
  processes: ReadonlyArray<Process>,
  events: ReadonlyArray<Event>,
  log: Log,
) => {
  const running = new Map<number, Fiber.Fiber<Said, AccountsError>>()
  let open = plan.calls.length
  const start = (call: Call) => {
    const since = sinceOf(call, world.now, events)
    log({ _tag: "Called", call: call.index, since })
    const fiber = Effect.runForkWith(Context.add(world.context, CurrentCall, call.index))(
      perform(processes[call.process]!, call, optionsOf(world, log, call, since)),
    )
    running.set(call.index, fiber)
    fiber.addObserver((exit: CallExit) => {
      running.delete(call.index)
      open--
      log({ _tag: "Ended", call: call.index, exit })
      for (const next of plan.calls) {
        if (next.doubt?.resumes === call.index) world.after(next.doubt.age, () => start(next))
      }
    })
  }
  const crash = (call: Call) => {
    const fiber = running.get(call.index)
    if (fiber === undefined) return
    log({ _tag: "Crashed", call: call.index })
    fiber.interruptUnsafe()
  }
  for (const call of plan.calls) {
    if (call.doubt?.resumes !== undefined) continue
    world.after(call.startsAt, () => {
      start(call)
      if (call.crash === undefined) return
      if ("millis" in call.crash) world.after(call.crash.millis, () => crash(call))
      else world.afterTasks(call.crash.steps, () => crash(call))
    })
  }
  world.run(() => open === 0)
  return [...running.keys()]
}

const settleDown = (world: World, millis: number) => {
  let over = false
  world.after(millis, () => {
    over = true
  })
  world.run(() => over)
}

/**
 * Whether a gate that nobody uses admits at once as many requests as its limit: a lost permit would be missing for ever.
 * One request goes first, as the probe that ends the last pause.
 */
const admitsAll = (world: World, { gate, limits }: Process): boolean => {
  let admitted = 0
  const admit = (send: Effect.Effect<void>, verdict: Parts.Verdict) =>
    Effect.runForkWith(world.context)(
      gate.admit({
        lane: "first",
        patience: Number.POSITIVE_INFINITY,
        verdict: () => verdict,
        send: Effect.suspend(() => {
          admitted++
          return send
        }),
      }),
    )
  const fibers = [admit(Effect.void, { _tag: "Answered" })]
  settleDown(world, 3000)
  for (let index = 0; index < limits.requestsPerSecond; index++) fibers.push(admit(Effect.never, { _tag: "Unsent" }))
  settleDown(world, 2000)
  for (const fiber of fibers) fiber.interruptUnsafe()
  return admitted === limits.requestsPerSecond + 1
}

const setWallClock = (world: World, { wallJump }: Plan, log: Log) => {
  if (wallJump === undefined) return
  world.after(wallJump.at, () => {
    world.wallOffset += wallJump.by
    log({ _tag: "ClockSet", by: wallJump.by })
  })
}

/** Plays the run of a seed; the same seed is the same run. */
export const simulate = (seed: number, variant: Variant = {}): Run => {
  const dice = makeDice(seed)
  const plan = drawPlan(dice, makeDice(seed + 0x5eed_0000), variant.lagFactor)
  const world = new World(dice, plan.schedule)
  const events: Array<Event> = []
  const log: Log = (event) => void events.push({ at: world.now, ...event } as Event)
  const server = new ModelServer(world, dice, plan.server, plan.existing, log)
  let requests = 0
  const client = makeModelClient(server, dice, log, () => requests++)
  const processes = Array.from({ length: plan.processes }, (_, index) =>
    world.build(startProcess(index, client, plan, variant, log)),
  )
  setWallClock(world, plan, log)
  const hanging = runCalls(world, plan, processes, events, log)
  const duration = world.now
  // Beyond every pause and every recovery of the limit, and until all that is under way at the server has happened.
  settleDown(world, 172_800_000)
  const leaking = processes.flatMap((process, index) =>
    plan.settings.requestsPerDay < 1_000_000 || admitsAll(world, process) ? [] : [index],
  )
  for (const { scope } of processes) world.build(Scope.close(scope, Exit.void))
  return { seed, plan, events, duration, violations: check({ plan, events, store: server.store, hanging, leaking }) }
}
