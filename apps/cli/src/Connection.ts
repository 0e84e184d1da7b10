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

export interface Connection {
  readonly settings: Settings
  readonly apiKey: Sourced<Redacted.Redacted>
}

/** Runs a call to PX. The HTTP client is loaded only now. */
export const call = Effect.fn("Connection.call")(function* <A, E, R>(
  { apiKey, settings }: Connection,
  request: Effect.Effect<A, AccountsError | E, Accounts.Accounts | R>,
) {
  const options = yield* toOptions(settings, apiKey.value)
  const httpClient = yield* (yield* Platform).httpClient
  const answer = yield* request.pipe(Effect.provide(Layer.provide(Accounts.layer(options), httpClient)))
  return conceal(answer, apiKey.value)
})
