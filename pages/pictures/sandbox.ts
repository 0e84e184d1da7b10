/** The page of a sandbox after two minutes of an import that met its limit, with faults at the end. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Page } from "../test/browser.ts"
import { create, get, now, type Running, visitSandbox } from "../test/sandbox.ts"
import type { Shoot } from "./screens.ts"

const names = ["Acme Inc", "Globex", "Initech", "Hooli", "Umbrella", "Stark Industries", "Wayne Enterprises", "Soylent"]

/** Two minutes of an import that meets the limit, as the log would have them. */
const history = async ({ log }: Running) => {
  const start = Date.now() - 110_000
  for (let second = 0; second < 108; second++) {
    const total = second < 12 ? 0 : second < 30 ? 60 + (second % 4) : second < 36 ? 22 : 56 + (second % 4)
    for (let index = 0; index < total; index++) {
      const rejected = index >= 58
      const failed = second > 70 && second < 76 && index % 4 === 0
      await now(
        log.record({
          at: DateTime.makeUnsafe(start + second * 1_000 + (index * 1_000) / total),
          elapsed: Duration.millis(21),
          method: "POST",
          path: "/v1/accounts",
          accountId: `account-${second * 60 + index}`,
          outcome: rejected ? "rate-limited" : failed ? "failed" : "created",
          status: rejected ? 429 : failed ? 503 : 201,
          faults: failed ? ["server-error"] : [],
          headers: {},
        }),
      )
    }
  }
}

const fill = async (page: Page, sandbox: Running) => {
  await history(sandbox)
  for (const [index, name] of names.entries()) {
    await create(sandbox.url, { id: `0015e0000${index}AbcD`, name, plan: "pro", numberOfEmployees: 40 + index })
  }
  await page.getByRole("button", { name: "Lose the next answer" }).click()
  await page.getByText("drop-after-commit is on.").waitFor()
  await create(sandbox.url, { id: "0015e00009AbcD", name: "Massive Dynamic" }).catch(() => 0)
  await get(sandbox.url, "0015e00009AbcD")
  await create(sandbox.url, { id: "0015e00009AbcD", name: "Massive Dynamic" })
  await page.getByRole("button", { name: "Next 5 answer 503" }).click()
  await page.getByText("server-error is on.").waitFor()
  for (let index = 0; index < 2; index++) await create(sandbox.url, { id: "vandelay", name: "Vandelay" })
  await page.getByText("struck 2").waitFor()
  await page.getByText("9 in all").waitFor()
  await page.evaluate(() => document.querySelector("details")?.removeAttribute("open"))
}

/** A lost answer is an error in the console of nobody: it was not the page that asked. */
export const sandbox = (shoot: Shoot) =>
  visitSandbox({ latency: "20 millis", limits: { perSecond: { requests: 60 } } }, {}, async (page, running) => {
    await fill(page, running)
    await shoot(page)
  })
