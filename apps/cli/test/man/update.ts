/** Prints the manual page from the help, and the pages in `docs` that show it too: `node apps/cli/test/man/update.ts`. */
import { writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { commandPage } from "../pages/command.ts"
import { variablesPage } from "../pages/variables.ts"
import { layerServices } from "../support/runtime.ts"
import { page } from "./page.ts"

const write = (path: string, text: string) => writeFileSync(new URL(`../../../../${path}`, import.meta.url), text)

const [manual, command] = await Effect.runPromise(Effect.provide(Effect.all([page, commandPage]), layerServices))
write("apps/cli/man/aptrinsic.1", manual)
write("docs/command.md", command)
write("docs/variables.md", variablesPage)
