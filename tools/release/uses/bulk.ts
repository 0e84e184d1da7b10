/** What a worker has to load to create a stream of accounts. */
export { layer } from "@effect-aptrinsic/core/Accounts"
export { createAll } from "@effect-aptrinsic/bulk/BulkAccounts"
export { layer as layerFetch } from "effect/http/FetchHttpClient"
