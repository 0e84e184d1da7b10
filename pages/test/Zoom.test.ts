import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
// @boundaries-ignore the command exports nothing
import { serve } from "../../apps/cli/src/page/serve.ts"
import { beyond, type Page, type Screen, visit } from "./browser.ts"
import { create, get, visitSandbox } from "./sandbox.ts"
import { reportOf, unfold, visitDocument } from "./support/document.ts"
import { million } from "./support/summary.ts"
import { unreadable } from "./support/unreadable.ts"

/** A screen of 1280 by 800 pixels at 200 %. */
const zoomed: Screen = { width: 640, height: 400, zoom: 2 }

const assertReadable = async (page: Page) => {
  assert.deepStrictEqual(await unreadable(page), [])
  assert.strictEqual(await beyond(page), 0)
}

describe("a page at a zoom of 200 %", () => {
  it.live("of a report can be read, whatever is open on it", () =>
    visitDocument(reportOf(million), zoomed, async (page) => {
      await unfold(page)
      await assertReadable(page)
    }),
  )

  it.live("of an import that runs can be read, while it asks whether to stop", () =>
    Effect.gen(function* () {
      const summary = yield* Schema.decodeEffect(ImportSummary.ImportSummary)({ ...million, state: "running" })
      const waiting = () => "waiting 1.5 s (PX asked for it: rate limit)"
      const address = yield* serve({ summary: Effect.succeed(summary), waiting, stop: Effect.void })
      yield* visit(address, zoomed, async (page) => {
        await page.getByRole("button", { name: "Stop the import…" }).click()
        await page.getByRole("button", { name: "Go on" }).waitFor()
        await assertReadable(page)
      })
    }).pipe(Effect.scoped, Effect.provide(layerHttpServer({ port: 0 }))),
  )

  it.live("of a sandbox can be read, whatever is open on it", () =>
    visitSandbox({ latency: 5 }, zoomed, async (page, sandbox) => {
      for (const id of ["one", "two"]) await create(sandbox.url, { id })
      await page.getByRole("button", { name: "Next 5 answer 503" }).click()
      await page.getByText("server-error is on.").waitFor()
      await get(sandbox.url, "one")
      await page.getByText("struck 1").waitFor()
      await page.getByRole("button", { name: "one", exact: true }).click()
      await page.getByLabel("As a read gives it", { exact: true }).waitFor()
      await page.getByRole("button", { name: "POST" }).first().click()
      await page.getByLabel("Sent", { exact: true }).waitFor()
      await page.getByText("Of some requests alone").click()
      await page.getByRole("button", { name: "Reset…" }).click()
      await assertReadable(page)
    }),
  )
})
