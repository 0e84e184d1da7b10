import { catalog } from "@effect-aptrinsic/sandbox/Faults"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import { barriers, beyond, focused, type Page, patience } from "./browser.ts"
import { create, get, now, type Running, visitSandbox } from "./sandbox.ts"

const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true })

const told = (page: Page, words: string) => page.locator(".told", { hasText: words }).waitFor()

const logged = (accountId: string) => ({
  at: DateTime.makeUnsafe(Date.now()),
  elapsed: Duration.millis(5),
  method: "GET",
  path: `/v1/accounts/${accountId}`,
  accountId,
  outcome: "found" as const,
  status: 200,
  faults: [],
  headers: {},
})

/** Waits until something holds, as long as for what a page shows. */
const until = async (holds: () => Promise<boolean>) => {
  const started = performance.now()
  while (!(await holds())) {
    assert.isBelow(performance.now() - started, patience)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Waits until the focus is on the button that says so. */
const focusOn = (page: Page, words: string) =>
  page.waitForFunction((expected) => document.activeElement?.textContent === expected, words)

/** Types a number into a field, and leaves it. */
const set = async (page: Page, group: string, field: string, value: string) => {
  await page.getByRole("group", { name: group }).getByLabel(field).fill(value)
  await page.keyboard.press("Tab")
}

const limits = (sandbox: Running) => now(sandbox.limits.settings)

const faults = async (sandbox: Running) => (await now(sandbox.faults.active)).map(({ fault }) => fault)

/** Has the sandbox log a thousand requests a second, and gives how many they were. */
const flood = async ({ log }: Running, milliseconds: number) => {
  const started = performance.now()
  let sent = 0
  while (sent < milliseconds) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    const due = Math.min(milliseconds, Math.floor(performance.now() - started))
    for (; sent < due; sent++) await now(log.record(logged(`acme-${sent}`)))
  }
  return sent
}

describe("the switches of the sandbox", () => {
  it.live("set the limits, how they count, and the latency", () =>
    visitSandbox({}, {}, async (page, sandbox) => {
      await set(page, "Limit of a second", "At most", "60")
      await told(page, "The limits are set.")
      assert.strictEqual((await limits(sandbox)).perSecond?.requests, 60)
      const counted = page.getByRole("group", { name: "Limit of a second" }).getByLabel("Counted")
      await counted.selectOption("fixed")
      await page.waitForFunction(() => document.querySelector("select")?.value === "fixed")
      await counted.selectOption("token-bucket")
      await set(page, "Limit of a second", "Burst", "10")
      await page.getByText("10 of 10").waitFor()
      assert.deepStrictEqual((await limits(sandbox)).perSecond, { requests: 60, window: "token-bucket", burst: 10 })
      await set(page, "Quota of a day", "At most", "1000")
      await page.getByText("1,000 of 1,000").waitFor()
      await page.getByLabel("Limit of a second").uncheck()
      await page.getByText("no limit").waitFor()
      await page.getByLabel("A 429 says").uncheck()
      // A switch shows at once what it was set to: the sandbox has it a moment later.
      await until(async () => (await limits(sandbox)).retryAfter === false)
      const { perDay, perSecond } = await limits(sandbox)
      assert.deepStrictEqual([perSecond, perDay?.requests], [null, 1_000])
      await page.getByLabel("Latency", { exact: true }).fill("40")
      await page.keyboard.press("Tab")
      await told(page, "The latency is set.")
      assert.strictEqual(Duration.toMillis(await now(sandbox.latency.settings)), 40)
    }),
  )

  it.live("say beside a field why the sandbox refuses its number, and keep the number", () =>
    visitSandbox({}, { expected: /400/u }, async (page, sandbox) => {
      const group = page.getByRole("group", { name: "Limit of a second" })
      for (const value of ["0", "1000000000", "2.5"]) {
        await set(page, "Limit of a second", "At most", value)
        await group.getByText("perSecond.requests Expected a whole number from 1 to 100000000").waitFor()
        await page.waitForFunction(
          (typed) => document.querySelector<HTMLInputElement>("input[type=number]")?.value === typed,
          value,
        )
      }
      assert.deepStrictEqual(await barriers(page), [])
      assert.strictEqual((await limits(sandbox)).perSecond?.requests, 200)
      await set(page, "Limit of a second", "At most", "60")
      await told(page, "The limits are set.")
      assert.strictEqual(await group.locator(".refusal").count(), 0)
      await set(page, "Limit of a second", "At most", "")
      await page.waitForFunction(() => document.querySelector<HTMLInputElement>("input[type=number]")?.value === "60")
      await page.getByLabel("Latency", { exact: true }).fill("700000")
      await page.keyboard.press("Tab")
      await page
        .getByText(/milliseconds .*between 0 and 600000/u)
        .first()
        .waitFor()
    }),
  )

  it.live("play faults at a click, and those that go on keep what is left of them", () =>
    visitSandbox({}, {}, async (page, sandbox) => {
      await page.getByRole("button", { name: "Next 5 answer 503" }).click()
      await told(page, "server-error is on.")
      assert.deepStrictEqual([await get(sandbox.url, "a"), await get(sandbox.url, "a")], [503, 503])
      await page.getByText("struck 2").waitFor()
      await page.getByRole("button", { name: "Lose the next answer" }).click()
      await told(page, "drop-after-commit is on.")
      assert.deepStrictEqual(await faults(sandbox), [
        { fault: "server-error", times: 3 },
        { fault: "drop-after-commit", times: 1 },
      ])
      await page.getByRole("button", { name: "Stop server-error" }).click()
      await told(page, "server-error is off.")
      assert.strictEqual(await get(sandbox.url, "a"), 0)
      await page.getByText("over, struck 1").waitFor()
    }),
  )

  it.live("play any fault by its name, with what it takes, and say why one is refused", () =>
    visitSandbox({}, { expected: /400/u }, async (page, sandbox) => {
      const list = card(page, "Faults").getByLabel("Fault", { exact: true })
      const forms = card(page, "Faults").locator("form")
      // The page reads them off the documentation, which comes when it comes.
      await forms.waitFor()
      assert.deepStrictEqual<ReadonlyArray<string>>(
        await list.locator("option").allTextContents(),
        catalog.map(({ name }) => name),
      )
      await list.selectOption("delay")
      await forms.getByText("Handles the request only after so many milliseconds").waitFor()
      await forms.getByLabel("milliseconds").fill("7")
      await forms.getByRole("button", { name: "Play it" }).click()
      await told(page, "delay is on.")
      assert.deepStrictEqual(await faults(sandbox), [{ fault: "delay", milliseconds: 7, times: 5 }])
      await list.selectOption("server-error")
      await forms.getByLabel("status").fill("502")
      await forms.getByLabel("committed").selectOption("true")
      await forms.getByLabel("times").fill("")
      await forms.getByLabel("rate").fill("0.025")
      await forms.getByLabel("operation").selectOption("create")
      await forms.getByRole("button", { name: "Play it" }).click()
      await page.getByText("status 502, committed, 2.5 % of requests of create").waitFor()
      assert.deepStrictEqual((await faults(sandbox)).at(-1), {
        fault: "server-error",
        status: 502,
        committed: true,
        rate: 0.025,
        operation: "create",
      })
      await list.selectOption("rate-limit-burst")
      await forms.getByLabel("retryAfter").selectOption("as typed")
      await forms.getByLabel("retryAfter, as typed").fill("Thu, 26 Nov 2026 14:03:09 GMT")
      await forms.getByText("Of some requests alone").click()
      await forms.getByLabel("accountId").fill("acme")
      await forms.getByRole("button", { name: "Play it" }).click()
      await page.getByText("accountId acme, retryAfter Thu, 26 Nov 2026 14:03:09 GMT, the next 5").waitFor()
      const refused = await fetch(`${sandbox.url}/v1/accounts/acme`, {
        headers: { "x-aptrinsic-api-key": "sandbox-key" },
      })
      assert.strictEqual(refused.headers.get("retry-after"), "Thu, 26 Nov 2026 14:03:09 GMT")
      await forms.getByLabel("retryAfter", { exact: true }).selectOption("none")
      await forms.getByRole("button", { name: "Play it" }).click()
      await page.getByText("retryAfter none").waitFor()
      assert.deepInclude((await faults(sandbox)).at(-1), { retryAfter: null, accountId: "acme", times: 5 })
      await list.selectOption("redirect")
      await forms.getByLabel("location").fill("no spaces, please")
      await forms.getByRole("button", { name: "Play it" }).click()
      await page.locator(".told", { hasText: /^Not done: .*location/u }).waitFor()
    }),
  )

  it.live("reset the sandbox with the keyboard alone, after they asked", () =>
    visitSandbox({}, {}, async (page, sandbox) => {
      await create(sandbox.url, { id: "acme" })
      await page.getByText("1 in all").waitFor()
      for (let i = 0; i < 3; i++) await page.keyboard.press("Tab")
      assert.strictEqual(await focused(page), "button Reset…")
      await page.keyboard.press("Enter")
      await focusOn(page, "Reset")
      await page.keyboard.press("Tab")
      // What happens meanwhile takes the focus from nobody.
      await get(sandbox.url, "acme")
      await page.getByText("Showing 2 of 2 requests.").waitFor()
      assert.strictEqual(await focused(page), "button Keep")
      await page.keyboard.press("Enter")
      await focusOn(page, "Reset…")
      assert.strictEqual(await now(sandbox.store.count), 1)
      await page.keyboard.press("Enter")
      await focusOn(page, "Reset")
      await page.keyboard.press("Enter")
      await told(page, "Back to the start.")
      assert.strictEqual(await now(sandbox.store.count), 0)
      await page.getByText("0 in all").waitFor()
      await page.getByText("Nothing was asked yet.").waitFor()
    }),
  )
})

describe("the requests", () => {
  it.live("show one with its bodies and its fault, are filtered, and are held while they are paused", () =>
    visitSandbox({ faults: [{ fault: "drop-after-commit", after: 1 }] }, {}, async (page, sandbox) => {
      await create(sandbox.url, { id: "acme" })
      await get(sandbox.url, "acme")
      const log = card(page, "Requests")
      await log.getByRole("row", { name: /GET \/v1\/accounts\/acme acme none found drop-after-commit/u }).waitFor()
      await log.getByRole("button", { name: "POST /v1/accounts" }).click()
      assert.deepInclude(JSON.parse((await log.getByLabel("Sent", { exact: true }).textContent()) ?? ""), {
        id: "acme",
      })
      assert.include(await log.getByLabel("Answered", { exact: true }).textContent(), '"statusCode": "201"')
      assert.include(await log.getByLabel("Headers", { exact: true }).textContent(), "x-aptrinsic-api-key: <redacted>")
      await log.getByLabel("Filter the requests").fill("post ACME")
      await log.getByText("Showing 1 of 2 requests.").waitFor()
      await log.getByLabel("Filter the requests").fill("")
      await log.getByRole("button", { name: "Pause" }).click()
      await get(sandbox.url, "other")
      await log.getByText("Showing 2 of 2 requests. Paused: 1 since.").waitFor()
      await log.getByRole("button", { name: "Go on" }).click()
      await log.getByText("Showing 3 of 3 requests.").waitFor()
      await log.getByLabel("Trouble only").check()
      await log.getByText("Showing 2 of 3 requests.").waitFor()
    }),
  )

  it.live("come at a thousand a second, and the page says how many it left out and goes on", () =>
    visitSandbox({ limits: { perSecond: null } }, {}, async (page, sandbox) => {
      const [sent, pace] = await Promise.all([
        flood(sandbox, 1_500),
        // It is told for ten seconds alone.
        page.getByText("a second over the last ten").textContent(),
      ])
      assert.match(pace ?? "", /against a|without a/u)
      const log = card(page, "Requests")
      await log.getByText(`of ${sent.toLocaleString("en")} requests. `).waitFor()
      const words = (await log.locator("p").first().textContent()) ?? ""
      const [, left = ""] = /Showing 100 of .* ([\d,]+) requests left out/u.exec(words) ?? []
      assert.isAtLeast(Number(left.replaceAll(",", "")), sent / 3, words)
      assert.strictEqual(await log.locator("tbody tr").count(), 100)
      await log.getByLabel("Filter the requests").fill("nobody")
      await log
        .getByText(`Showing 0 of the last 100 requests, which the page holds of ${sent.toLocaleString("en")}.`)
        .waitFor()
      await log.getByText("None of the last 100 requests matches.").waitFor()
    }),
  )

  it.live("are not told to a page that nobody sees, which catches up when it is seen, and after nothing answered", () =>
    visitSandbox({}, { expected: /ERR_/u }, async (page, sandbox) => {
      const events: Array<string> = []
      page.on("request", (request) => {
        if (request.url().includes("/events")) events.push(new URL(request.url()).search)
      })
      const show = (hidden: boolean) =>
        page.evaluate((value) => {
          Object.defineProperty(document, "hidden", { configurable: true, value })
          document.dispatchEvent(new Event("visibilitychange"))
        }, hidden)
      await get(sandbox.url, "a")
      await page.getByText("Showing 1 of 1 request.").waitFor()
      const closed = page.waitForEvent("requestfailed", (request) => request.url().includes("/events"))
      await show(true)
      await closed
      for (const id of ["b", "c"]) await get(sandbox.url, id)
      assert.strictEqual(await page.getByText("Showing 1 of 1 request.").count(), 1)
      await show(false)
      await page.getByText("Showing 3 of 3 requests.").waitFor()
      assert.deepStrictEqual(events, ["?after=1"])
      await page.route("**/sandbox/events*", (route) => route.abort())
      await show(false)
      await page.getByText("does not answer, trying again").waitFor()
      await page.unroute("**/sandbox/events*")
      await page.locator(".connection", { hasText: /^live$/u }).waitFor()
    }),
  )
})

describe("many pages of one browser", () => {
  it.live("all go on, though a browser has six connections for them", () =>
    visitSandbox({}, {}, async (page, sandbox) => {
      const context = page.context()
      const others = await Promise.all(Array.from({ length: 7 }, () => context.newPage()))
      for (const other of others) {
        await other.goto(page.url())
        await other.locator(".connection", { hasText: /^live$/u }).waitFor()
      }
      const last = others.at(-1)!
      await last.getByRole("button", { name: "Next 5 answer 503" }).click()
      await told(last, "server-error is on.")
      await get(sandbox.url, "acme")
      for (const each of [page, ...others]) await each.getByText("Showing 1 of 1 request.").waitFor()
      // A place that is left is taken by another page, which is told at once from then on.
      await page.close()
      await get(sandbox.url, "acme")
      for (const each of others) await each.getByText("Showing 2 of 2 requests.").waitFor()
    }),
  )
})

describe("the accounts", () => {
  it.live("are searched, turned and shown as they were sent and as a read gives them", () =>
    visitSandbox({}, {}, async (page, sandbox) => {
      for (let i = 0; i < 25; i++) await create(sandbox.url, { id: `acme-${i}`, plan: "pro" })
      await create(sandbox.url, { id: "a/b", name: "Globex" })
      const list = card(page, "Accounts").first()
      await list.getByText("26 in all, the newest first.").waitFor()
      await list.getByRole("button", { name: "a/b" }).waitFor()
      await list.getByRole("button", { name: "More" }).click()
      await list.getByRole("button", { name: "acme-0" }).waitFor()
      assert.strictEqual(await list.locator("tbody tr").count(), 6)
      await list.getByLabel("Search the accounts").fill("GLOB")
      await list.getByRole("button", { name: "a/b" }).click()
      const sent = JSON.parse((await list.getByLabel("As it was sent", { exact: true }).textContent()) ?? "")
      assert.deepStrictEqual(sent, { id: "a/b", name: "Globex", propertyKeys: ["AP-XXXXXXXXXX-2"] })
      assert.include(await list.getByLabel("As a read gives it", { exact: true }).textContent(), '"numberOfUsers": 0')
      await list.getByRole("button", { name: "Copy the account as it was sent" }).click()
      await list.getByText("Copied").waitFor()
      assert.deepStrictEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), sent)
      await list.getByLabel("Search the accounts").fill("nobody")
      await list.getByText("None has this in its id or name.").waitFor()
    }),
  )

  it.live("are seen and shown as they were sent, whatever their ids are", () =>
    visitSandbox({}, { expected: /404/u }, async (page, sandbox) => {
      for (const id of [" ", ".."]) assert.strictEqual(await create(sandbox.url, { id }), 201)
      const list = card(page, "Accounts").first()
      await list.getByRole("button", { name: '" "', exact: true }).click()
      await list.getByLabel("As a read gives it", { exact: true }).waitFor()
      // No browser asks for an address that ends so.
      await list.getByRole("button", { name: "..", exact: true }).click()
      await list.getByText("A read gives nothing for ..: status 404.").waitFor()
      assert.include(await list.getByLabel("As it was sent", { exact: true }).textContent(), '"id": ".."')
    }),
  )

  it.live("are text, whatever is in them", () =>
    // An id of a megabyte fits in no address.
    visitSandbox({}, { expected: /431|ERR_CONNECTION_RESET/u }, async (page, sandbox) => {
      const names = [
        `<img src="http://127.0.0.1:9/" onerror="document.title='hit'"></td><script>document.title='hit'</script>`,
        "\u001b]0;hit\u0007\u001b[2J\u0000\u0085",
        "admin\u202egnp.exe\u2066\u200b",
        "x".repeat(1_000_000),
        "&lt;b&gt; ${1} {{1}} </script>",
      ]
      for (const [index, name] of names.entries()) {
        assert.strictEqual(
          await create(sandbox.url, { id: `${name.slice(0, 900_000)}${index}`, name: name.slice(0, 100_000) }),
          201,
        )
      }
      const list = card(page, "Accounts").first()
      await list.getByText("5 in all").waitFor()
      // The rows come up to a second after their number, and those that come late move the others down.
      await list
        .locator("tbody tr")
        .nth(names.length - 1)
        .waitFor()
      await list.getByRole("cell", { name: "admin\\u{202e}gnp.exe\\u{2066}\\u{200b}", exact: true }).waitFor()
      await list.getByRole("cell", { name: "\\u{1b}]0;hit\\u{7}\\u{1b}[2J\\u{0}\\u{85}", exact: true }).waitFor()
      for (let index = 0; index < names.length; index++) {
        await list.locator("tbody button").nth(index).click()
        await list
          .getByLabel("As a read gives it", { exact: true })
          .or(list.getByText("A read gives nothing for xxx"))
          .waitFor()
        await card(page, "Requests").locator("tbody button.row").nth(index).click()
        await card(page, "Requests").getByLabel("Sent", { exact: true }).waitFor()
      }
      assert.strictEqual(await page.title(), "aptrinsic sandbox")
      assert.strictEqual(await page.locator("img, script:not([src])").count(), 0)
      const seen = await page.evaluate(() => document.body.textContent ?? "")
      assert.notMatch(seen, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/u)
      assert.isBelow(seen.length, 60_000)
      assert.strictEqual(await beyond(page), 0)
    }),
  )
})

