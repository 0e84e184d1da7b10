/** The page of what a file would create and change. */
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import { aptrinsic, canary, layerSandbox } from "../../apps/cli/test/support/aptrinsic.ts"
// @boundaries-ignore the command exports nothing
import { importing } from "../../apps/cli/test/support/importing.ts"
import { visit } from "../test/browser.ts"
import type { Shoot } from "./screens.ts"

const plans = ["free", "pro", "enterprise"]
const cities = ["Springfield", "Ogdenville", "North Haverbrook", "Shelbyville"]

/** The account of a row as it was once, and as the file has it. */
const accountOf = (row: number, isNow: boolean) => ({
  id: `ACC-${1000 + row}`,
  name: `Customer ${row}`,
  propertyKeys: ["AP-XXXXXXXXXX-2"],
  plan: plans[(row + (isNow && row % 3 === 0 ? 1 : 0)) % 3]!,
  numberOfEmployees: 20 * row + (isNow && row % 11 === 0 ? 7 : 0),
  location: { city: cities[(row + (isNow && row % 7 === 0 ? 1 : 0)) % 4]! },
})

export const plan = (shoot: Shoot) =>
  Effect.gen(function* () {
    const count = Array.from({ length: 240 }, (_, index) => index + 1)
    const lines = count.map((row) => `${JSON.stringify(accountOf(row, true))}\n`)
    const { directory, file, store, url } = yield* importing(lines.join(""), "customers.ndjson")
    for (const row of count.slice(0, 225)) {
      yield* store.insert({ createDate: 1767225600000, account: accountOf(row, false) })
    }
    const page = `${directory}/plan.html`
    const env = { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-XXXXXXXXXX-2" }
    yield* aptrinsic(["accounts", "diff", file, "--html", page], { env })
    yield* visit(pathToFileURL(page).href, {}, shoot)
  }).pipe(Effect.scoped, Effect.provide(layerSandbox()))
