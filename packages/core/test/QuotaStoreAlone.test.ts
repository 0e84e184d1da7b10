import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Disk } from "./support/disk.ts"
import { counted, file, minute, start, warnings } from "./support/quotaProcess.ts"

describe("layerFile, while the disk refuses,", () => {
  it.effect("counts for itself, and adds that once the disk takes it", () =>
    Effect.gen(function* () {
      for (const method of ["makeDirectory", "open", "readDirectory", "readAlloc", "writeAll", "all"]) {
        const disk = new Disk()
        const { layer, said } = warnings()
        yield* Effect.gen(function* () {
          const running = yield* start(disk)
          if (method !== "makeDirectory" && method !== "readDirectory") yield* running.takeAll(20, 2)
          const before = yield* running.used()
          const fresh = method === "makeDirectory" || method === "readDirectory" || method === "open"
          const failing = fresh ? yield* start(disk) : running
          failing.process.broken = method
          assert.strictEqual(yield* failing.takeAll(20, 5), 5)
          if (!fresh) assert.strictEqual(yield* failing.used(), before + 5)
          failing.process.broken = undefined
          assert.strictEqual(yield* failing.takeAll(20, 1), 1)
          yield* failing.giveBack()
          const inFile = method === "readAlloc" ? 1 : 0
          assert.strictEqual(yield* counted(disk), before + inFile, method)
          assert.isTrue(yield* failing.take(20, minute))
          yield* failing.end()
          assert.strictEqual(yield* counted(disk, minute), before + 6 + inFile, method)
        }).pipe(Effect.provide(layer))
        assert.lengthOf(said, 1)
        assert.match(said[0]!, /^The day's count of requests cannot be read or written \(.*no space left/)
      }
    }),
  )

  it.effect("adds at its end what it counted for itself, and says once that it cannot", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const { layer, said } = warnings()
      const broken = yield* start(disk).pipe(Effect.provide(layer))
      const back = yield* start(disk).pipe(Effect.provide(layer))
      for (const { process, takeAll } of [broken, back]) {
        process.broken = "writeAll"
        assert.strictEqual(yield* Effect.provide(takeAll(20, 5), layer), 5)
      }
      back.process.broken = undefined
      yield* Effect.provide(Effect.andThen(broken.end(), back.end()), layer)
      assert.strictEqual(yield* counted(disk), 5)
      assert.lengthOf(said, 2)
    }),
  )

  it.effect("writes again what was torn when the disk was full", () =>
    Effect.gen(function* () {
      for (const bytes of [0, 1, 10, 40, 60]) {
        const disk = new Disk()
        const { layer } = warnings()
        yield* Effect.gen(function* () {
          const running = yield* start(disk)
          yield* running.takeAll(20, 2)
          running.process.tears = bytes
          assert.isTrue(yield* running.take(20))
          running.process.tears = undefined
          assert.isTrue(yield* running.take(20, minute))
          yield* running.end()
          assert.strictEqual(yield* counted(disk, minute), 4)
        }).pipe(Effect.provide(layer))
      }
    }),
  )

  it.effect("keeps to the quota minute after minute, and counts nothing that it refused", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      assert.isTrue(yield* running.take(8))
      running.process.broken = "writeAll"
      assert.strictEqual(yield* running.takeAll(8, 5), 5)
      assert.strictEqual(yield* running.takeAll(8, 5, minute), 2)
      running.process.broken = undefined
      yield* running.end(2 * minute)
      assert.strictEqual(yield* counted(disk, 2 * minute), 8)
    }).pipe(Effect.provide(warnings().layer)),
  )

  it.effect("adds what it counted for itself when that has used the quota up", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      running.process.broken = "all"
      assert.strictEqual(yield* running.takeAll(5, 5), 5)
      running.process.broken = undefined
      assert.isFalse(yield* running.take(5, minute))
      assert.strictEqual(yield* counted(disk, minute), 5)
    }).pipe(Effect.provide(warnings().layer)),
  )

  it.effect("knows what was counted since, by others too, when it refuses again", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const [running, other] = [yield* start(disk), yield* start(disk)]
      running.process.broken = "writeAll"
      assert.strictEqual(yield* running.takeAll(10, 2), 2)
      running.process.broken = undefined
      assert.strictEqual(yield* other.takeAll(10, 4, minute), 4)
      assert.strictEqual(yield* running.takeAll(10, 3, minute), 3)
      running.process.broken = "writeAll"
      assert.strictEqual(yield* running.takeAll(10, 5, 2 * minute), 1)
    }).pipe(Effect.provide(warnings().layer)),
  )

  it.effect("takes back what never left, before it is written and after", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      running.process.broken = "all"
      yield* running.takeAll(20, 5)
      yield* running.giveBack()
      assert.isTrue(yield* running.take(20, minute))
      running.process.broken = undefined
      assert.strictEqual(yield* running.used(2 * minute), 5)
      yield* running.end(2 * minute)
      assert.strictEqual(yield* counted(disk, 2 * minute), 5)
    }).pipe(Effect.provide(warnings().layer)),
  )

  it.effect("gives nothing back twice when it cannot tell whether that was written", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      yield* running.takeAll(1_000_000, 100)
      assert.isAbove(yield* counted(disk), 110)
      running.process.broken = "readAlloc"
      assert.isTrue(yield* running.take(1_000_000, minute))
      running.process.broken = undefined
      assert.isTrue(yield* running.take(1_000_000, 2 * minute))
      yield* running.end(2 * minute)
      // One more than was sent: the request that was granted and not read to be.
      assert.strictEqual(yield* counted(disk, 2 * minute), 103)
    }).pipe(Effect.provide(warnings().layer)),
  )

  it.effect("writes one line for a minute in which it counted for itself", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      running.process.broken = "all"
      yield* running.takeAll(200, 50)
      yield* running.takeAll(200, 50, minute)
      running.process.broken = undefined
      yield* running.end(2 * minute)
      assert.deepStrictEqual(
        disk.lines(file()).flatMap(({ count, of, op }) => (op === "add" ? [[of, count]] : [])),
        [
          [0, 50],
          [1, 50],
        ],
      )
    }).pipe(Effect.provide(warnings().layer)),
  )

  it.effect("counts no more ahead than what it has to add leaves of the day", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      yield* running.takeAll(8000, 1000)
      running.process.broken = "all"
      assert.strictEqual(yield* running.takeAll(8000, 5000, minute), 5000)
      running.process.broken = undefined
      assert.isTrue(yield* running.take(8000, 2 * minute))
      assert.isAtMost(yield* counted(disk, 2 * minute), 6002)
    }).pipe(Effect.provide(warnings().layer)),
  )
})