describe("the page of the sandbox", () => {
  it.live("is in English in a browser whose language is none", () =>
    visitSandbox({}, {}, async (page, sandbox) => {
      await page.addInitScript(() => {
        Object.defineProperty(Navigator.prototype, "language", { configurable: true, get: () => "en-US@posix" })
      })
      await page.reload()
      for (let index = 0; index < 5; index++) await create(sandbox.url, { id: `acme-${index}` })
      await page.getByText("5 in all").waitFor()
      await page.locator(".u-over").waitFor()
    }),
  )

  it.live("has no barriers, whatever is open on it, wide and in the light or at 360 pixels and in the dark", () =>
    visitSandbox({ latency: 5 }, {}, async (page, sandbox) => {
      for (const id of ["one", "two"]) await create(sandbox.url, { id })
      await page.getByRole("button", { name: "Next 5 answer 503" }).click()
      await told(page, "server-error is on.")
      await get(sandbox.url, "one")
      await page.getByText("struck 1").waitFor()
      await page.getByRole("button", { name: "one", exact: true }).click()
      await page.getByLabel("As a read gives it", { exact: true }).waitFor()
      await card(page, "Requests").getByRole("button", { name: "POST" }).first().click()
      await card(page, "Requests").getByLabel("Sent", { exact: true }).waitFor()
      await page.getByRole("button", { name: "Reset…" }).click()
      assert.deepStrictEqual(await barriers(page), [])
      await page.emulateMedia({ colorScheme: "dark" })
      await page.setViewportSize({ width: 360, height: 800 })
      // Plots take the new width with the next frames.
      await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)
      assert.deepStrictEqual(await barriers(page), [])
      // A head without cells would name those of another column.
      const heads = await card(page, "Requests").getByRole("columnheader").allTextContents()
      assert.deepStrictEqual(heads, ["Time", "Request", "Answer", "Took"])
    }),
  )
})
