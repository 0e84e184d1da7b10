/**
 * The options of the service as a configuration holds them.
 */
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type { Options } from "../Options.ts"
import { makeVariables, readConfig } from "./shared/config.ts"
import { resolve } from "./shared/settings.ts"

/** Under the names that a program gives them. */
export const readOptions = (wrapped: Config.Wrap<Options>) => readConfig<Options>(wrapped, resolve)

/** Under the names `APTRINSIC_API_KEY`, .. */
export const readVariables = /* @__PURE__ */ Effect.suspend(() => readOptions(makeVariables()))
