/** Shows one account. */
import type { Account } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Conversion from "@effect-aptrinsic/files/internal/shared/conversion"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as ApiKey from "../../config/ApiKey.ts"
import * as Settings from "../../config/Settings.ts"
import * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"
import { Output, table } from "../../output/Output.ts"
import { isDate, isUnset, rank } from "./held.ts"

/** Longer than any field means to be, shorter than a flood. */
const maxLength = 2000

const text = (path: string, value: Schema.Json): string => {
  if (typeof value === "number" && isDate(path)) {
    return Option.match(DateTime.make(value), {
      onNone: () => String(value),
      onSome: (date) => `${DateTime.formatIso(date)} (${value})`,
    })
  }
  if (typeof value !== "string") return visible(JSON.stringify(value), maxLength)
  // An attribute that would be read as something else is quoted, as --set wants it.
  const isAmbiguous = path.startsWith("customAttributes.") && Conversion.untyped(value) !== value
  return visible(isAmbiguous ? JSON.stringify(value) : value, maxLength)
}

const rows = (
  value: { readonly [name: string]: Schema.Json | undefined },
  prefix = "",
): ReadonlyArray<readonly [string, string]> =>
  Object.entries(value).flatMap(([name, child]) => {
    const path = `${prefix}${name}`
    if (child === undefined || isUnset(path, child)) return []
    if (Array.isArray(child) && child.every((item) => typeof item === "string")) {
      return [[path, visible(child.join(", "), maxLength)] as const]
    }
    if (typeof child === "object" && child !== null && !Array.isArray(child)) {
      return rows(child as { readonly [name: string]: Schema.Json }, `${path}.`)
    }
    return [[path, text(path, child)] as const]
  })

const lines = (account: Account) =>
  table(
    rows(account)
      .toSorted(([one], [other]) => rank(one) - rank(other))
      .map(([path, value]) => [visible(path, 120), value]),
  )

export const run = Effect.fnUntraced(function* (args: { readonly id: string }) {
  const output = yield* Output
  const settings = yield* Settings.resolve
  const apiKey = yield* ApiKey.require(settings)
  const connection = { settings, apiKey }
  const account = yield* Connection.call(connection, Accounts.getAccount(args.id)).pipe(
    AccountsFailure.worded(connection, args.id),
  )
  return yield* output.succeed({ document: { account }, lines: lines(account) })
})
