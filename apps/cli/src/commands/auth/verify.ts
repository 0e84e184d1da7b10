/** Asks PX whether a key works, by one read that changes nothing. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"

/** Nobody has it: that PX says so shows that it let the key look. */
const id = "aptrinsic-auth-check"

/** How long somebody waits for an answer. */
export const patience = Duration.seconds(15)

/** The same way to PX for a call whose answer somebody waits for. */
export const impatient = (connection: Connection.Connection): Connection.Connection => ({
  ...connection,
  settings: { ...connection.settings, timeout: connection.settings.timeout ?? { value: patience, source: "default" } },
})

/** The read: fails with what the library says of it. */
export const look = Effect.catchIf(
  Effect.asVoid(Accounts.getAccount(id)),
  ({ reason }) => reason._tag === "AccountNotFound",
  () => Effect.void,
)

/** Fails with why the key cannot be said to work. */
export const verify = Effect.fn("Auth.verify")(function* (given: Connection.Connection) {
  const connection = impatient(given)
  yield* Connection.call(connection, look).pipe(AccountsFailure.worded(connection, id))
})
