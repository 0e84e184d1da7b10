import { Accounts, AccountsError } from "@effect-aptrinsic/core"
import { assert, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Schedule } from "effect"
import * as TestClock from "effect/testing/TestClock"

const acme = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }

// The program under test: it tries again for a day while PX is away.
const signUp = Accounts.createAccount(acme).pipe(
  Effect.retry({ while: ({ isRetryable }) => isRetryable, schedule: Schedule.spaced("1 hour"), times: 24 }),
)

const away = new AccountsError.AccountsError({
  operation: "create",
  accountId: acme.id,
  attempts: 5,
  elapsed: Duration.minutes(2),
  history: [],
  outcome: "not created",
  reason: new AccountsError.Unavailable({ detail: "503" }),
})

const created: Accounts.AccountCreated = {
  account: acme,
  reconciled: false,
  existed: false,
  evidence: "answer",
  differences: [],
  attempts: 1,
  waited: Duration.zero,
  elapsed: Duration.millis(42),
}

it.effect("a sign-up goes through when PX is back, two hours later", () => {
  let calls = 0
  const backAtThird = Accounts.layerTest({
    createAccount: () => Effect.suspend(() => (++calls < 3 ? Effect.fail(away) : Effect.succeed(created))),
  })
  return Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(signUp)
    yield* TestClock.adjust("2 hours")
    assert.deepStrictEqual(yield* Fiber.join(fiber), created)
  }).pipe(Effect.provide(backAtThird))
})
