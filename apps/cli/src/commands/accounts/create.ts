/** Creates one account: everything is checked before a key is needed or anything is sent. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as AccountInput from "../../AccountInput.ts"
import * as ApiKey from "../../ApiKey.ts"
import * as Connection from "../../Connection.ts"
import { exitCodes, Failure, usage } from "../../Failure.ts"
import { Output, table } from "../../Output.ts"
import * as Settings from "../../Settings.ts"

export interface Arguments {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly set: ReadonlyArray<string>
  readonly file: string | undefined
  readonly ifExists: "fail" | "skip"
}

const isoDate = (milliseconds: number) =>
  Option.match(DateTime.make(milliseconds), { onNone: () => String(milliseconds), onSome: DateTime.formatIso })

const interrupted = (id: string) =>
  new Failure({
    exitCode: exitCodes.interrupted,
    code: "interrupted",
    message: `Interrupted. Account ${Connection.shown(id)} may or may not have been created.`,
    hints: [`Look with '${Connection.getCommand(id)}' before you create it again.`],
    extra: { id, outcome: "unknown" },
  })

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const settings = yield* Settings.resolve
  if (args.file === "-" && settings.apiKey?.value._tag === "File" && settings.apiKey.value.path === "-") {
    return yield* usage("The account and the API key cannot both come from stdin.")
  }
  const { account, dates } = yield* AccountInput.build({
    ...args,
    productKeys: settings.productKeysGiven ? settings.productKeys?.value : undefined,
    defaultProductKeys: settings.productKeys?.value,
  })
  const understood = dates.map(([field, written, sent]) => [field, `${written} is ${isoDate(sent)} (${sent})`] as const)
  yield* Effect.forEach(table(understood), (line) => output.note(line), { discard: true })

  const { id, name } = account
  const apiKey = yield* ApiKey.require(settings)
  const created = yield* Connection.call({ settings, apiKey }, id, Accounts.createAccount(account)).pipe(
    Effect.onInterrupt(() => output.fail(interrupted(id))),
    Effect.map((created) => ({ duplicate: false as const, created })),
    Effect.catchIf(
      // Whether it exists has to be certain before it can be accepted.
      (failure) =>
        args.ifExists === "skip" && failure.code === "duplicate" && failure.extra?.["existing"] !== "unknown",
      (failure) => Effect.succeed({ duplicate: true as const, failure }),
    ),
  )
  if (created.duplicate) {
    yield* Effect.forEach(table(created.failure.rows ?? [], 1), (line) => output.note(`  ${line}`), { discard: true })
    return yield* output.succeed({
      document: { status: "duplicate", id, differences: created.failure.extra?.["differences"] },
      lines: [`= ${created.failure.message}`],
      confirmation: true,
    })
  }
  const { reconciled, attempts } = created.created
  if (reconciled) yield* output.note("The answer of PX was lost; looking the account up showed that it was created.")
  return yield* output.succeed({
    document: { status: "created", id, account, reconciled, attempts },
    lines: [`${output.paint("green", "✔")} Created account ${Connection.shown(id)} (${Connection.shown(name)})`],
    confirmation: true,
  })
})
