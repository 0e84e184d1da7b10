import { request } from "node:http"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import { canary, layerSandbox } from "../../apps/cli/test/support/aptrinsic.ts"
// @boundaries-ignore the command exports nothing
import { importing, rows } from "../../apps/cli/test/support/importing.ts"
// @boundaries-ignore the command exports nothing
import * as Process from "../../apps/cli/test/support/process.ts"
import { barriers, beyond, visit } from "./browser.ts"

/** The status of an answer to a request that a browser would not send so. */
const statusOf = (address: string, method: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(address, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.on("error", reject)
    asked.end()
  })

const figure = (name: string) => `[data-figure="${name}"]`

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })(
  "the page of a running import",
  (it) => {
    it.effect("shows it as it goes, to nobody without its token, and stops it as Ctrl-C does", () =>
      Effect.gen(function* () {
        const { faults, file, held, url } = yield* importing(rows(2000))
        const run = yield* Process.start(
          Process.commandLine(Process.source, ["accounts", "import", file, "--web", "--rate", "60"]),
          { env: { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-TEST-2" } },
        )
        const said = yield* run.seen("\n", "stderr")
        const [, address = "", token = ""] =
          /Watch it at (http:\/\/127\.0\.0\.1:\d+\/)#([0-9a-f]{32})\n/.exec(said) ?? []
        const runPromise = Effect.runPromiseWith(yield* Effect.context<never>())
        const bearer = { authorization: `Bearer ${token}` }
        const statuses = yield* Effect.promise(() =>
          Promise.all([
            statusOf(`${address}events`, "GET", {}),
            statusOf(`${address}stop`, "POST", { authorization: `Bearer ${"0".repeat(32)}` }),
            statusOf(`${address}stop`, "POST", { ...bearer, origin: "http://127.0.0.1:1" }),
            statusOf(`${address}stop`, "POST", { ...bearer, host: "px.example" }),
            statusOf(`${address}stop`, "POST", { ...bearer, "sec-fetch-site": "cross-site" }),
            statusOf(`${address}nothing`, "GET", bearer),
          ]),
        )
        assert.deepStrictEqual(statuses, [401, 401, 403, 403, 403, 404])
        yield* visit(`${address}#${token}`, { width: 360 }, async (page) => {
          await page.locator("#answer", { hasText: "The import is running" }).waitFor()
          assert.strictEqual(new URL(page.url()).hash, "")
          const created = async () => Number(await page.locator(figure("created")).innerText())
          const before = await created()
          await page.waitForFunction(
            ([selector, count]) => Number(document.querySelector(String(selector))?.textContent) > Number(count),
            [figure("created"), before],
          )
          await page.locator(".u-over").first().waitFor()
          assert.strictEqual(await beyond(page), 0)
          assert.deepStrictEqual(await barriers(page), [])
          const busy = { fault: "rate-limit-burst", requests: 1, retryAfter: 3, times: 1 } as const
          await runPromise(faults.set([busy]))
          await page.getByText("(PX asked for it: rate limit)").waitFor()
          await page.reload()
          await page.getByRole("button", { name: "Stop the import…" }).press("Enter")
          await page.getByRole("button", { name: "Go on" }).press("Enter")
          await page.waitForFunction(() => document.activeElement?.textContent === "Stop the import…")
          await page.keyboard.press("Enter")
          await page.getByRole("button", { name: "Stop", exact: true }).press("Enter")
          await page.getByText("The import has ended.").waitFor()
          const { exitCode, stdout } = await runPromise(run.ended)
          assert.strictEqual(exitCode, 130)
          const done = (await runPromise(held)).length
          assert.match(stdout, new RegExp(`^! Stopped after ${done} of 2,000 rows`))
          assert.strictEqual(await created(), done)
          assert.include(
            await page.locator("section[aria-labelledby=runs]").innerText(),
            "was stopped (Ctrl-C or a signal)",
          )
        })
      }).pipe(Effect.scoped),
    )
  },
)
