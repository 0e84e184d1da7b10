/**
 * The databases of jobs, apart from `bin.ts` so that they are loaded by the commands that use them and by no other.
 */
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
import * as PgClient from "@effect/sql-pg/PgClient"
import type { Address } from "./Platform.ts"

export const layerDatabase = (address: Address) =>
  "file" in address
    ? Sqlite.layer({ file: address.file })
    : PgClient.layer({ url: address.url, applicationName: "aptrinsic", connectTimeout: "5 seconds" })
