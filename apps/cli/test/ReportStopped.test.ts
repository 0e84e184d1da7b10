import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aptrinsic, layerSandbox, offline } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

/** Two rows are invalid that the run does not come to, far behind where it stops, and one that it does. */
const file = rows(6000)
  .replace("a2,Account 2\n", "a2,\n")
  .replace("a5931,Account 5931", "a5931,")
  .replace("a5933,Account 5933", "a5933,")

/** Changes of as many accounts, of which PX has others than these. */
const changes = `id,plan\n${Array.from({ length: 6000 }, (_, index) => `a${index + 1},pro\n`).join("")}`
const strangers = new Set(["a2", "a5931", "a5933"])

const countOf = (stdout: string, word: string) => new RegExp(`^ {2}${word} +([\\d,]+)`, "m").exec(stdout)?.[1]

const assertAgree = (report: string, run: string, words: ReadonlyArray<string>) => {
  for (const word of words) {
    assert.isDefined(countOf(run, word), word)
    assert.strictEqual(countOf(report, word), countOf(run, word), word)
  }
}

// The day of PX is over before the day that the import counts.
layer(layerSandbox({ limits: { perSecond: null, perDay: { requests: 12 } } }), { excludeTestServices: true })(
  "the report of an import that stopped",
  (it) => {
    it.effect("counts rows that nobody came to as the import did, and the day as PX did", () =>
      Effect.gen(function* () {
        const { file: path, run } = yield* importing(file)
        const { exitCode, stdout } = yield* run(["--skip-invalid", "--concurrency", "2"])
        assert.strictEqual(exitCode, 7)
        const told = (yield* aptrinsic(["report", path], offline)).stdout
        assertAgree(told, stdout, ["created", "invalid", "not sent"])
        assert.match(told, /^ {2}invalid +3 {2}not sent; no run came to 2 of them yet$/m)
        assert.notInclude(told, "for other reasons")
        assert.include(told, "halted (DailyQuotaExhausted)")
        assert.include(told, "quota: 0 of 1,000,000 requests of the day were left")
      }),
    )

    it.effect("counts rows that nobody came to as the plan of an update did", () =>
      Effect.gen(function* () {
        const { file: path, run, store } = yield* importing(changes)
        for (let row = 1; row <= 6000; row++) {
          const account = { id: `a${row}`, name: `Account ${row}`, propertyKeys: ["AP-TEST-2"] }
          if (!strangers.has(account.id)) yield* store.insert({ createDate: 1767225600000, account })
        }
        const { exitCode, stdout } = yield* run(["--if-exists", "update", "--yes", "--concurrency", "2"])
        assert.strictEqual(exitCode, 7)
        const told = (yield* aptrinsic(["report", path], offline)).stdout
        assertAgree(told, stdout, ["updated", "invalid", "not sent"])
        assert.match(told, /^ {2}invalid +3 {2}not sent; no run came to 2 of them yet$/m)
      }),
    )
  },
)
