import { maxCompared } from "@effect-aptrinsic/bulk/internal/shared/compared"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { FieldDifference } from "@effect-aptrinsic/bulk/Row"
import type { Account } from "@effect-aptrinsic/core/Account"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { importing } from "./support/importing.ts"
import { account, px, type Read, unread } from "./support/px.ts"

/** What an import comes to all of whose rows are done and changed since, but for the last, which is new. */
const importChanged = (rows: number, read: Read) =>
  Effect.gen(function* () {
    const compared = new Map<number, ReadonlyArray<FieldDifference>>()
    const asked: Array<string> = []
    const journal = Layer.effect(
      Journal.Journal,
      Effect.map(Journal.makeMemory, (memory) =>
        Journal.Journal.of({
          ...memory,
          states: (refs) => Effect.succeed(refs.map(({ row }) => (row < rows ? "Created" : "New"))),
          isToCompare: (row) => Effect.succeed(row < rows),
          compared: ({ row }, values) => Effect.sync(() => void compared.set(row, values)),
        }),
      ),
    )
    const { calls, layer } = px(undefined, (id) => {
      asked.push(id)
      return read(id)
    })
    yield* importing(rows, { concurrency: 4 }).pipe(Effect.provide([layer, journal]))
    return { asked, compared, created: calls.map(([id]) => id) }
  })

describe("a row that changed since it was sent", () => {
  it.effect("is not sent but compared with what PX holds, where an account that is gone lacks all", () =>
    Effect.gen(function* () {
      const read: Read = (id) =>
        id === "a2" ? unread(new E.AccountNotFound()) : Effect.succeed({ ...account(id), name: "Other" } as Account)
      const { compared, created } = yield* importChanged(4, read)
      const name = { path: "name", sent: "Acme Inc", found: "Other" }
      assert.deepStrictEqual(
        [...compared].toSorted(([one], [other]) => one - other),
        [
          [1, [name]],
          [2, [{ path: "id", sent: "a2" }]],
          [3, [name]],
        ],
      )
      assert.deepStrictEqual(created, ["a4"])
    }),
  )

  it.effect("is left as it is beyond the thousand that one run compares", () =>
    Effect.gen(function* () {
      const { asked, compared } = yield* importChanged(1200, (id) => Effect.succeed(account(id) as Account))
      assert.strictEqual(maxCompared, 1000)
      assert.deepStrictEqual([asked.length, compared.size], [1000, 1000])
    }),
  )

  it.effect("keeps no other row from being sent when PX says nothing about it", () =>
    Effect.gen(function* () {
      const { asked, compared, created } = yield* importChanged(100, () => unread(new E.Forbidden({ detail: "" })))
      assert.isAtMost(asked.length, 4, "those that were asked about at once")
      assert.deepStrictEqual([compared.size, created], [0, ["a100"]])
    }),
  )
})
