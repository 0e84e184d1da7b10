import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as AccountsList from "@effect-aptrinsic/core/AccountsList"
import type { Fault } from "@effect-aptrinsic/sandbox/Faults"
import type * as Habits from "@effect-aptrinsic/sandbox/Habits"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { acme, sandbox } from "./harness.ts"

const habits: ReadonlyArray<Habits.SettingsInput> = (["snapshot", "shifting"] as const).flatMap((list) =>
  (["page", "cursor"] as const).flatMap((scrollId) =>
    (["kept", "null"] as const).map((lastScrollId) => ({ list, scrollId, lastScrollId })),
  ),
)

const count = 57

const withSandbox = (settings: Habits.SettingsInput, faults: ReadonlyArray<Fault> = []) =>
  Effect.provide(
    Layer.unwrap(
      Effect.map(Sandbox.Sandbox, ({ apiKey, url }) =>
        Accounts.layer({ apiKey, baseUrl: url, retryDelay: "5 millis", settleDelay: "5 millis" }),
      ),
    ).pipe(
      Layer.provideMerge(
        sandbox({ store: Store.layerSeeded(count), habits: settings, faults, limits: { perSecond: null } }),
      ),
    ),
  )

/** Every account that was there before. */
const expected = Array.from({ length: count }, (_, place) => Store.seeded(place).account.id).toSorted()

describe("a list of the client", () => {
  it.live.each(habits)("has every account once, whatever happens to it: %o", (settings) =>
    Effect.gen(function* () {
      let pages = 0
      const listed = yield* AccountsList.pages({ pageSize: 10 }).pipe(
        // Each page moves the others on where lists shift.
        Stream.tap(() => Accounts.createAccount({ ...acme, id: `new-${pages++}` })),
        Stream.runCollect,
      )
      assert.strictEqual(listed[0]!.total, count)
      const ids = listed.flatMap(({ accounts }) => accounts.map(({ id }) => id))
      assert.lengthOf(new Set(ids), ids.length)
      assert.deepStrictEqual(ids.filter((id) => !id.startsWith("new-")).toSorted(), expected)
    }).pipe(
      withSandbox(settings, [
        { fault: "drop-after-commit", method: "GET", after: 2, times: 2 },
        { fault: "server-error", method: "GET", after: 8, times: 1, committed: true },
      ]),
    ),
  )

  it.live("begins anew when its scroll has expired, because nobody took a page", () =>
    Effect.gen(function* () {
      const { habits } = yield* Sandbox.Sandbox
      const settings = yield* habits.settings
      const listed = yield* AccountsList.pages({ pageSize: 20 }).pipe(
        Stream.tap(({ restarts }) => (restarts === 0 ? habits.set({ ...settings, scrollSeconds: 0 }) : Effect.void)),
        Stream.runCollect,
        AccountsEvent.observe((event) =>
          event._tag === "Answered" && event.answer === "400" ? habits.set(settings) : Effect.void,
        ),
      )
      assert.deepStrictEqual(
        listed.map(({ restarts }) => restarts),
        [0, 1, 1],
      )
      assert.deepStrictEqual(listed.flatMap(({ accounts }) => accounts.map(({ id }) => id)).toSorted(), expected)
      assert.strictEqual(yield* AccountsList.count(), count)
    }).pipe(withSandbox({})),
  )
})
