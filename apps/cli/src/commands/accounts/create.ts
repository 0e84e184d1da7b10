/** Creates one account, or changes the one that exists: everything is checked before a key is needed or anything is sent. */
import type * as Account from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsUpsert from "@effect-aptrinsic/core/AccountsUpsert"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { operations } from "@effect-aptrinsic/core/Outcome"
import * as Effect from "effect/Effect"
import * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"
import { Output, type Result, table } from "../../output/Output.ts"
import * as Given from "./Given.ts"
import { isUnset } from "./held.ts"

interface Arguments extends Given.Arguments {
  readonly ifExists: "fail" | "skip" | "update"
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

/** What a create that may change the account has to say. */
const upserted = (
  { attempts, changes, evidence, id, outcome }: AccountsUpsert.AccountUpserted,
  { name }: Account.NewAccount,
  paint: Output["Service"]["paint"],
): Result => {
  const account = AccountsFailure.shown(id)
  const [done, named] = [paint("green", "✔"), `${account} (${AccountsFailure.shown(name)})`]
  const rows = changes.map(
    ({ after, before, path }) =>
      [
        visible(path, 120),
        `${AccountsFailure.value(isUnset(path, before) ? undefined : before)} -> ${AccountsFailure.value(after)}`,
      ] as const,
  )
  const lines = {
    created: [`${done} Created account ${named}`],
    updated: [`${done} Updated account ${named}`, ...table(rows).map((row) => `  ${row}`)],
    unchanged: [`= Account ${account} holds all of this already; it was not changed.`],
  }
  return {
    document: { status: outcome, id, changes: changes.map((change) => ({ ...change })), attempts, evidence },
    lines: lines[outcome],
    confirmation: true,
  }
}

const upsert = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const { account, connection, doubts } = yield* Given.take(args, operations.create)
  const done = yield* Connection.call(connection, AccountsUpsert.upsertAccount(account)).pipe(
    AccountsFailure.orInterrupted(operations.create, account.id, "created or updated"),
    AccountsFailure.worded(connection, account.id),
  )
  const result = upserted(done, account, output.paint)
  return yield* output.succeed({ ...result, document: { ...result.document, ...doubts } })
})

const create = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const { account, connection, doubts } = yield* Given.take(args, operations.create)
  const ifExists = args.ifExists === "skip" ? "accept" : "fail"
  const created = yield* Connection.call(connection, Accounts.createAccount(account, { ifExists })).pipe(
    AccountsFailure.orInterrupted(operations.create, account.id),
    AccountsFailure.worded(connection, account.id),
  )
  const { notes, result } = ending(created, output.paint)
  yield* Effect.forEach(notes, output.note, { discard: true })
  return yield* output.succeed({
    ...result,
    document: { ...result.document, ...doubts },
  })
})

export const run = (args: Arguments) => (args.ifExists === "update" ? upsert(args) : create(args))
