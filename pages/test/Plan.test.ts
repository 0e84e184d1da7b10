import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import { aptrinsic, canary, layerSandbox } from "../../apps/cli/test/support/aptrinsic.ts"
import { barriers, beyond, visit } from "./browser.ts"
import { hostile } from "./support/summary.ts"

const ids = Array.from({ length: 30 }, (_, index) => `acme-${index}`)

layer(layerSandbox(), { excludeTestServices: true })("the page of a plan", (it) => {
  it.effect("shows what a file would create and change, by field, and sends nothing", () =>
    Effect.gen(function* () {
      const { log, store, url } = yield* Sandbox.Sandbox
      for (const id of ids) {
        const account = { id, name: "Acme", propertyKeys: ["AP-ONE-2"], plan: "free", csm: hostile }
        yield* store.insert({ createDate: 1767225600000, account })
      }
      const directory = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "plan-"))),
        (made) => Effect.sync(() => rmSync(made, { recursive: true })),
      )
      const [file, page] = [join(directory, "accounts.ndjson"), join(directory, "plan.html")]
      const lines = [
        ...ids.map((id) => (id === "acme-0" ? { id, name: "Acme", csm: "Ada" } : { id, name: "Acme", plan: "pro" })),
        { id: "new", name: "The new" },
      ]
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""))
      const ran = yield* aptrinsic(["accounts", "diff", file, "--html", page], {
        env: { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-ONE-2" },
      })
      assert.include(ran.stdout, `${page} shows it in a browser`)
      const shown = yield* visit(pathToFileURL(page).href, { width: 360 }, async (browser) => {
        assert.deepStrictEqual(await barriers(browser), [])
        assert.strictEqual(await beyond(browser), 0)
        assert.strictEqual(await browser.locator("img, #page script").count(), 0)
        assert.strictEqual(await browser.locator("section[aria-labelledby=fields] tbody tr").count(), 21)
        return browser.locator("body").innerText()
      })
      assert.include(shown, "The file would create 1 account and change 30.")
      assert.include(shown, "These are the first 20 of 29 rows; --changes FILE writes all of them.")
      assert.include(shown, String.raw`\u202ereversed`)
      const methods = yield* Effect.map(log.entries(), (entries) => new Set(entries.map(({ method }) => method)))
      assert.deepStrictEqual([...methods], ["GET"])
    }).pipe(Effect.scoped),
  )
})
