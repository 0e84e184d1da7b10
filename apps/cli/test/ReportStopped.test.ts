import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aptrinsic, layerSandbox, offline } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

/** Two rows are invalid that the run does not come to, far behind where it stops, and one that it does. */
const file = rows(6000)
  .replace("a2,Account 2\n", "a2,\n")
  .replace("a5931,Account 5931", "a5931,")
  .replace("a5933,Account 5933", "a5933,")

const countOf = (stdout: string, word: string) => new RegExp(`^ {2}${word} +(\\d+)`, "m").exec(stdout)?.[1]

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
        for (const word of ["created", "invalid", "not sent"]) {
          assert.isDefined(countOf(stdout, word))
          assert.strictEqual(countOf(told, word), countOf(stdout, word), word)
        }
        assert.match(told, /^ {2}invalid +3 {2}not sent; no run came to 2 of them yet$/m)
        assert.notInclude(told, "for other reasons")
        assert.include(told, "halted (DailyQuotaExhausted)")
        assert.include(told, "quota: 0 of 1,000,000 requests of the day were left")
      }),
    )
  },
)
