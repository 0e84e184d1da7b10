/** What a page says of its own origin. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { version } from "../version.ts"

export const stamp = Effect.map(Clock.currentTimeMillis, (now) => ({
  by: `aptrinsic ${version}`,
  at: DateTime.formatIso(DateTime.makeUnsafe(now)),
}))
