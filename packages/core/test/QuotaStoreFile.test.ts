import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as QuotaStore from "../src/QuotaStore.ts"
import { Disk } from "./support/disk.ts"
import { counted, day, directory, file, minute, start, sum } from "./support/quotaProcess.ts"

describe("layerFile", () => {
  it.effect("remembers the count over a restart", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const first = yield* start(disk)
      assert.strictEqual(yield* first.takeAll(5, 3), 3)
      const written = disk.appends
      yield* first.end()
      assert.strictEqual(disk.appends, written)
      const second = yield* start(disk)
      assert.strictEqual(yield* second.used(minute), 3)
      assert.strictEqual(yield* second.takeAll(5, 3, minute), 2)
      assert.deepStrictEqual(yield* second.refused(5, minute), { resumeAt: DateTime.makeUnsafe(day + minute) })
    }),
  )

  it.effect("shares a small quota among ten processes to the last request", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const processes = yield* Effect.replicateEffect(start(disk), 10)
      const taken = yield* Effect.forEach(processes, ({ takeAll }) => takeAll(300, 50), { concurrency: "unbounded" })
      assert.strictEqual(sum(taken), 300)
      assert.isBelow(Math.min(...taken), 50)
      yield* Effect.forEach(processes, ({ end }) => end(), { concurrency: "unbounded" })
      assert.strictEqual(yield* counted(disk), 300)
    }),
  )

  it.effect("has every request in the file before it may leave, so that a kill loses none", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const { take, takeAll } = yield* start(disk)
      for (let taken = 1; taken <= 20; taken++) {
        assert.isTrue(yield* take(100))
        assert.strictEqual(yield* counted(disk), taken)
      }
      const ahead = yield* start(disk)
      assert.strictEqual(yield* ahead.takeAll(1_000_000, 5000), 5000)
      assert.isAtLeast(yield* counted(disk), 5020)
      assert.isAtMost(yield* counted(disk), 6020)
      assert.strictEqual(yield* takeAll(100, 1), 0)
    }),
  )

  it.effect("counts ahead in blocks, and gives the rest back when it ends", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      const side = Effect.replicateEffect(running.takeAll(1_000_000, 2500), 4, { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* side, [2500, 2500, 2500, 2500])
      assert.isAtMost(disk.appends, 25)
      assert.strictEqual(yield* running.used(), 10_000)
      yield* running.end()
      assert.strictEqual(yield* counted(disk), 10_000)
    }),
  )

  it.effect("counts ahead no more than a second's worth", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      for (let now = 0; now < 10_000; now += 5) assert.isTrue(yield* running.take(1_000_000, now))
      assert.isBelow((yield* counted(disk)) - 2000, 200)
      assert.isBelow(disk.appends, 60)
      assert.strictEqual(yield* running.takeAll(1_000_000, 200, 10_000, 500), 200)
      assert.strictEqual(yield* counted(disk, 110_000), 2200)
    }),
  )

  it.effect("counts what leaves in a later minute in that minute", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      yield* running.takeAll(1_000_000, 100)
      assert.isTrue(yield* running.take(1_000_000, 10 * minute))
      yield* running.end(10 * minute)
      assert.strictEqual(yield* counted(disk, 10 * minute), 101)
      assert.strictEqual(yield* counted(disk, day + minute), 1)
      assert.strictEqual(yield* counted(disk, day + 11 * minute), 0)
    }),
  )

  it.effect("gives the rest of a block back in the minute in which it was counted", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const [running, other] = [yield* start(disk), yield* start(disk)]
      yield* running.takeAll(1_000_000, 100)
      assert.isAbove(yield* counted(disk), 100)
      yield* other.takeAll(1_000_000, 50, minute)
      yield* other.end(minute)
      assert.isTrue(yield* running.take(1_000_000, minute))
      assert.strictEqual(yield* counted(disk, minute), 151)
      assert.strictEqual(yield* counted(disk, day + minute), 51)
    }),
  )

  it.effect("counts without a limit when there is none", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      assert.strictEqual(yield* running.takeAll(Number.POSITIVE_INFINITY, 3000), 3000)
      yield* running.end()
      assert.strictEqual(yield* counted(disk), 3000)
    }),
  )

  it.effect("takes back the count of what never left, and no more than that", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      yield* running.takeAll(3, 3)
      yield* running.giveBack()
      assert.strictEqual(yield* running.used(), 2)
      assert.isTrue(yield* running.take(3))
      assert.isFalse(yield* running.take(3))
      for (let times = 0; times < 5; times++) yield* running.giveBack(minute)
      assert.strictEqual(yield* running.used(minute), 0)
      assert.strictEqual(yield* running.takeAll(3, 5, minute), 3)
      yield* running.end()
      assert.strictEqual(yield* counted(disk, day), 3)
    }),
  )

  it.effect("takes back what never left while another request is being counted", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const running = yield* start(disk)
      yield* running.take(3)
      const written = yield* Latch.make()
      running.process.pause = written.await
      const second = yield* Effect.forkChild(running.take(3), { startImmediately: true })
      const back = yield* Effect.forkChild(running.giveBack(), { startImmediately: true })
      yield* written.open
      assert.isTrue(yield* Fiber.join(second))
      yield* Fiber.join(back)
      assert.strictEqual(yield* running.used(), 1)
      yield* running.end()
      assert.strictEqual(yield* counted(disk), 1)
    }),
  )

  it.effect("writes nothing while it asks in vain", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const [running, other] = [yield* start(disk), yield* start(disk)]
      yield* running.takeAll(5, 5)
      const before = disk.text(file())
      assert.strictEqual(yield* running.takeAll(5, 1), 0)
      assert.deepStrictEqual(yield* other.refused(5), { resumeAt: DateTime.makeUnsafe(day + minute) })
      assert.strictEqual(disk.text(file()), before)
      yield* running.giveBack()
      yield* running.end()
      assert.isTrue(yield* other.take(5))
    }),
  )

  it.effect("is for the user alone", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      yield* (yield* start(disk)).take(1)
      assert.deepStrictEqual([...disk.directories], [[directory, 0o700]])
      assert.deepStrictEqual(
        Array.from(disk.files, ([path, { mode }]) => [path, mode]),
        [[file(), 0o600]],
      )
    }),
  )

  it.effect("keeps each key in files of its own, which do not name it", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const store = QuotaStore.layerFile({ directory }).pipe(Layer.provide(disk.mount()))
      yield* QuotaStore.QuotaStore.use(({ take }) =>
        Effect.forEach(["a/../b", "a", "a.1"], (key) => take(Redacted.make(key), 1, DateTime.makeUnsafe(0))),
      ).pipe(Effect.provide(store))
      assert.deepStrictEqual(
        [...disk.files.keys()].map((path) => path.slice(directory.length + 1)),
        ["a/../b", "a", "a.1"].map((key) => `quota-${QuotaStore.fingerprint(Redacted.make(key))}.1.ndjson`),
      )
    }),
  )
})

