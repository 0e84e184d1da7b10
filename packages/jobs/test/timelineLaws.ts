/**
 * What every store of timelines has to do, whatever it is made of, by a clock that the test sets.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Ask, TimelineStore } from "../src/internal/budget/timelineStore.ts"

export interface Subject<E> {
  readonly store: TimelineStore<E>
  /** Sets the store's clock. */
  readonly at: (milliseconds: number) => Effect.Effect<void, E>
}

const ask: Ask = { slots: 8, spacing: 5, ahead: 0, isProbe: false, isTrial: false, isBack: false }
const [t0, key] = [1_800_000_000_000, "0123456789abcdef"]

const paused = (duration: number, isFirm = false, quota?: string) =>
  ({ _tag: "Paused", duration, isFirm, quota }) as const

/** Takes the first turns of the key. */
const begin = <E>({ at, store }: Subject<E>) => Effect.andThen(at(t0), store.lease(key, ask))

type Law = <E>(subject: Subject<E>) => Effect.Effect<void, E>

/** Each runs on a store of its own. */
export const laws: Readonly<Record<string, Law>> = {
  "gives turns of one key that follow each other, and none twice": Effect.fnUntraced(function* ({ at, store }) {
    yield* at(t0)
    const leases = yield* Effect.all([store.lease(key, ask), store.lease(key, { ...ask, slots: 3 })])
    yield* at(t0 + 20)
    const third = yield* store.lease(key, ask)
    const other = yield* store.lease("another", ask)
    assert.deepStrictEqual(
      [...leases, third, other].map(({ granted, next, start }) => [granted, start - t0, next - t0]),
      [
        [8, 0, 40],
        [3, 40, 55],
        [8, 55, 95],
        [8, 20, 60],
      ],
    )
  }),
  "gives no turn that is over, and knows since when the timeline has no gap": Effect.fnUntraced(function* ({
    at,
    store,
  }) {
    yield* begin({ at, store })
    yield* at(t0 + 900)
    const soon = yield* store.lease(key, ask)
    assert.deepStrictEqual([soon.start - t0, soon.since - t0], [900, 0])
    yield* at(t0 + 2000)
    const later = yield* store.lease(key, ask)
    assert.deepStrictEqual([later.start - t0, later.since - t0], [2000, 2000])
  }),
  "begins turns as far ahead as they are wanted, and counts the time without a gap from the first": Effect.fnUntraced(
    function* ({ at, store }) {
      yield* at(t0)
      const far = { ...ask, slots: 2, ahead: 40 }
      const leases = [yield* store.lease(key, far), yield* store.lease(key, far), yield* store.lease(key, ask)]
      yield* at(t0 + 3000)
      leases.push(yield* store.lease(key, far))
      assert.deepStrictEqual(
        leases.map(({ next, since, start }) => [start - t0, next - t0, since - t0]),
        [
          [40, 50, 40],
          [50, 60, 40],
          [60, 100, 40],
          [3040, 3050, 3040],
        ],
      )
    },
  ),
  "gives none while a pause lasts, then one to find out, and all when it is over": Effect.fnUntraced(function* ({
    at,
    store,
  }) {
    yield* begin({ at, store })
    yield* store.report(key, paused(500))
    const during = yield* store.lease(key, ask)
    assert.deepInclude(during, { granted: 0, isPaused: true, isFirm: false, pausedUntil: t0 + 500 })
    yield* at(t0 + 501)
    assert.deepInclude(yield* store.lease(key, ask), { granted: 1, start: t0 + 501 })
    assert.strictEqual((yield* store.lease(key, ask)).granted, 0)
    yield* store.report(key, { _tag: "Over" })
    assert.deepInclude(yield* store.lease(key, ask), { granted: 8, isPaused: false, since: t0 })
  }),
  "begins anew after a pause in which nothing left for as long as a window is": Effect.fnUntraced(function* ({
    at,
    store,
  }) {
    yield* begin({ at, store })
    yield* store.report(key, paused(940))
    yield* at(t0 + 940)
    yield* store.report(key, { _tag: "Over" })
    assert.strictEqual((yield* store.lease(key, ask)).since - t0, 0)
    yield* store.report(key, paused(901))
    yield* at(t0 + 981 + 901)
    yield* store.report(key, { _tag: "Over" })
    assert.strictEqual((yield* store.lease(key, ask)).since - t0, 1882)
  }),
  "gives another turn to find out when the first is not heard of, and when it was rejected": Effect.fnUntraced(
    function* ({ at, store }) {
      yield* begin({ at, store })
      yield* store.report(key, paused(100))
      const granted = (time: number) =>
        Effect.map(Effect.andThen(at(t0 + time), store.lease(key, ask)), (one) => one.granted)
      assert.deepStrictEqual(yield* Effect.all([granted(100), granted(1099), granted(1100)]), [1, 0, 1])
      yield* store.report(key, paused(100))
      assert.deepStrictEqual(yield* Effect.all([granted(1199), granted(1200)]), [0, 1])
    },
  ),
  "lets one request find out sooner where the pause is not firm": Effect.fnUntraced(function* ({ at, store }) {
    yield* begin({ at, store })
    const probe = Effect.map(store.lease(key, { ...ask, slots: 1, isProbe: true }), ({ granted }) => granted)
    yield* store.report(key, paused(1000))
    assert.deepStrictEqual(yield* Effect.all([probe, probe]), [1, 0])
    yield* store.report(key, paused(5000, true, "no more today"))
    assert.strictEqual(yield* probe, 0)
    assert.isUndefined(yield* store.report(key, { _tag: "Over" }))
    assert.deepInclude(yield* store.lease(key, ask), { isPaused: true, isFirm: true, quota: "no more today" })
    yield* at(t0 + 5000)
    assert.isDefined(yield* store.report(key, { _tag: "Over" }))
    assert.isUndefined((yield* store.lease(key, ask)).quota)
  }),
  "lets one request try a day that is said to be used up, and whether it is accepted ends it or not": Effect.fnUntraced(
    function* ({ at, store }) {
      yield* begin({ at, store })
      const trial = store.lease(key, { ...ask, slots: 1, isProbe: true, isTrial: true })
      yield* store.report(key, paused(5000, true))
      assert.deepInclude(yield* trial, { granted: 0, isFirm: true })
      const usedUp = paused(50_000, true, "no more today")
      yield* store.report(key, usedUp)
      assert.deepInclude(yield* trial, { granted: 1, start: t0, isPaused: true, quota: "no more today" })
      assert.strictEqual((yield* trial).granted, 0)
      yield* store.report(key, usedUp)
      assert.isUndefined(yield* store.report(key, { _tag: "Over" }))
      assert.deepInclude(yield* store.lease(key, ask), { granted: 0, isFirm: true, pausedUntil: t0 + 50_000 })
      assert.strictEqual((yield* trial).granted, 1)
      assert.isDefined(yield* store.report(key, { _tag: "Over" }))
      assert.deepInclude(yield* store.lease(key, ask), { granted: 8, isPaused: false, quota: undefined })
    },
  ),
  "keeps the longer of two pauses, and what was firm firm": Effect.fnUntraced(function* ({ at, store }) {
    yield* begin({ at, store })
    yield* store.report(key, paused(3000, true))
    yield* store.report(key, paused(1000))
    assert.deepInclude(yield* store.lease(key, ask), { pausedUntil: t0 + 3000, isFirm: true })
  }),
  "takes a limit from who knows the last one, and forgets it": Effect.fnUntraced(function* ({ at, store }) {
    yield* at(t0)
    assert.deepInclude(yield* store.lease(key, ask), { limit: undefined, version: 0 })
    assert.strictEqual(yield* store.report(key, { _tag: "Limit", limit: 150, version: 0 }), 1)
    assert.isUndefined(yield* store.report(key, { _tag: "Limit", limit: 170, version: 0 }))
    assert.deepInclude(yield* store.lease(key, ask), { limit: 150, version: 1 })
    yield* at(t0 + 600_001)
    assert.deepInclude(yield* store.lease(key, ask), { limit: undefined, version: 2 })
  }),
  "waits once for all to come back after it was away": Effect.fnUntraced(function* ({ at, store }) {
    yield* begin({ at, store })
    yield* at(t0 + 4000)
    const back = { ...ask, isBack: true }
    assert.deepInclude(yield* store.lease(key, back), { granted: 0, heldUntil: t0 + 6000 })
    yield* at(t0 + 5000)
    assert.deepInclude(yield* store.lease(key, back), { granted: 0, heldUntil: t0 + 6000 })
    assert.strictEqual((yield* store.lease(key, ask)).granted, 0)
    yield* at(t0 + 6000)
    assert.deepInclude(yield* store.lease(key, back), { granted: 8, start: t0 + 6000 })
    assert.deepInclude(yield* store.lease("another", back), { granted: 0, heldUntil: t0 + 8000 })
  }),
  "gives turns within a minute when its clock is set back": Effect.fnUntraced(function* ({ at, store }) {
    yield* at(t0 + 3_600_000)
    yield* store.lease(key, ask)
    yield* at(t0)
    assert.deepInclude(yield* store.lease(key, ask), { granted: 8, start: t0 + 60_000 })
  }),
}
