/** Prints the manual page from the help: `node apps/cli/test/man/update.ts`. */
import { writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { layerServices } from "../support/runtime.ts"
import { page } from "./page.ts"

writeFileSync(
  new URL("../../man/aptrinsic.1", import.meta.url),
  await Effect.runPromise(Effect.provide(page, layerServices)),
)
