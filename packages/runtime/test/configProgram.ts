/**
 * A program on Deno that prints what it reads of its environment.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { layerConfigProvider } from "../src/Deno.ts"

const optional = (name: string) => Config.String(name).pipe(Config.withDefault("none"))
const config = Config.all([
  Config.String("APTRINSIC_API_KEY"),
  optional("APTRINSIC_BASE_URL"),
  optional("APTRINSIC_MAX_ATTEMPTS"),
])

const values = await Effect.runPromise(
  Effect.gen(function* () {
    return yield* config
  }).pipe(Effect.provide(layerConfigProvider)),
)
await new Blob([values.join(" ")])
  .stream()
  .pipeTo((globalThis as unknown as { Deno: { stdout: { writable: WritableStream } } }).Deno.stdout.writable)
