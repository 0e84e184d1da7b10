/**
 * The platform's HTTP, apart from `bin.ts` so that it is loaded by the commands that use it and by no other.
 */
import { layerHttpClient, layerHttpServer } from "@effect-aptrinsic/runtime/node"

export { layerHttpClient, layerHttpServer }
