/** The clients of PX, one for each key and its settings, which all jobs of that key share, and its pace with it. */
import { Accounts, layer as layerAccounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, InvalidOptions } from "@effect-aptrinsic/core/AccountsError"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as RcMap from "effect/RcMap"
import type * as Scope from "effect/Scope"
import { type ApiKeyError, ApiKeys } from "../../ApiKeys.ts"
import { connectionOf, decodeSettings, encodeSettings, type Settings } from "../jobs/settings.ts"

class Client extends Data.Class<{ readonly key: string; readonly connection: string }> {}

export class AccountsPool extends Context.Service<
  AccountsPool,
  {
    /** The client of a job, as long as the scope lives and some minutes longer. */
    readonly get: (
      key: string,
      settings: Settings,
    ) => Effect.Effect<Accounts["Service"], ApiKeyError | AccountsError<InvalidOptions>, Scope.Scope>
    /** Finds out the key anew when it is asked for next: it was refused. */
    readonly forget: (key: string, settings: Settings) => Effect.Effect<void>
  }
>()("@effect-aptrinsic/jobs/internal/AccountsPool") {}

const clientOf = (key: string, { connection }: Settings) =>
  new Client({ key, connection: encodeSettings({ connection, importer: {} }) })

export const layerPool: Layer.Layer<AccountsPool, never, ApiKeys | HttpClient.HttpClient> = Layer.effect(
  AccountsPool,
  Effect.gen(function* () {
    const { resolve } = yield* ApiKeys
    const clients = yield* RcMap.make({
      lookup: ({ connection, key }: Client) =>
        Effect.gen(function* () {
          const apiKey = yield* resolve(key)
          const options = { apiKey, ...connectionOf(decodeSettings(connection)) }
          return Context.get(yield* Layer.build(layerAccounts(options)), Accounts)
        }),
      idleTimeToLive: "5 minutes",
    })
    const forget = (key: string, settings: Settings) => RcMap.invalidate(clients, clientOf(key, settings))
    return AccountsPool.of({
      // A key that was not there may be there the next time.
      get: (key, settings) => Effect.tapError(RcMap.get(clients, clientOf(key, settings)), () => forget(key, settings)),
      forget,
    })
  }),
)
