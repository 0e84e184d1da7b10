import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Accounts from "../src/Accounts.ts"
import type { AccountsError } from "../src/AccountsError.ts"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import { account, make, status, type Step } from "./scriptedServer.ts"

/** Interrupts a create where it comes to a halt, and makes another one with the same quota of one request. */
const interrupted = Effect.fnUntraced(function* (
  steps: ReadonlyArray<Step>,
  create: Effect.Effect<unknown, AccountsError, Accounts.Accounts>,
) {
  const server = make(steps)
  return yield* Effect.gen(function* () {
    yield* Fiber.interrupt(yield* Effect.forkChild(create, { startImmediately: true }))
    const next = yield* Effect.result(Accounts.createAccount(account))
    return [server.sent().length, next._tag === "Success" ? "created" : next.failure.reason._tag]
  }).pipe(Effect.provide(server.layer({ requestsPerDay: 1 })))
})

describe("a create that is interrupted", () => {
  it.effect.each([
    ["its caller is asked whether it may leave", Accounts.createAccount(account, { mayLeave: Effect.never })],
    ["its observer hears that it leaves", AccountsEvent.observe(Accounts.createAccount(account), () => Effect.never)],
  ] as const)("while %s is not counted for the day", ([, create]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* interrupted([status(201)], create), [1, "created"])
    }),
  )

  it.effect("on the wire is counted for the day", () =>
    Effect.gen(function* () {
      const sent = yield* interrupted(["never"], Accounts.createAccount(account))
      assert.deepStrictEqual(sent, [1, "DailyQuotaExhausted"])
    }),
  )
})
