/** Creates one account: everything is checked before a key is needed or anything is sent. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { operations } from "@effect-aptrinsic/core/Outcome"
import * as Effect from "effect/Effect"
import * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"
import { Output, type Result } from "../../output/Output.ts"
import * as Given from "./Given.ts"

interface Arguments extends Given.Arguments {
  readonly ifExists: "fail" | "skip"
}

/** The output of a create that succeeded: notes first, then the result. */
export const ending = (
  { account: { id, name }, account, attempts, differences, evidence, existed, reconciled }: Accounts.AccountCreated,
  paint: Output["Service"]["paint"],
): { readonly notes: ReadonlyArray<string>; readonly result: Result } => {
  const notes = Given.notesOf(operations.create, differences, reconciled && !existed)
  const found = differences.map((difference) => ({ ...difference }))
  if (existed) {
    return {
      notes,
      result: {
        document: { status: "duplicate", id, differences: found },
        lines: [`= Account ${AccountsFailure.shown(id)} already exists; it was not changed.`],
        confirmation: true,
      },
    }
  }
  const otherwise =
    differences.length === 0
      ? ""
      : `; PX keeps ${differences.map(({ path }) => visible(path, 60)).join(", ")} otherwise`
  return {
    notes,
    result: {
      document: { status: "created", id, account, reconciled, attempts, evidence, differences: found },
      lines: [
        `${paint("green", "✔")} Created account ${AccountsFailure.shown(id)} (${AccountsFailure.shown(name)})${otherwise}`,
      ],
      confirmation: true,
    },
  }
}

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const { account, connection, doubts } = yield* Given.take(args, operations.create)
  const ifExists = args.ifExists === "skip" ? "accept" : "fail"
  const created = yield* Connection.call(connection, Accounts.createAccount(account, { ifExists })).pipe(
    Effect.onInterrupt(() => output.fail(AccountsFailure.interrupted(operations.create, account.id))),
    AccountsFailure.worded(connection, account.id),
  )
  const { notes, result } = ending(created, output.paint)
  yield* Effect.forEach(notes, output.note, { discard: true })
  return yield* output.succeed({
    ...result,
    document: { ...result.document, ...doubts },
  })
})
