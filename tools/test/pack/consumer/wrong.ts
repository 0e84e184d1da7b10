/**
 * A program that does not type-check: the types of the installed packages must say so.
 */
import * as Accounts from "@effect-aptrinsic/core/Accounts"

// @ts-expect-error -- an id is a string; were the types lost in packing, nothing would be wrong here and this line would be.
export const created = Accounts.createAccount({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })
