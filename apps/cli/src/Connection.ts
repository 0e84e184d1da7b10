/**
 * Calls PX with the settings of this run. What a call fails with stays the library's error; `AccountsFailure` words it at the end.
 */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { conceal } from "./config/Secret.ts"
import { type Settings, toOptions } from "./config/Settings.ts"
import type { Sourced } from "./config/Sourced.ts"
import { Platform } from "./Platform.ts"
import * as Quota from "./Quota.ts"

export interface Connection {
  readonly settings: Settings
  readonly apiKey: Sourced<Redacted.Redacted>
}

/**
 * The day, in which what leaves is counted, and the pace that commands share: where others keep it, or where this one sends many requests. PX knows
 * how many a day the subscription has; no flag tells it to these commands.
 */
const budget = Effect.fnUntraced(function* (isLong: boolean) {
  const isShared = isLong || (yield* Quota.isPaceKept)
  if (!isShared) return Quota.quietDay
  const { pace } = yield* Effect.promise(() => import("./Pace.ts"))
  return Layer.merge(Quota.quietDay, pace)
})

/** Runs a call to PX, `isLong` where it asks for one page after the other. The HTTP client is loaded only now. */
export const call = Effect.fn("Connection.call")(function* <A, E, R>(
  { apiKey, settings }: Connection,
  request: Effect.Effect<A, AccountsError | E, Accounts.Accounts | R>,
  isLong = false,
) {
  const options = { ...(yield* toOptions(settings, apiKey.value)), requestsPerDay: Number.MAX_SAFE_INTEGER }
  const httpClient = yield* (yield* Platform).httpClient
  const accounts = Layer.provide(Accounts.layerWithQuotaStore(options), [httpClient, yield* budget(isLong)])
  const answer = yield* request.pipe(Effect.provide(accounts))
  return conceal(answer, apiKey.value)
})
