/** Takes what a command about one account was given: everything is checked before a key is needed or anything is sent. */
import type { WriteOperation } from "@effect-aptrinsic/core/Outcome"
import * as Effect from "effect/Effect"
import * as ApiKey from "../../config/ApiKey.ts"
import * as Settings from "../../config/Settings.ts"
import * as AccountInput from "../../input/AccountInput.ts"
import { usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import * as Doubts from "./Doubts.ts"

export interface Arguments {
  readonly id: string | undefined
  readonly name?: string | undefined
  readonly set: ReadonlyArray<string>
  readonly file: string | undefined
  readonly accept: ReadonlyArray<string>
}

/** The account, or the part of one that the operation takes; what is doubtful about it, as a member of the document; the way to PX. */
export const take = Effect.fn("Given.take")(function* <O extends WriteOperation>(args: Arguments, operation: O) {
  const output = yield* Output
  const settings = yield* Settings.resolve
  if (args.file === "-" && settings.apiKey?.value._tag === "File" && settings.apiKey.value.path === "-") {
    return yield* usage("The account and the API key cannot both come from stdin.")
  }
  const { account, dates } = yield* AccountInput.build(
    {
      name: undefined,
      ...args,
      productKeys: settings.productKeysGiven ? settings.productKeys?.value : undefined,
      // A part of an account changes what is named and nothing by the way.
      defaultProductKeys: operation.isPartial ? undefined : settings.productKeys?.value,
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
