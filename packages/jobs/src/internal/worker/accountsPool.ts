/**
 * The clients of PX, one for each key and its settings, which all jobs of that key share. Its pace and its day are those of all workers: they are in the
 * database of the jobs.
 */
import { Accounts, layerWithQuotaStore } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, InvalidOptions } from "@effect-aptrinsic/core/AccountsError"
import { CurrentPace } from "@effect-aptrinsic/core/RateBudget"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as RcMap from "effect/RcMap"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import { type ApiKeyError, ApiKeys } from "../../ApiKeys.ts"
import type { JobError } from "../../JobError.ts"
import * as RateBudget from "../../RateBudget.ts"
import { tooNew, unavailable } from "../database/failure.ts"
import { connectionOf, decodeSettings, encodeSettings, type Settings } from "../jobs/settings.ts"
import { makeWatch } from "./telemetry.ts"

export interface KeyedAccounts {
  readonly accounts: Accounts["Service"]
  /** Finds out the key anew, which was refused: whether it is another one by now. */
  readonly renew: Effect.Effect<boolean>
}

class Client extends Data.Class<{ readonly key: string; readonly connection: string }> {}

type Clients = RcMap.RcMap<Client, KeyedAccounts, ApiKeyError | AccountsError<InvalidOptions>>

export class AccountsPool extends Context.Service<
  AccountsPool,
  {
    /** The client of a job, as long as the scope lives and some minutes longer. */
    readonly get: (
      key: string,
      settings: Settings,
    ) => Effect.Effect<KeyedAccounts, ApiKeyError | AccountsError<InvalidOptions>, Scope.Scope>
    /** Sets the metrics of the keys. */
    readonly observe: Effect.Effect<void>
  }
>()("@effect-aptrinsic/jobs/internal/worker/accountsPool") {}

const clientOf = (key: string, { connection }: Settings) =>
  new Client({ key, connection: encodeSettings({ connection, importer: { verify: false } }) })

export const layerPool: Layer.Layer<AccountsPool, JobError, ApiKeys | HttpClient.HttpClient | SqlClient> = Layer.effect(
  AccountsPool,
  Effect.gen(function* () {
    const { resolve } = yield* ApiKeys
    const budget = yield* Layer.build(RateBudget.layer()).pipe(
      Effect.catchTags({
        DatabaseTooNew: (error) => Effect.fail(tooNew(error)),
        SqlError: (error) => Effect.fail(unavailable(error)),
        // It was given no options.
        AccountsError: Effect.die,
      }),
    )
    const watch = makeWatch()
    yield* Effect.addFinalizer(() => watch.observe)
    const pace = Context.get(budget, CurrentPace)!
    const clients: Clients = yield* RcMap.make({
      lookup: (client: Client) =>
        Effect.gen(function* () {
          const { connection, key } = client
          const apiKey = yield* resolve(key)
          const options = { apiKey, ...connectionOf(decodeSettings(connection)) }
          const own = Context.add(budget, CurrentPace, watch.over(pace, key))
          const layer = Effect.provideContext(Layer.build(layerWithQuotaStore(options)), own)
          const renew = RcMap.invalidate(clients, client).pipe(
            Effect.andThen(resolve(key)),
            Effect.match({
              onFailure: () => false,
              onSuccess: (found) => Redacted.value(found) !== Redacted.value(apiKey),
            }),
          )
          return { accounts: Context.get(yield* layer, Accounts), renew }
        }),
      idleTimeToLive: "5 minutes",
    })
    return AccountsPool.of({
      get: (key, settings) => {
        const client = clientOf(key, settings)
        // A key that was not there may be there the next time.
        return Effect.tapError(RcMap.get(clients, client), () => RcMap.invalidate(clients, client))
      },
      observe: watch.observe,
    })
  }),
)
