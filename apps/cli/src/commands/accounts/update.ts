/** Changes fields of one account. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { operations } from "@effect-aptrinsic/core/Outcome"
import * as Effect from "effect/Effect"
import * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"
import { usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import * as Given from "./Given.ts"

interface Arguments extends Given.Arguments {
  readonly id: string
}

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const { account, connection, doubts } = yield* Given.take(args, operations.update)
  const { id: _id, ...changes } = account
  const names = Object.keys(changes)
  if (names.length === 0) return yield* usage("There is nothing to change.", "Pass --set FIELD=VALUE, or --file FILE.")

  const { attempts, differences, evidence, reconciled, ...updated } = yield* Connection.call(
    connection,
    Accounts.updateAccount(args.id, changes),
  ).pipe(AccountsFailure.orInterrupted(operations.update, args.id), AccountsFailure.worded(connection, args.id))
  yield* Effect.forEach(Given.notesOf(operations.update, differences, reconciled), output.note, { discard: true })
  return yield* output.succeed({
    document: {
      status: operations.update.done,
      id: args.id,
      changes: { ...updated.changes },
      reconciled,
      attempts,
      evidence,
      differences: differences.map((difference) => ({ ...difference })),
      ...doubts,
    },
    lines: [
      `${output.paint("green", "✔")} Updated account ${AccountsFailure.shown(args.id)}: ${visible(names.join(", "), 200)}`,
    ],
    confirmation: true,
  })
})
