import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { canary, layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

interface Entry {
  readonly [name: string]: unknown
  readonly s: string
}

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })("the report of an import", (it) => {
  const entriesOf = (text: string): ReadonlyArray<Entry> =>
    text
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line))

  it.effect("says of each run by what it was made, with which settings and never the key, and how it ended", () =>
    Effect.gen(function* () {
      const { read, run, url } = yield* importing(`${rows(3)}x,\n`)
      yield* run(["--skip-invalid", "--map", "name=name", "--daily-quota", "3"], {
        env: { APTRINSIC_TIMEOUT: "5 minutes" },
      })
      yield* run(["--skip-invalid", "--map", "name=name", "--no-preflight"], {
        env: { APTRINSIC_API_KEY: "wrong-4f1c8e0a7b52d93e" },
      })
      const text = yield* read()
      const entries = entriesOf(text)
      const starts = entries.filter(({ s }) => s === "run")
      assert.lengthOf(starts, 2)
      const [start] = starts
      assert.match(String(start!["by"]), /^aptrinsic \d+\.\d+\.\d+/)
      assert.match(String(start!["at"]), /^\d{4}-\d\d-\d\dT.*Z$/)
      assert.match(String(start!["content"]), /^[0-9a-f]{64}$/)
      assert.deepInclude(start!["settings"], {
        map: ["name=name"],
        dailyQuota: 3,
        skipInvalid: true,
        rate: 100,
        target: url,
        productKeys: ["AP-TEST-2"],
      })
      assert.notProperty(start!["settings"], "file")
      const ends = entries.filter(({ s, why }) => s === "end" && why !== undefined)
      assert.deepEqual(
        ends.map(({ why }) => why),
        ["DailyQuotaExhausted", "Refused"],
      )
      assert.deepInclude(ends[0]!["counts"], { rows: 4, created: 2, invalid: 1, remaining: 1, requests: 3 })
      assert.isNotEmpty(ends[0]!["message"])
      assert.notInclude(text, canary)
      assert.notInclude(text, "wrong-4f1c8e0a7b52d93e")
      yield* run(["--skip-invalid", "--map", "name=name"])
      assert.deepInclude(entriesOf(yield* read()).at(-1), { s: "end", why: "done" })
    }),
  )

  it.effect("says how many requests a row took, how long it waited, and when PX asked for a pause or was away", () =>
    Effect.gen(function* () {
      const { faults, read, run } = yield* importing(rows(3))
      yield* faults.set([
        { fault: "rate-limit-burst", requests: 1, accountId: "a2", method: "POST", times: 1 },
        { fault: "drop-after-commit", method: "POST", accountId: "a3", times: 1 },
      ])
      assert.strictEqual((yield* run(["--concurrency", "1"])).exitCode, 0)
      const entries = entriesOf(yield* read())
      const end = (id: string) => entries.find((entry) => entry["id"] === id && entry.s === "created")!
      assert.notProperty(end("a1"), "attempts")
      assert.strictEqual(end("a2")["attempts"], 2)
      assert.deepInclude(end("a3"), { attempts: 2, confirmed: true })
      const [pause, ...others] = entries.filter((entry) => entry.s === "pause" && entry["goesOn"] === undefined)
      assert.deepEqual(others, [])
      assert.deepInclude(pause, { reason: "429" })
      const length = Date.parse(String(pause!["until"])) - Date.parse(String(pause!["from"]))
      assert.isAbove(length, 50)
      // A busy machine gives it its turn later than the pause is over.
      const whole = Date.parse(String(end("a2")["at"])) - Date.parse(String(entries[0]!["at"]))
      assert.isAtLeast(Number(end("a2")["waited"]), length - 50)
      assert.isAtMost(Number(end("a2")["waited"]), whole)
    }),
  )

  it.effect("says when PX was away", () =>
    Effect.gen(function* () {
      const { read, run } = yield* importing(rows(5))
      yield* run(["--outage", "4s"], { env: { APTRINSIC_BASE_URL: "http://127.0.0.1:1" } })
      const told = entriesOf(yield* read()).filter(({ s }) => s === "pause")
      const pauses = told.filter((pause) => pause["goesOn"] === undefined)
      assert.lengthOf(pauses, 1)
      assert.isAbove(told.length, 1)
      assert.match(String(pauses[0]!["reason"]), /^refused/)
      assert.isAtLeast(Date.parse(String(pauses[0]!["until"])) - Date.parse(String(pauses[0]!["from"])), 3500)
    }),
  )
})
