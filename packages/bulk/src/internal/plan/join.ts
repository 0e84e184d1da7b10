/**
 * Joins rows with what PX holds, by the list of accounts or by single reads, whichever takes fewer requests.
 */
import type { Account } from "@effect-aptrinsic/core/Account"
import { Accounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, ListReason, ReadReason } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsList from "@effect-aptrinsic/core/AccountsList"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { PlanError } from "../../PlanError.ts"
import type { PlanRow } from "../../PlannedRow.ts"
import { digestAt } from "./fields.ts"
import type { Take } from "./rows.ts"
import type { Spill } from "./spill.ts"
import type { Table } from "./table.ts"

/** How PX was asked; `requests` for pages that show accounts, or for one account. */
export interface Asked {
  by: "list" | "reads"
  requests: number
}

/** The way of what PX holds into the table; what is not the same is kept. */
const makeMeet = (table: Table, spill: Spill) => {
  const meet = (account: Account) => {
    const entry = table.find(account.id)
    if (entry === 0) return
    const places = table.placesOf(entry)
    const isSame = places !== undefined && digestAt(places, account) === table.digestOf(entry)
    table.setState(entry, isSame ? "same" : "other")
    if (!isSame) table.keep(entry, spill.put(account))
  }
  return (accounts: ReadonlyArray<Account>) =>
    Effect.suspend(() => {
      accounts.forEach(meet)
      return spill.relieve
    })
}

/** Asks for each account that the first page did not show. */
const readAll = <E, R>(
  rows: Stream.Stream<PlanRow, E, R>,
  take: Take,
  getAccount: Accounts["Service"]["getAccount"],
  table: Table,
  meet: ReturnType<typeof makeMeet>,
  asked: Asked,
  concurrency: number,
) =>
  rows.pipe(
    Stream.filterMap((row) => Result.map(take(row), ({ id }) => id)),
    Stream.filter((id) => table.find(id) !== 0 && table.stateOf(table.find(id)) === "new"),
    Stream.mapEffect(
      (id) =>
        Effect.suspend(() => {
          asked.requests++
          return getAccount(id)
        }).pipe(
          Effect.flatMap((account) => meet([account])),
          Effect.catchReasons("AccountsError", {
            AccountNotFound: () => Effect.void,
            InvalidAccount: () => Effect.sync(() => table.setState(table.find(id), "unreadable")),
          }),
        ),
      { concurrency, unordered: true },
    ),
    Stream.runDrain,
  )

/** Fills the table that has all rows. */
export const join = Effect.fnUntraced(function* <E, R>(
  rows: Stream.Stream<PlanRow, E, R>,
  take: Take,
  table: Table,
  spill: Spill,
  { concurrency, pageSize }: { readonly concurrency: number; readonly pageSize: number | undefined },
): Effect.fn.Return<Asked, E | AccountsError<ListReason | ReadReason> | PlanError, R | Accounts> {
  const { getAccount } = yield* Accounts
  const asked: Asked = { by: table.size() < 2 ? "reads" : "list", requests: 0 }
  const meet = makeMeet(table, spill)
  const isRead = (count: number, total: number | undefined) =>
    total !== undefined && table.size() - table.seen() < Math.ceil((total - count) / Math.max(1, count))
  if (asked.by === "list") {
    yield* Stream.runForEachWhile(AccountsList.pages({ pageSize }), ({ accounts, total }) =>
      Effect.suspend(() => {
        asked.requests++
        return Effect.map(meet(accounts), () => {
          if (asked.requests === 1 && isRead(accounts.length, total)) asked.by = "reads"
          return asked.by === "list"
        })
      }),
    )
  }
  if (asked.by === "reads") yield* readAll(rows, take, getAccount, table, meet, asked, concurrency)
  yield* spill.flush
  return asked
})
