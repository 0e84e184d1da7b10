import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
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
