/** The adapter for Node, which has no place on Bun. */
import { layerHttpClient } from "@effect-aptrinsic/runtime/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

await Effect.runPromise(Effect.scoped(Layer.build(layerHttpClient())))
