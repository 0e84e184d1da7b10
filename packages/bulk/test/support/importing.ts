/** Imports that take their time, and virtual time that passes until they have ended. */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import { Journal } from "@effect-aptrinsic/bulk/Journal"
import type { RowOutcome } from "@effect-aptrinsic/bulk/Row"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { accounts } from "./px.ts"

/** Imports so many accounts in steps of so many milliseconds. */
export const importing = Effect.fnUntraced(function* (count: number, options: Importer.Options, step = 20) {
  const importer = yield* Importer.make(options)
  const outcomes: Array<RowOutcome> = []
  const fiber = yield* Stream.fromIterable(accounts(count)).pipe(
    Stream.map((account, index) => ({ row: index + 1, account })),
    BulkAccounts.through(importer),
    Stream.runForEach((result) =>
      Effect.sync(() => {
        if (result._tag === "Ended") outcomes.push(result.outcome)
      }),
    ),
    Effect.forkChild,
  )
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(step)
  yield* Fiber.join(fiber)
  const { totals } = yield* Journal
  return { importer, outcomes, totals: yield* totals }
})
