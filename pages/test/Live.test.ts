import { request } from "node:http"
import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
// @boundaries-ignore the command exports nothing
import { serve } from "../../apps/cli/src/page/serve.ts"
// @boundaries-ignore the command exports nothing
import { canary, layerSandbox } from "../../apps/cli/test/support/aptrinsic.ts"
// @boundaries-ignore the command exports nothing
import { importing, rows } from "../../apps/cli/test/support/importing.ts"
// @boundaries-ignore the command exports nothing
import * as Process from "../../apps/cli/test/support/process.ts"
import { barriers, beyond, visit } from "./browser.ts"
import { million } from "./support/summary.ts"

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
    it.effect(
      "shows it as it goes, to nobody without its token, and stops it as Ctrl-C does",
      () =>
        Effect.gen(function* () {
          const { faults, file, held, run: importOnce, url } = yield* importing(rows(2000))
          yield* importOnce(["--daily-quota", "40", "--concurrency", "1"])
          const earlier = (yield* held).length
          // So slow that it goes on, and has less than a thousand rows to tell, for as long as the test may take.
          const run = yield* Process.start(
            Process.commandLine(Process.source, ["accounts", "import", file, "--web", "--rate", "15"]),
            { env: { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-TEST-2" } },
          )
          const said = yield* run.seen("\n", "stderr")
          const [, address = "", token = ""] =
            /Watch it at (http:\/\/127\.0\.0\.1:\d+\/)#([0-9a-f]{32})\n/.exec(said) ?? []
          const runPromise = Effect.runPromiseWith(yield* Effect.context<never>())
          // What a browser says of a link on the page of another site.
          const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }
          const bearer = { authorization: `Bearer ${token}` }
          const statuses = yield* Effect.promise(() =>
            Promise.all([
              statusOf(`${address}events`, "GET", {}),
              statusOf(`${address}stop`, "POST", { authorization: `Bearer ${"0".repeat(32)}` }),
              statusOf(`${address}stop`, "POST", { ...bearer, origin: "http://127.0.0.1:1" }),
              statusOf(`${address}stop`, "POST", { ...bearer, host: "px.example" }),
              statusOf(`${address}stop`, "POST", { ...bearer, "sec-fetch-site": "cross-site" }),
              statusOf(`${address}nothing`, "GET", bearer),
              statusOf(address, "GET", link),
              statusOf(address, "GET", { ...link, "sec-fetch-dest": "iframe" }),
              statusOf(`${address}events`, "GET", link),
            ]),
          )
          assert.deepStrictEqual(statuses, [401, 401, 403, 403, 403, 404, 200, 403, 401])
          yield* visit(`${address}#${token}`, { width: 360 }, async (page) => {
            await page.locator("#answer", { hasText: "The import is running" }).waitFor()
            assert.strictEqual(new URL(page.url()).hash, "")
            const created = async () => Number(await page.locator(figure("created")).innerText())
            const before = await created()
            await page.waitForFunction(
              ([selector, count]) => Number(document.querySelector(String(selector))?.textContent) > Number(count),
              [figure("created"), before],
            )
            const first = await page.locator("section[aria-labelledby=runs] tbody tr").first().innerText()
            assert.match(first, /halted: DailyQuotaExhausted[^]*3\d created/)
            // Nobody listens to a number that changes with every second.
            assert.match(
              (await page.getByRole("status").allInnerTexts()).join(),
              /^live,\d?0 % of the rows are done\.$/,
            )
            await page.locator(".u-over").first().waitFor()
            assert.strictEqual(await beyond(page), 0)
            assert.deepStrictEqual(await barriers(page), [])
            const busy = { fault: "rate-limit-burst", requests: 1, retryAfter: 30, times: 1 } as const
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
            assert.match(stdout, new RegExp(`^! Stopped after ${done - earlier} of`))
            assert.strictEqual(await created(), done)
            assert.include(
              await page.locator("section[aria-labelledby=runs]").innerText(),
              "was stopped (Ctrl-C or a signal)",
            )
          })
        }).pipe(Effect.scoped),
      // Two imports of their own processes, with a browser beside them.
      60_000,
    )

    it.effect("is told to as many pages as a browser has connections for, and says so to one more", () =>
      Effect.gen(function* () {
        const summary = yield* Schema.decodeEffect(ImportSummary.ImportSummary)({ ...million, state: "running" })
        const address = yield* serve({ summary: Effect.succeed(summary), waiting: () => undefined, stop: Effect.void })
        yield* visit(address, { expected: /429/ }, async (page) => {
          const isLive = (each: typeof page) => each.getByText("live", { exact: true }).waitFor()
          await isLive(page)
          for (let pages = 1; pages < 5; pages++) {
            const other = await page.context().newPage()
            await other.goto(address)
            await isLive(other)
          }
          const last = await page.context().newPage()
          await last.goto(address)
          await last.getByText("Too many pages watch this import already").waitFor()
          await page.context().pages()[1]!.close()
          await isLive(last)
        })
      }).pipe(Effect.scoped, Effect.provide(layerHttpServer({ port: 0 }))),
    )

    it.effect("says that the command is gone when it does not answer any more, and goes on where it does", () =>
      Effect.gen(function* () {
        const summary = yield* Schema.decodeEffect(ImportSummary.ImportSummary)({ ...million, state: "running" })
        const live = { summary: Effect.succeed(summary), waiting: () => undefined, stop: Effect.void }
        const address = yield* serve(live)
        yield* visit(address, { expected: /ERR_/ }, async (page) => {
          await page.clock.install()
          await page.route("**/events", (route) => route.abort())
          await page.reload()
          await page.getByText("no answer, trying again").waitFor()
          for (let tries = 0; tries < 5; tries++) {
            const tried = page.waitForEvent("requestfailed")
            await page.clock.runFor(1_000)
            await tried
          }
          await page.getByText("The command does not answer any more").waitFor()
          await page.unroute("**/events")
          await page.clock.runFor(1_000)
          await page.locator("#answer", { hasText: "The import is running" }).waitFor()
        })
      }).pipe(Effect.scoped, Effect.provide(layerHttpServer({ port: 0 }))),
    )
  },
)
