/**
 * What the vendor does with a value for a custom attribute that does not exist or is not enabled.
 */
import type { AccountPart } from "@effect-aptrinsic/core/Account"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Habits } from "../Habits.ts"
import { Subscription } from "../Subscription.ts"
import type { Refusal, SubError } from "./payload.ts"

const complaint = ([name, rejectedValue]: readonly [string, SubError["rejectedValue"]]): SubError => ({
  object: "account",
  field: `customAttributes.${name}`,
  rejectedValue,
  message: "does not exist",
})

/** Looks at the custom attributes of a body: it is taken as it is, without some of them, or not at all. */
export const make = Effect.gen(function* () {
  const habits = yield* Habits
  const subscription = yield* Subscription
  return Effect.fnUntraced(function* <A extends AccountPart>(account: A) {
    const { unknownAttributes } = yield* habits.settings
    if (unknownAttributes === "kept" || account.customAttributes === undefined) return Result.succeed(account)
    const { attributes } = yield* subscription.settings
    const enabled = new Set(attributes.flatMap(({ apiName, state }) => (state === "ENABLED" ? [apiName] : [])))
    const values = Object.entries(account.customAttributes)
    const unknown = values.filter(([name]) => !enabled.has(name))
    if (unknown.length === 0) return Result.succeed(account)
    const refusal: Refusal = { message: "Validation error", debugMessage: null, subErrors: unknown.map(complaint) }
    return unknownAttributes === "refused"
      ? Result.fail(refusal)
      : Result.succeed({
          ...account,
          customAttributes: Object.fromEntries(values.filter(([name]) => enabled.has(name))),
        })
  })
})

export type Screen = Effect.Success<typeof make>
