/** Asks PX whether a key works, by one read that changes nothing. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"

/** Nobody has it: that PX says so shows that it let the key look. */
const id = "aptrinsic-auth-check"

const patience = Duration.seconds(15)

/** The same way to PX for a call whose answer somebody waits for. */
export const impatient = (connection: Connection.Connection): Connection.Connection => ({
  ...connection,
  settings: { ...connection.settings, timeout: connection.settings.timeout ?? { value: patience, source: "default" } },
})

/** Fails with why the key cannot be said to work. */
export const verify = Effect.fn("Auth.verify")(function* (given: Connection.Connection) {
  const connection = impatient(given)
  yield* Connection.call(connection, Accounts.getAccount(id)).pipe(
    Effect.catchIf(
      (error) => error._tag === "AccountsError" && error.reason._tag === "AccountNotFound",
      () => Effect.void,
    ),
    AccountsFailure.worded(connection, id),
  )
})
