import { readFileSync, writeFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import { layerSandbox } from "../../apps/cli/test/support/aptrinsic.ts"
// @boundaries-ignore the command exports nothing
import { importing, rows } from "../../apps/cli/test/support/importing.ts"
import { type Page, visit } from "./browser.ts"

interface Line {
  readonly s: string
  readonly goesOn?: true
  readonly row?: number
  readonly requests?: unknown
}

const states = {
  created: "created",
  duplicate: "there before",
  failed: "failed",
  in_doubt: "in doubt",
  invalid: "invalid",
}

/** How the rows of a journal ended, counted without the reader that the page is made by. */
const countsOf = (lines: ReadonlyArray<Line>) => {
  const last = new Map<number, string>()
  for (const { row, s } of lines) if (row !== undefined && s in states) last.set(row, s)
  const counts = Object.fromEntries(Object.values(states).map((name) => [name, 0]))
  for (const s of last.values()) counts[states[s as keyof typeof states]]!++
  return counts
}

const linesOf = (file: string): ReadonlyArray<Line> =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line))

const figures = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>("[data-figure]")].map(({ dataset, textContent }) => [
        dataset["figure"]!,
        Number(textContent!.replaceAll(",", "")),
      ]),
    ),
  )

/** The texts of the cells of a table, a list for each row. */
const cells = (page: Page, section: string): Promise<ReadonlyArray<ReadonlyArray<string>>> =>
  page.evaluate(
    (name) =>
      [...document.querySelectorAll(`section[aria-labelledby=${name}] .scroll tbody tr`)].map((row) =>
        [...row.querySelectorAll("td")].map((cell) => cell.innerText.trim()),
      ),
    section,
  )

/** Leaves of a report what a kill leaves: the lines until then, and a request of which nobody knows the answer. */
const cut = (report: string) => {
  const lines = readFileSync(report, "utf8").trimEnd().split("\n")
  const last = lines.findLastIndex((line) => line.includes(`"s":"created"`))
  writeFileSync(report, `${lines.slice(0, last).join("\n")}\n`)
}

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })("the page of an import", (it) => {
  it.effect("tells of runs with pauses, faults, a kill and a halt what their report tells", () =>
    Effect.gen(function* () {
      const { directory, faults, file, held, run, store } = yield* importing(`${rows(60)}bad,\n`)
      const older = { id: "a7", name: "Older", propertyKeys: ["AP-TEST-2"] }
      yield* store.insert({ createDate: 1767225600000, account: older })
      yield* faults.set([{ fault: "drop-after-commit", method: "POST", accountId: "a30", times: 1 }])
      const [report, html] = [`${file}.import.ndjson`, `${directory}/report.html`]
      const first = yield* run(["--skip-invalid", "--html", html, "--daily-quota", "45", "--concurrency", "1"])
      assert.include(first.stderr, `${html} shows the import in a browser.`)
      cut(report)
      yield* faults.set([{ fault: "rate-limit-burst", requests: 1, accountId: "a45", method: "POST", times: 1 }])
      yield* run(["--skip-invalid", "--daily-quota", "30", "--concurrency", "1"])
      yield* faults.set([{ fault: "refusal", status: 400, method: "POST", accountId: "a59" }])
      yield* run(["--skip-invalid", "--html", html])
      const lines = linesOf(report)
      const pauses = lines.filter(({ goesOn, s }) => s === "pause" && goesOn === undefined).length
      const inPx = (yield* held).length
      yield* visit(pathToFileURL(html).href, {}, async (page) => {
        const shown = await figures(page)
        assert.deepInclude(shown, countsOf(lines))
        assert.strictEqual(shown["created"]! + shown["there before"]!, inPx)
        assert.include(await page.locator("#answer").innerText(), "Not everything is in: 59 of 61 rows are in PX.")
        const runs = await cells(page, "runs")
        assert.deepStrictEqual(
          runs.map(([number, , ended]) => `${number} ${ended!.split("\n")[0]}`),
          ["1 was killed: it left no last word", "2 halted: DailyQuotaExhausted", "3 came to its end"],
        )
        assert.include(runs[0]!.join(" "), "--daily-quota 45")
        assert.deepStrictEqual((await cells(page, "pauses"))[0]!.slice(0, 2), [
          "PX asked to wait (429, too many requests)",
          String(pauses),
        ])
        assert.deepStrictEqual(await cells(page, "differences-duplicate"), [
          ["line 8", "a7", "name", "Older", "Account 7"],
        ])
        const reason = page.locator("section[aria-labelledby=open] details").last()
        await reason.locator("summary").click()
        await reason.locator("tbody tr").first().waitFor()
        const open = await cells(page, "open")
        assert.deepStrictEqual(open.map(([where]) => where).toSorted(), ["line 60", "line 62"])
      })
    }).pipe(Effect.scoped),
  )
})
