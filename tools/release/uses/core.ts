/** What a browser or a worker has to load for one create. */
export { createAccount, layer } from "@effect-aptrinsic/core/Accounts"
export { layer as layerFetch } from "effect/http/FetchHttpClient"
