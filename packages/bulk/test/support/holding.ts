/** What PX holds, as pages of its list and as single reads, and what it was asked for. */
import type { Account } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as E from "@effect-aptrinsic/core/AccountsError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { unread } from "./px.ts"
import { layerServices } from "./runtime.ts"

export const holding = (accounts: ReadonlyArray<Account>) => {
  const asked = { pages: 0, reads: 0 }
  const held = new Map(accounts.map((account) => [account.id, account]))
  const layer = Accounts.layerTest({
    query: ({ decode, path }) =>
      Effect.sync(() => {
        asked.pages++
        const asks = new URL(path, "http://px").searchParams
        const [from, size] = [Number(asks.get("scrollId")), Number(asks.get("pageSize"))]
        const page = {
          accounts: accounts.slice(from, from + size),
          totalHits: accounts.length,
          scrollId: `${from + size}`,
        }
        return { value: Result.getOrThrow(decode(page)), wasLost: false }
      }),
    getAccount: (id) =>
      Effect.suspend(() => {
        asked.reads++
        const account = held.get(id)
        if (id === "..") return unread(new E.InvalidAccount({ issues: [] }))
        return account === undefined ? unread(new E.AccountNotFound()) : Effect.succeed(account)
      }),
  })
  return { asked, layer: Layer.merge(layer, layerServices) }
}
