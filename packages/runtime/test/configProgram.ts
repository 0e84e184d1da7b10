import process from "node:process"
/**
 * A program on Deno that prints what it reads of its environment.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { layerConfigProvider } from "../src/Deno.ts"

const optional = (name: string) => Config.String(name).pipe(Config.withDefault("none"))
const config = Config.all([
  Config.String("APTRINSIC_API_KEY"),
  optional("APTRINSIC_BASE_URL"),
  optional("APTRINSIC_MAX_ATTEMPTS"),
])

const values = await Effect.runPromise(
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) => config.parse(provider)).pipe(
    Effect.provide(layerConfigProvider),
  ),
)
process.stdout.write(values.join(" "))
