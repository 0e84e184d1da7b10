import * as ImportHalted from "@effect-aptrinsic/bulk/ImportHalted"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const halt = new ImportHalted.ImportHalted({
  kind: "Refused",
  message: "PX rejected the API key (401).",
  hint: "Check the key.",
  error: new E.AccountsError({
    operation: "create",
    accountId: "acme",
    outcome: "not created",
    attempts: 1,
    elapsed: Duration.millis(4),
    history: [],
    reason: new E.Forbidden({ detail: "no" }),
  }),
})
const broken = new Journal.JournalError({ kind: "Busy", message: "report: another run is writing it.", hint: "Wait." })

describe("what stops an import", () => {
  it.effect("passes a wire as JSON and is known on the other side", () =>
    Effect.gen(function* () {
      const wire = Schema.fromJsonString(
        Schema.toCodecJson(Schema.Union([ImportHalted.ImportHalted, Journal.JournalError])),
      )
      const pass = (error: ImportHalted.ImportHalted | Journal.JournalError) =>
        Effect.flatMap(Schema.encodeEffect(wire)(error), Schema.decodeEffect(wire))
      const [passedHalt, passedError] = yield* Effect.all([pass(halt), pass(broken)])
      assert.isTrue(ImportHalted.isImportHalted(passedHalt) && E.isAccountsError(passedHalt.error))
      assert.isTrue(Journal.isJournalError(passedError))
      assert.deepStrictEqual([passedHalt.message, passedError.message], [halt.message, broken.message])
    }),
  )

  it("is told from other values by guards", () => {
    assert.deepStrictEqual([halt, broken, new Error("other")].map(ImportHalted.isImportHalted), [true, false, false])
    assert.deepStrictEqual([halt, broken, { _tag: "JournalError" }].map(Journal.isJournalError), [false, true, false])
  })
})
