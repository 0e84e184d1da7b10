/**
 * A sign-up that composes `createAccount` with retries and errors of its own: what the rest of the program sees is `SignUpError`, and
 * only when somebody has to act.
 */
import { type Account, Accounts, type AccountsError } from "@effect-aptrinsic/core"
import { layerHttpClient, runMain } from "@effect-aptrinsic/runtime/node"
import { Console, Effect, Layer, Schedule, Schema } from "effect"

class SignUpError extends Schema.TaggedError<SignUpError>()("SignUpError", {
  customer: Schema.String,
  problem: Schema.String,
}) {
  override get message() {
    return `${this.customer}: ${this.problem}`
  }
}

/** PX itself may be away for a while; an account that was not created is worth three more calls, unless PX names a later time. */
const whilePxIsAway = {
  while: ({ isRetryable, resumeAt }: AccountsError.AccountsError) => isRetryable && resumeAt === undefined,
  schedule: Schedule.exponential("100 millis").pipe(Schedule.jittered),
  times: 3,
}

const signUp = Effect.fn("signUp")(function* (customer: Account.NewAccount) {
  return yield* Accounts.createAccount(customer).pipe(
    Effect.retry(whilePxIsAway),
    Effect.as("welcome"),
    // The customer has signed up before: that is not an error here, unless it is another customer with the same id.
    Effect.catchReason("AccountsError", "PossibleDuplicate", (duplicate) =>
      duplicate.existing === "same"
        ? Effect.succeed("welcome back")
        : new SignUpError({ customer: customer.id, problem: `the id is taken (${duplicate.existing} data)` }),
    ),
    Effect.catchTag(
      "AccountsError",
      (error) => new SignUpError({ customer: customer.id, problem: error.reason.message }),
    ),
  )
})

const program = Effect.gen(function* () {
  const hooli = { id: "hooli", name: "Hooli", propertyKeys: ["AP-XXXXXXXXXX-2"] }
  yield* Console.log(`Hooli: ${yield* signUp(hooli)}`)
  yield* Console.log(`Hooli: ${yield* signUp(hooli)}`)
  const problem = yield* Effect.flip(signUp({ ...hooli, name: "Hooli XYZ" }))
  yield* Console.log(`Refused: ${problem.message}`)
})

const accounts = Accounts.layerFromConfig.pipe(Layer.provide(layerHttpClient()))

runMain(Effect.provide(program, accounts))