describe("layerFile, summing up,", () => {
  /** Fills a file with entries that come to nothing, up to `room` bytes before it is summed up. */
  const fill = (disk: Disk, path: string, room: number) => {
    const line = `${JSON.stringify({ op: "back", count: 0, of: 0, at: 0, id: "filler" })}\n`
    const begun = disk.text(path) || '{"op":"start","v":1,"latest":0,"counts":[]}\n'
    disk.append(
      path,
      (begun === disk.text(path) ? "" : begun) + line.repeat((65_536 - room - begun.length) / line.length),
    )
  }

  it.effect("loses and doubles nothing, and leaves two files", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      fill(disk, file(1), 3000)
      const all = yield* Effect.replicateEffect(start(disk), 8)
      const run = Effect.map(
        Effect.forEach(all, ({ takeAll }) => takeAll(900, 50), { concurrency: "unbounded" }),
        sum,
      )
      assert.strictEqual(yield* run, 400)
      assert.sameMembers([...disk.files.keys()], [file(1), file(2)])
      fill(disk, file(2), 3000)
      assert.strictEqual(yield* run, 400)
      yield* Effect.forEach(all, ({ end }) => end(), { concurrency: "unbounded" })
      assert.strictEqual(yield* counted(disk), 800)
      assert.sameMembers([...disk.files.keys()], [file(2), file(3)])
      assert.deepStrictEqual(disk.lines(file(2))[0]!["v"], 1)
      for (const { bytes } of disk.files.values()) assert.isBelow(bytes.length, 75_000)
    }),
  )

  it.effect("takes a process along that has slept meanwhile", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const sleeper = yield* start(disk)
      assert.isTrue(yield* sleeper.take(900))
      const other = yield* start(disk)
      for (const number of [1, 2, 3]) {
        fill(disk, file(number), 0)
        assert.strictEqual(yield* other.takeAll(900, 100), 100)
      }
      assert.sameMembers([...disk.files.keys()], [file(3), file(4)])
      assert.strictEqual(yield* sleeper.takeAll(900, 900), 599)
      assert.strictEqual(yield* sleeper.used(), 900)
      yield* sleeper.end()
      assert.strictEqual(yield* counted(disk), 900)
      assert.sameMembers([...disk.files.keys()], [file(3), file(4)])
    }),
  )

  it.effect("leaves a file that leads on when it is killed before the next one begins", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      disk.write(
        file(7),
        '{"op":"start","v":1,"latest":0,"counts":[[0,90]]}\n{"op":"seal"}\n{"op":"take","count":5,"limit":99,"at":0,"id":"late"}\n',
      )
      assert.strictEqual(yield* counted(disk), 90)
      disk.write(file(8), "")
      assert.strictEqual(yield* counted(disk), 90)
      disk.write(file(8), '{"op":"start","v":1,"lat')
      assert.strictEqual(yield* counted(disk), 90)
      const running = yield* start(disk)
      assert.strictEqual(yield* running.takeAll(95, 9), 5)
    }),
  )

  it.effect("skips a file that somebody made anew after it was removed", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      disk.write(file(2), "")
      disk.write(file(3), '{"op":"take","count":5,"limit":99,"at":0,"id":"lost"}\n')
      disk.write(file(5), '{"op":"start","v":1,"latest":0,"counts":[[0,90]]}\n')
      assert.strictEqual(yield* counted(disk), 90)
      assert.deepStrictEqual([...disk.files.keys()], [file(5)])
    }),
  )
})

describe("layerFile, with clocks that differ,", () => {
  it.effect("lets no more than the quota pass in any 24 hours, for processes on clocks two minutes apart", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const processes = yield* Effect.replicateEffect(start(disk), 3)
      const taken: Array<number> = []
      for (let now = 2 * minute; now < 3 * day; now += 11 * minute) {
        for (const [index, { take }] of processes.entries()) {
          for (let burst = 0; burst < 3; burst++) if (yield* take(100, now - index * minute)) taken.push(now)
        }
      }
      const most = Math.max(...taken.map((from) => taken.filter((at) => at >= from && at < from + day).length))
      assert.strictEqual(most, 100)
      assert.isAtLeast(taken.length, 280)
    }),
  )

  it.effect("counts what a clock counted ahead as of now, once it is put back", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const ahead = yield* start(disk)
      yield* ahead.takeAll(3, 3, 2 * day)
      yield* ahead.end()
      const running = yield* start(disk)
      assert.deepStrictEqual(yield* running.refused(3, 0), { resumeAt: DateTime.makeUnsafe(day + minute) })
      assert.strictEqual(yield* running.takeAll(3, 9, day), 0)
      assert.strictEqual(yield* running.takeAll(3, 9, day + minute), 3)
    }),
  )
})
