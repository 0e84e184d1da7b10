/** A sandbox without limits, for `import.ts`: `sandbox.ts <key>`. */
import process from "node:process"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const layer = Sandbox.layer({
  apiKeys: [Redacted.make(process.argv[2] ?? "")],
  limits: { perSecond: null, perDay: null },
}).pipe(Layer.provide(layerHttpServer()))

Effect.runFork(
  Effect.gen(function* () {
    console.log(JSON.stringify((yield* Sandbox.Sandbox).url))
    return yield* Effect.never
  }).pipe(Effect.provide(layer)),
)
