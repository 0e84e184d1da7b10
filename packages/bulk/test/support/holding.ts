/** What PX holds, as pages of its list and as single reads, and what it was asked for. */
import type { Page } from "@effect-aptrinsic/bulk/Plan"
import type { Account } from "@effect-aptrinsic/core/Account"
import * as E from "@effect-aptrinsic/core/AccountsError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { px, unread } from "./px.ts"
import { layerServices } from "./runtime.ts"

export const holding = (accounts: ReadonlyArray<Account>, pageSize = 10) => {
  const asked = { pages: 0, reads: 0 }
  const held = new Map(accounts.map((account) => [account.id, account]))
  const pages = Array.from({ length: Math.max(1, Math.ceil(accounts.length / pageSize)) }, (_, page) =>
    accounts.slice(page * pageSize, (page + 1) * pageSize),
  )
  const list: Stream.Stream<Page> = Stream.fromIterable(pages).pipe(
    Stream.rechunk(1),
    Stream.mapEffect((page) =>
      Effect.sync(() => {
        asked.pages++
        return { accounts: page, total: accounts.length }
      }),
    ),
  )
  const { layer } = px(undefined, (id) =>
    Effect.suspend(() => {
      asked.reads++
      const account = held.get(id)
      if (id === "..") return unread(new E.InvalidAccount({ issues: [] }))
      return account === undefined ? unread(new E.AccountNotFound()) : Effect.succeed(account)
    }),
  )
  return { asked, list, layer: Layer.merge(layer, layerServices) }
}
