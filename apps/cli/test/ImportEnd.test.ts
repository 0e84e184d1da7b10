import { assert, layer } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Tally from "../src/commands/accounts/import/Tally.ts"
import * as words from "../src/commands/accounts/import/words.ts"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

layer(layerSandbox(), { excludeTestServices: true })("the end of an import", (it) => {
  it.effect("has no check mark when nothing was created and something had to be", () =>
    Effect.gen(function* () {
      const { run } = yield* importing(rows(2))
      assert.match((yield* run()).stdout, /^✔ Created 2 of 2 rows in /)
      assert.match((yield* run()).stdout, /^✔ All 2 rows were imported before\. Nothing was sent\.\n/)
      const anew = yield* run(["--restart"])
      assert.strictEqual(anew.exitCode, 0)
      assert.match(
        anew.stdout,
        /^= Created 0 of 2 rows in .*\n {2}created +0\n {2}duplicate +2 {2}already in PX, left unchanged\n/,
      )
      assert.notInclude(anew.stdout, "Differing")
    }),
  )

  it.effect("writes no second file of failed rows when nothing was left to do, and says so", () =>
    Effect.gen(function* () {
      const { directory, files, posts, run } = yield* importing(`${rows(2)}x,\n`)
      const first = yield* run(["--skip-invalid"])
      assert.match(first.stdout, /^! Created 2 of 3 rows in /)
      const again = yield* run(["--skip-invalid"])
      assert.strictEqual(again.exitCode, 6)
      assert.match(again.stdout, /^! 2 of 3 rows were imported before, the others are invalid\. Nothing was sent\.\n/)
      assert.include(again.stdout, `\n  Failed rows  ${directory}/accounts.failed.csv  (written before; `)
      assert.deepEqual(yield* files, ["accounts.csv", "accounts.csv.import.ndjson", "accounts.failed.csv"])
      assert.strictEqual(yield* posts, 2)
    }),
  )

  it.effect("is foreseen when the day's quota has no room for the lookups of accounts that exist", () =>
    Effect.gen(function* () {
      const { run } = yield* importing(rows(3))
      const ran = yield* run(["--daily-quota", "5"])
      assert.strictEqual(ran.exitCode, 0)
      assert.include(ran.stderr, "takes 3 requests, two for each account that exists, and the day's quota has 4 left")
    }),
  )

  it.effect(
    "names the fields in which most duplicates differ, over all runs, and writes both values of those that are new",
    () =>
      Effect.gen(function* () {
        const text = (plan: string, name: string) =>
          `id,name,plan\n${[1, 2, 3, 4].map((id) => `x${id},${id === 1 ? name : "N"},${id < 3 ? plan : "pro"}\n`).join("")}`
        const { file, files, run, write } = yield* importing(text("pro", "N"))
        yield* run()
        yield* write(text("free", "M"))
        const halted = yield* run(["--restart", "--daily-quota", "6", "--concurrency", "1"])
        assert.notStrictEqual(halted.exitCode, 0)
        const ended = yield* run()
        assert.strictEqual(ended.exitCode, 0, ended.stdout)
        assert.match(ended.stdout, / {2}duplicate +4 {2}already in PX, left unchanged \(2 differ: plan 2, name 1\)\n/)
        assert.include((yield* files).join(" "), "accounts.differs.csv")
        assert.isNotEmpty(file)
      }),
  )
})

layer(layerSandbox(), { excludeTestServices: true })("the progress of an import", (it) => {
  it.effect("names failures and the reason of a pause before all that 80 columns leave out", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.clockWith(Effect.succeed)
      const now = clock.currentTimeMillisUnsafe()
      const tally = Tally.make(39_979, now, () => undefined)
      for (let row = 1; row <= 20_000; row++) tally.count({ _tag: "AlreadyDone", row, state: "Created" })
      tally.count({ _tag: "Ended", outcome: { _tag: "Failed", row: 20_001, id: "a", code: "x", message: "y" } })
      yield* tally.observe({
        _tag: "Pausing",
        accountId: "b",
        request: "POST",
        kind: "write",
        delay: Duration.minutes(1),
      })(clock)
      assert.deepEqual(tally.draw(now).slice(0, 3), [
        "Importing  50%",
        "✖ 1",
        "waiting 1 min 0 s (PX asked for it: rate limit)",
      ])
      assert.isBelow(tally.draw(now).slice(0, 3).join("  ").length, 80)
      assert.match(tally.tell(now), / failed=1 .* waiting 1 min 0 s \(PX asked for it: rate limit\)$/)
      assert.notMatch(tally.draw(now + 90_000).join(" "), /waiting/)
    }),
  )

  it("tells the time left in steps that it can stand for", () => {
    const told = [1, 7, 58, 61, 187, 1234, 4000].map(words.roughly)
    assert.deepEqual(told, ["5 s", "5 s", "1 min 0 s", "1 min 0 s", "3 min 10 s", "21 min 0 s", "1 h 5 min"])
  })

  it.effect("is a line of JSON a second with --progress json, beside the one document of --json", () =>
    Effect.gen(function* () {
      const { faults, run } = yield* importing(rows(3))
      yield* faults.set([{ fault: "delay", milliseconds: 1200, method: "POST", times: 1 }])
      const ran = yield* run(["--json", "--progress", "json"])
      assert.strictEqual(ran.exitCode, 0)
      assert.strictEqual(JSON.parse(ran.stdout).created, 3)
      const lines = ran.stderr
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.deepInclude(lines.at(-1), { event: "import", rows: 3, failed: 0, inDoubt: 0, waiting: null })
      assert.match(lines.at(-1).at, /^\d{4}-\d\d-\d\dT/)
    }),
  )
})
