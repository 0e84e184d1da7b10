/** Prints the page of all codes: `node apps/cli/test/codes/update.ts`. */
import { writeFileSync } from "node:fs"
import { page } from "./page.ts"

writeFileSync(new URL("../../../../docs/codes.md", import.meta.url), page)
