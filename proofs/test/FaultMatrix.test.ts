import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { matrix } from "../faults/matrix.ts"
import { run } from "../faults/run.ts"

describe.each(["create", "update", "list"])("%s", { concurrent: true, timeout: 60_000 }, (call) => {
  for (const scenario of matrix.filter(({ verb = "create" }) => verb === call)) {
    it.live(`${scenario.number}: ${scenario.name}`, () =>
      Effect.gen(function* () {
        const { expected, got, objections } = yield* run(scenario)
        assert.strictEqual(got, expected)
        assert.deepStrictEqual(objections, [])
      }),
    )
  }
})
