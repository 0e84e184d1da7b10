import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
// @boundaries-ignore the command exports nothing
import { serve } from "../../apps/cli/src/page/serve.ts"
import type { PlanPage } from "../src/report/Plan.ts"
import { barriers, beyond, type Page, type Screen, visit } from "./browser.ts"
import { reportOf, unfold, visitDocument } from "./support/document.ts"
import { hostile, million, type Summary } from "./support/summary.ts"

/** What no file and no server has a say in. */
const own = new Set(["at", "endedAt", "from", "startedAt", "state", "until", "why"])

/** Data with a text of an attacker in the place of every text that somebody else has a say in, names of members included. */
const poisoned = (value: unknown, isRecord = false): unknown => {
  if (typeof value === "string") return hostile + value
  if (Array.isArray(value)) return value.map((each) => poisoned(each))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      isRecord ? hostile + name : name,
      own.has(name) ? each : poisoned(each, name === "settings"),
    ]),
  )
}

const journal = (name: string): Summary["journals"][number] => ({
  name,
  file: name,
  target: million.target,
  startedAt: million.startedAt,
  state: "incomplete",
  counts: million.counts,
})

const summary = {
  ...(poisoned({
    ...million,
    intervals: million.intervals.slice(0, 20),
    journals: [journal("one"), journal("two")],
    runs: million.runs.map((run) => ({ ...run, message: "halted" })),
    contradictions: { count: 1, first: ["line 7"] },
  }) as Summary),
  target: `https://${"a".repeat(1_000_000)}.example`,
}

const row = { row: 1, line: 2, id: hostile }
const plan = {
  file: hostile,
  target: hostile,
  counts: { create: 1, change: 1, unchanged: 0, incomparable: 1 },
  asked: { by: "list", requests: 1 },
  fields: [{ path: hostile, rows: 1, first: [{ ...row, from: hostile, to: "x".repeat(1_000_000) }] }],
  otherFields: 0,
  creates: [{ ...row, name: hostile }],
  incomparable: [{ ...row, message: hostile }],
} satisfies PlanPage

/** Nothing of a text became markup, and nothing in it can hide or reorder what stands beside it. */
const isText = async (page: Page) => {
  assert.strictEqual(await page.locator("img, #page script").count(), 0)
  await unfold(page)
  const shown = await page.locator("body").innerText()
  assert.include(shown, `</script><script>document.title="owned"</script><img src=x`)
  assert.include(shown, String.raw`\u{2028}\u{202e}reversed\u{0}`)
  const spoken = await page.evaluate(() => [
    document.title,
    document.querySelector("#page")!.textContent,
    ...[...document.querySelectorAll("[aria-label]")].map((element) => element.getAttribute("aria-label")),
  ])
  const hiding = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u2028\u202a-\u202e\u2066-\u2069]/u
  assert.deepStrictEqual(
    spoken.filter((text) => hiding.test(text!)),
    [],
  )
  assert.isBelow(spoken.join("").length, 150_000)
  assert.notMatch(await page.title(), /^owned/)
  assert.strictEqual(await beyond(page), 0)
  assert.deepStrictEqual(await barriers(page), [])
}

const narrow: Screen = { colorScheme: "dark", width: 360 }

describe("texts of a file and of a server are texts", () => {
  it.live("on the page of a report, on paper as well", () =>
    visitDocument(reportOf(summary, hostile), narrow, async (page) => {
      await isText(page)
      // A4 has 718 pixels between its margins.
      await page.setViewportSize({ width: 718, height: 1000 })
      await page.emulateMedia({ media: "print" })
      assert.strictEqual(await beyond(page), 0)
    }),
  )

  it.live("on the page of a plan", () =>
    visitDocument({ kind: "plan", made: { by: hostile, at: million.endedAt }, plan }, narrow, isText),
  )

  it.live("on the page of an import that runs", () =>
    Effect.gen(function* () {
      const told = yield* Schema.decodeEffect(ImportSummary.ImportSummary)({ ...summary, state: "running" })
      const address = yield* serve({ summary: Effect.succeed(told), waiting: () => hostile, stop: Effect.void })
      yield* visit(address, { width: 360 }, async (page) => {
        await page.locator("#answer").waitFor()
        await isText(page)
      })
    }).pipe(Effect.scoped, Effect.provide(layerHttpServer({ port: 0 }))),
  )
})
