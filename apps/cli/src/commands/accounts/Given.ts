/**
 * What the commands that write one account have in common: what they were given, checked before a key is needed or anything is sent, and the notes
 * beside their results.
 */
import type { Difference } from "@effect-aptrinsic/core/AccountsError"
import type { WriteOperation } from "@effect-aptrinsic/core/Outcome"
import * as Effect from "effect/Effect"
import * as ApiKey from "../../config/ApiKey.ts"
import * as Settings from "../../config/Settings.ts"
import * as AccountInput from "../../input/AccountInput.ts"
import { differenceRows } from "../../output/AccountsFailure.ts"
import { usage } from "../../output/Failure.ts"
import { Output, table } from "../../output/Output.ts"
import * as Doubts from "./Doubts.ts"

export interface Arguments {
  readonly id: string | undefined
  readonly name?: string | undefined
  readonly set: ReadonlyArray<string>
  readonly file: string | undefined
  readonly accept: ReadonlyArray<string>
  /** What to make of an account that exists, where that may be asked. */
  readonly ifExists?: "fail" | "skip" | "update" | undefined
}

/** The account, or the part of one that the operation takes; what is doubtful about it, as a member of the document; the way to PX. */
export const take = Effect.fn("Given.take")(function* <O extends WriteOperation>(args: Arguments, operation: O) {
  const output = yield* Output
  const settings = yield* Settings.resolve
  if (args.file === "-" && settings.apiKey?.value._tag === "File" && settings.apiKey.value.path === "-") {
    return yield* usage("The account and the API key cannot both come from stdin.")
  }
  const mayChange = operation.isPartial || args.ifExists === "update"
  const { account, dates } = yield* AccountInput.build(
    {
      name: undefined,
      ...args,
      productKeys: settings.productKeysGiven ? settings.productKeys?.value : undefined,
      // What changes an account changes the fields that are named and no others.
      defaultProductKeys: mayChange ? undefined : settings.productKeys?.value,
      mayChange,
    },
    operation,
  )
  yield* Effect.forEach(AccountInput.understood(dates), output.note, { discard: true })
  const doubts = yield* Doubts.review(account, args.accept, operation)
  return {
    account,
    doubts: doubts.length > 0 ? { doubts } : {},
    connection: { settings, apiKey: yield* ApiKey.require(settings) },
  }
})

/** The notes of a write that took effect. */
export const notesOf = (
  { done }: WriteOperation,
  differences: ReadonlyArray<Difference>,
  reconciled: boolean,
): ReadonlyArray<string> => [
  ...(reconciled ? [`The answer of PX was lost; looking the account up showed that it was ${done}.`] : []),
  ...table(differenceRows(differences), 1).map((row) => `  ${row}`),
]
