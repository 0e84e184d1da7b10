/**
 * A program that does not type-check: the types of the installed packages must say so.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Stream from "effect/Stream"

// @ts-expect-error -- an id is a string; were the types lost in packing, nothing would be wrong here and this line would be.
export const created = Accounts.createAccount({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

const accounts = Stream.make({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

// @ts-expect-error -- the same for the types of a stream of accounts.
export const imported = BulkAccounts.createAll()(accounts)
