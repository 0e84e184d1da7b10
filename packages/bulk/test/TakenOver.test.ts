import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { inDirectory, stepsOf, subject } from "./support/journal.ts"
import { accounts, failure, px, success } from "./support/px.ts"

describe("an import whose journal was taken over while it slept", () => {
  it.effect("sends nothing more, keeps what it was told, and halts with the reason", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const answer = yield* Deferred.make<void>()
        const turn = yield* Deferred.make<void>()
        const posted: Array<string> = []
        // The first row is on the wire, the second waits for its turn, the third for a slot.
        const { layer } = px(
          Effect.fnUntraced(function* (input, { mayLeave = Effect.succeed(true) }) {
            if (input.id === "a2") yield* Deferred.await(turn)
            if (!(yield* mayLeave)) return yield* failure(new E.Withdrawn())
            posted.push(input.id)
            yield* Deferred.await(answer)
            return success(input)
          }),
        )
        yield* Effect.gen(function* () {
          const importer = yield* Importer.make({ concurrency: 2 })
          const rows = accounts(3).map((account, index) => ({ row: index + 1, account }))
          const fiber = yield* Effect.forkChild(importer.importChunk(rows))
          while ((yield* stepsOf(path)).length < 2) yield* Effect.yieldNow
          yield* fs.remove(`${path}.lock`)
          yield* fs.writeFileString(`${path}.lock`, "another run        1")
          yield* TestClock.adjust("1 minute")
          yield* Deferred.succeed(turn, undefined)
          yield* Deferred.succeed(answer, undefined)
          const results = yield* Fiber.join(fiber)
          assert.deepStrictEqual(
            results.map((result) => (result._tag === "Ended" ? result.outcome._tag : result._tag)),
            ["Created", "NotSent", "NotSent"],
          )
          const halted = importer.halted()
          assert(halted?._tag === "JournalError")
          assert.strictEqual(halted.kind, "TakenOver")
          const { totals } = yield* Journal.Journal
          assert.deepInclude(yield* totals, { Created: 1, InDoubt: 0 })
        }).pipe(Effect.provide([layer, Layer.fresh(JournalFile.layer({ path, subject }))]))
        assert.deepStrictEqual(posted, ["a1"])
        assert.deepStrictEqual(yield* stepsOf(path), ["sent 1", "sent 2"])
      }),
    ),
  )
})
