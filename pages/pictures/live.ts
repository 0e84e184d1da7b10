/** The page of an import that runs, which was killed before, and meets a busy PX. */
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import { canary, layerSandbox } from "../../apps/cli/test/support/aptrinsic.ts"
// @boundaries-ignore the command exports nothing
import { importing, rows } from "../../apps/cli/test/support/importing.ts"
// @boundaries-ignore the command exports nothing
import * as Process from "../../apps/cli/test/support/process.ts"
import { visit } from "../test/browser.ts"
import type { Shoot } from "./screens.ts"

const faults = [
  { fault: "refusal", status: 400, operation: "create", rate: 0.01 },
  { fault: "rate-limit-burst", requests: 40, retryAfter: 3, after: 250, times: 2 },
] as const

const watching = /Watch it at (\S+)\n/

export const live = (shoot: Shoot) =>
  Effect.gen(function* () {
    const sandbox = yield* importing(rows(2_500, "acme-"), "customers.csv")
    for (let row = 1; row < 2_500; row += 23) {
      const account = { id: `acme-${row}`, name: `Account ${row}`, propertyKeys: ["AP-XXXXXXXXXX-2"] }
      yield* sandbox.store.insert({ createDate: 1767225600000, account })
    }
    const args = ["accounts", "import", "customers.csv", "--rate", "50", "--web"]
    const env = { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: sandbox.url, APTRINSIC_PRODUCT_KEY: "AP-XXXXXXXXXX-2" }
    const start = Process.start(Process.commandLine(Process.source, args), { cwd: sandbox.directory, env })
    const first = yield* start
    yield* first.seen("Watch it at", "stderr")
    yield* Effect.sleep("12 seconds")
    first.signal("SIGKILL")
    yield* first.ended
    yield* sandbox.faults.set(faults)
    const second = yield* start
    const [, address = ""] = watching.exec(yield* second.seen("Watch it at", "stderr")) ?? []
    yield* Effect.sleep("18 seconds")
    yield* visit(address, {}, async (page) => {
      await page.locator(".u-over").first().waitFor()
      await shoot(page)
    })
    second.signal("SIGINT")
    yield* second.ended
  }).pipe(Effect.scoped, Effect.provide(layerSandbox({ latency: "40 millis" })))
