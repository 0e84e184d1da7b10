import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as QuotaStore from "../src/QuotaStore.ts"

const key = Redacted.make("https://api.aptrinsic.com a-key-of-px")

/** Texts in a map, which can be away, and which another process may replace right before a process does. */
const makeTexts = () => {
  const texts = new Map<string, { text: string; version: number }>()
  const state: { isAway: boolean; before: Effect.Effect<unknown> | undefined; reads: number } = {
    isAway: false,
    before: undefined,
    reads: 0,
  }
  const guard = <A>(effect: Effect.Effect<A>) =>
    Effect.suspend(() => (state.isAway ? Effect.fail({ message: "refused" }) : effect))
  const shared: QuotaStore.SharedCounts<{ readonly message: string }> = {
    read: (name) =>
      guard(
        Effect.sync(() => {
          state.reads++
          return texts.get(name)
        }),
      ),
    replace: (name, version, text) =>
      guard(
        Effect.suspend(() => {
          const { before = Effect.void } = state
          state.before = undefined
          return Effect.map(before, () => {
            if ((texts.get(name)?.version ?? 0) !== version) return false
            texts.set(name, { text, version: version + 1 })
            return true
          })
        }),
      ),
  }
  return { texts, state, shared }
}

/** A logger that keeps the messages. */
const makeLog = () => {
  const logged: Array<string> = []
  return { logged, layer: Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))]) }
}

const take = (store: QuotaStore.QuotaStore["Service"], limit = 1000) =>
  Effect.flatMap(DateTime.now, (now) => store.take(key, limit, now))
const used = (store: QuotaStore.QuotaStore["Service"]) => Effect.flatMap(DateTime.now, (now) => store.used(key, now))

describe("a count in texts that processes share", () => {
  it.effect("is one for all, kept under the fingerprint of the key", () =>
    Effect.gen(function* () {
      const { shared, texts } = makeTexts()
      const [one, other] = [yield* QuotaStore.makeShared(shared), yield* QuotaStore.makeShared(shared)]
      yield* Effect.all([take(one), take(other), take(one)])
      assert.deepStrictEqual([yield* used(one), yield* used(other)], [3, 3])
      assert.deepStrictEqual([...texts.keys()], [QuotaStore.fingerprint(key)])
      assert.isDefined(yield* take(other, 3))
    }),
  )

  it.effect("loses nothing that another process counts between a read and its replacement", () =>
    Effect.gen(function* () {
      const { shared, state } = makeTexts()
      const [one, other] = [yield* QuotaStore.makeShared(shared), yield* QuotaStore.makeShared(shared)]
      yield* take(one)
      state.before = take(other)
      yield* take(one)
      assert.strictEqual(yield* used(other), 3)
      state.before = take(other, 4)
      assert.isDefined(yield* take(one, 4))
      assert.strictEqual(yield* used(one), 4)
    }),
  )

  it.effect("is kept by each process while the texts are away, and added when they are back", () =>
    Effect.gen(function* () {
      const { shared, state } = makeTexts()
      const [one, other] = [yield* QuotaStore.makeShared(shared), yield* QuotaStore.makeShared(shared)]
      yield* take(one)
      state.isAway = true
      assert.isUndefined(yield* take(one, 2))
      assert.isDefined(yield* take(one, 2))
      state.isAway = false
      yield* TestClock.adjust("1 minute")
      yield* take(one)
      assert.strictEqual(yield* used(other), 3)
    }),
  )

  it.effect("reads no text anew that nobody else replaced", () =>
    Effect.gen(function* () {
      const { shared, state } = makeTexts()
      const one = yield* QuotaStore.makeShared(shared)
      yield* take(one)
      yield* TestClock.adjust("1 minute")
      yield* take(one)
      assert.strictEqual(state.reads, 1)
    }),
  )

  it.effect("leaves a text alone that holds something else, and counts for itself", () =>
    Effect.gen(function* () {
      const { shared, texts } = makeTexts()
      const other = { text: '{"op":"start","v":2}', version: 7 }
      texts.set(QuotaStore.fingerprint(key), other)
      const { layer, logged } = makeLog()
      yield* Effect.gen(function* () {
        const one = yield* QuotaStore.makeShared(shared)
        assert.isUndefined(yield* take(one, 1))
        assert.isDefined(yield* take(one, 1))
      }).pipe(Effect.scoped, Effect.provide(layer))
      assert.strictEqual(texts.get(QuotaStore.fingerprint(key)), other)
      assert.include(logged[0], "It holds something else than a count of requests.")
    }),
  )

  it.effect("lets no burst of requests wait for texts that are far away", () =>
    Effect.gen(function* () {
      const { shared } = makeTexts()
      let way = 60
      const replace: typeof shared.replace = (...args) =>
        Effect.suspend(() => Effect.delay(shared.replace(...args), way))
      const one = yield* QuotaStore.makeShared({ ...shared, replace })
      let waiting = 0
      const request = Effect.suspend(() => {
        waiting++
        return Effect.ensuring(
          take(one, 1_000_000),
          Effect.sync(() => void waiting--),
        )
      })
      let waited = 0
      // No burst falls together with the beginning of a minute.
      yield* TestClock.adjust(500)
      for (let burst = 0; burst < 130; burst++) {
        if (burst === 10) waited = 0
        for (let turn = 0; turn < 20; turn++) {
          yield* Effect.forkChild(request)
          yield* TestClock.adjust(5)
          waited += waiting
        }
        yield* TestClock.adjust(900)
      }
      way = 0
      // Of 2,400 requests.
      assert.isBelow(waited, 24)
    }),
  )

  it.effect("gives back what it counted ahead when it is closed", () =>
    Effect.gen(function* () {
      const { shared } = makeTexts()
      const other = yield* QuotaStore.makeShared(shared)
      const ahead = yield* Effect.scoped(
        Effect.gen(function* () {
          const one = yield* QuotaStore.makeShared(shared)
          for (let request = 0; request < 40; request++) {
            yield* take(one, 1_000_000)
            yield* TestClock.adjust(10)
          }
          return yield* used(other)
        }),
      )
      assert.isAbove(ahead, 40)
      assert.strictEqual(yield* used(other), 40)
    }),
  )

  it.effect("counts for itself, and says so, when others replace the text again and again", () =>
    Effect.gen(function* () {
      const { shared } = makeTexts()
      const { layer, logged } = makeLog()
      yield* Effect.gen(function* () {
        const one = yield* QuotaStore.makeShared({ ...shared, replace: () => Effect.succeed(false) })
        assert.isUndefined(yield* take(one, 1))
        assert.isDefined(yield* take(one, 1))
      }).pipe(Effect.scoped, Effect.provide(layer))
      assert.include(logged[0], "Other processes replaced it each time.")
    }),
  )
})
