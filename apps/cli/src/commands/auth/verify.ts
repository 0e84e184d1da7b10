/** Asks PX whether a key works, by one read that changes nothing. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"

/** Nobody has it: that PX says so shows that it let the key look. */
const id = "aptrinsic-auth-check"

/** Somebody waits for the answer. */
const patience = Duration.seconds(15)

/** Fails with why the key cannot be said to work. */
export const verify = Effect.fn("Auth.verify")(function* (connection: Connection.Connection) {
  const timeout = connection.settings.timeout ?? { value: patience, source: "default" }
  const impatient = { ...connection, settings: { ...connection.settings, timeout } }
  yield* Connection.call(impatient, Accounts.getAccount(id)).pipe(
    Effect.catchIf(
      (error) => error._tag === "AccountsError" && error.reason._tag === "AccountNotFound",
      () => Effect.void,
    ),
    AccountsFailure.worded(impatient, id),
  )
})
