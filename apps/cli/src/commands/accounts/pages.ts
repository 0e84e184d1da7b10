/** The accounts in PX, page by page, for the commands that show or write many. */
import type { Account } from "@effect-aptrinsic/core/Account"
import * as AccountsList from "@effect-aptrinsic/core/AccountsList"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as ApiKey from "../../config/ApiKey.ts"
import { conceal } from "../../config/Secret.ts"
import * as Settings from "../../config/Settings.ts"
import * as Connection from "../../Connection.ts"

interface Wanted {
  readonly filter: string | undefined
  /** How many accounts are enough. */
  readonly limit?: number | undefined
}

/** The way to PX that the settings say. */
export const connect = Effect.gen(function* () {
  const settings = yield* Settings.resolve
  return { settings, apiKey: yield* ApiKey.require(settings) }
})

/** Has each page taken before the next one is asked for. */
export const forEach = <E, R>(
  connection: Connection.Connection,
  { filter, limit = Number.POSITIVE_INFINITY }: Wanted,
  take: (accounts: ReadonlyArray<Account>, total: number | undefined) => Effect.Effect<void, E, R>,
) => {
  let left = limit
  return Connection.call(
    connection,
    AccountsList.pages({ filter, pageSize: Math.min(limit, 1000) }).pipe(
      Stream.mapEffect(({ accounts, total }) => {
        const wanted = accounts.slice(0, left)
        left -= wanted.length
        return take(conceal(wanted, connection.apiKey.value), total)
      }),
      Stream.takeUntil(() => left <= 0),
      Stream.runDrain,
    ),
    true,
  )
}
