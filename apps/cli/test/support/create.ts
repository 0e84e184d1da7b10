import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import { aptrinsic, canary, type Options } from "./aptrinsic.ts"

/** `accounts create` against the sandbox of the suite. */
export const create = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { url } = yield* Sandbox.Sandbox
  return yield* aptrinsic(["accounts", "create", ...args], {
    ...options,
    env: {
      APTRINSIC_API_KEY: canary,
      APTRINSIC_BASE_URL: url,
      APTRINSIC_PRODUCT_KEY: "AP-TEST-2",
      ...options.env,
    },
  })
})

/** The account that the sandbox of the suite holds. */
export const stored = Effect.fnUntraced(function* (id: string) {
  const { store } = yield* Sandbox.Sandbox
  return (yield* store.get(id))?.account
})
