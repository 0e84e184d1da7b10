import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as QuotaStore from "../src/QuotaStore.ts"
import { Disk, Process } from "./support/disk.ts"

const minute = 60_000
const day = 24 * 60 * minute
const directory = "/state/aptrinsic"
const name = QuotaStore.fingerprint(Redacted.make("key"))
const file = (number = 1) => `${directory}/quota-${name}.${number}.ndjson`

const warnings = () => {
  const said: Array<string> = []
  return { said, layer: Logger.layer([Logger.make((entry) => void said.push(String(entry.message)))]) }
}

/** A process that counts on the disk, until its scope closes; with `kill` it never comes to an end. */
const start = Effect.fnUntraced(function* (disk: Disk, process = new Process()) {
  const scope = yield* Scope.make()
  const context = yield* QuotaStore.layerFile({ directory }).pipe(
    Layer.provide(disk.mount(process)),
    Layer.buildWithScope(scope),
  )
  const store = Context.get(context, QuotaStore.QuotaStore)
  return {
    process,
    take: (limit: number, now = 0) =>
      Effect.map(store.take(Redacted.make("key"), limit, now), (refused) => refused === undefined),
    refused: (limit: number, now = 0) => store.take(Redacted.make("key"), limit, now),
    /** Takes until it is refused. */
    takeAll: (limit: number, most: number, now = 0, step = 0) =>
      Effect.gen(function* () {
        for (let taken = 0; taken < most; taken++) {
          if ((yield* store.take(Redacted.make("key"), limit, now + taken * step)) !== undefined) return taken
        }
        return most
      }),
    giveBack: (now = 0) => store.giveBack(Redacted.make("key"), now),
    used: (now = 0) => store.used(Redacted.make("key"), now),
    end: (now = 0) => Effect.andThen(TestClock.setTime(now), Scope.close(scope, Exit.void)),
  }
})

/** What a process that comes later finds. */
const counted = (disk: Disk, now = 0) =>
  Effect.flatMap(start(disk), (later) => Effect.tap(later.used(now), () => later.end(now)))

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, number) => total + number, 0)

describe("layerFile", () => {
  it.effect("remembers the count over a restart", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const first = yield* start(disk)
      assert.strictEqual(yield* first.takeAll(5, 3), 3)
      yield* first.end()
      const second = yield* start(disk)
      assert.strictEqual(yield* second.used(minute), 3)
      assert.strictEqual(yield* second.takeAll(5, 3, minute), 2)
      assert.deepStrictEqual(yield* second.refused(5, minute), { resumeAt: day + minute })
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
      assert.strictEqual(yield* running.takeAll(1_000_000, 10_000), 10_000)
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
      assert.deepStrictEqual(yield* other.refused(5), { resumeAt: day + minute })
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
        Effect.forEach(["a/../b", "a", "a.1"], (key) => take(Redacted.make(key), 1, 0)),
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

  it.effect("passes over a file that somebody made anew after it was removed", () =>
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

describe("layerFile, with what it cannot read,", () => {
  const begun = '{"op":"start","v":1,"latest":0,"counts":[[0,90]]}\n'

  it.effect("counts a torn last line for nothing, and what is written behind it in full", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const { layer, said } = warnings()
      disk.write(file(), `${begun}{"op":"take","count":5,"limit":99,"at":0,"id":"to`)
      yield* Effect.gen(function* () {
        const running = yield* start(disk)
        assert.strictEqual(yield* running.used(), 90)
        assert.strictEqual(yield* running.takeAll(99, 3), 3)
        assert.strictEqual(yield* running.used(), 93)
        yield* running.end()
        assert.strictEqual(yield* counted(disk), 93)
      }).pipe(Effect.provide(layer))
      assert.lengthOf(said, 1)
      assert.match(
        said[0]!,
        /quota-[\da-f]{16}\.1\.ndjson: the day's count has a line that cannot be read; it counts for nothing\.$/,
      )
    }),
  )

  it.effect("passes over foreign lines, and is rid of them with the next file", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const foreign = [
        "[[29927093,100]]",
        "\u0000\u0000",
        '{"op":"take","count":-5,"limit":99,"at":0,"id":"x"}',
        '{"op":"jump"}',
      ]
      disk.write(file(), `hello\n${begun}\n${foreign.join("\n")}\n{"op":"back","count":4,"of":0,"at":0,"id":"y"}\n`)
      const { layer, said } = warnings()
      yield* Effect.gen(function* () {
        const running = yield* start(disk)
        assert.strictEqual(yield* running.used(), 86)
        assert.strictEqual(yield* running.takeAll(99, 3), 3)
        yield* running.end()
        assert.strictEqual(yield* counted(disk), 89)
      }).pipe(Effect.provide(layer))
      assert.isAtMost(said.length, 2)
      assert.deepStrictEqual(disk.lines(file(2))[0], { op: "start", v: 1, latest: 0, counts: [[0, 86]] })
    }),
  )

  it.effect("begins a file that is no count", () =>
    Effect.gen(function* () {
      for (const text of ["", "\n", "[[29927093,100]]", "{", "\u0000\u0001\uFEFF\n"]) {
        const disk = new Disk()
        disk.write(file(), text)
        const running = yield* start(disk)
        assert.strictEqual(yield* running.takeAll(5, 9), 5)
        assert.strictEqual(yield* counted(disk), 5)
        assert.isTrue(disk.text(file()).startsWith(text.replace("\uFEFF", "")) || text.includes("\uFEFF"))
      }
    }),
  )

  it.effect("leaves the file of another version alone, says so, and counts for itself", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const text = '{"op":"start","v":2,"sum":90}\n'
      disk.write(file(), text)
      const { layer, said } = warnings()
      yield* Effect.gen(function* () {
        const running = yield* start(disk)
        assert.strictEqual(yield* running.used(), 0)
        assert.strictEqual(yield* running.takeAll(5, 9), 5)
        assert.deepStrictEqual(yield* running.refused(5, minute), { resumeAt: day + minute })
        yield* running.end()
      }).pipe(Effect.provide(layer))
      assert.strictEqual(disk.text(file()), text)
      assert.strictEqual(disk.files.size, 1)
      assert.lengthOf(said, 1)
      assert.match(
        said[0]!,
        /quota-[\da-f]{16}\.1\.ndjson.*Another version wrote it\.\); this process counts for itself until it can\.$/,
      )
    }),
  )

  it.effect("counts for itself while the disk refuses, and adds that once it does not", () =>
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

  it.effect("restores the count when the file is emptied under it", () =>
    Effect.gen(function* () {
      const disk = new Disk()
      const { layer } = warnings()
      yield* Effect.gen(function* () {
        const running = yield* start(disk)
        yield* running.takeAll(20, 5)
        disk.files.get(file())!.bytes = new Uint8Array()
        assert.isTrue(yield* running.take(20))
        yield* running.end()
      }).pipe(Effect.provide(layer))
      assert.strictEqual(yield* counted(disk), 6)
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
      assert.deepStrictEqual(yield* running.refused(3, 0), { resumeAt: day + minute })
      assert.strictEqual(yield* running.takeAll(3, 9, day), 0)
      assert.strictEqual(yield* running.takeAll(3, 9, day + minute), 3)
    }),
  )
})

describe("layerFile, killed and frozen at any moment,", () => {
  /** Runs processes side by side that sleep for a while, and are killed in the middle of a call, a write included, before `longest` calls. */
  const ordeal = Effect.fnUntraced(function* (limit: number, each: number, longest: number) {
    const disk = new Disk()
    const sent: Array<number> = []
    let ahead = 0
    const live = Effect.gen(function* () {
      const process = new Process()
      const diesAt = longest === Number.POSITIVE_INFINITY ? longest : yield* Random.nextIntBetween(1, longest)
      const sleepsAt = yield* Random.nextIntBetween(1, 150)
      const tears = yield* Random.nextIntBetween(0, 80)
      let calls = 0
      const isKilled = () => calls >= diesAt
      process.pause = Effect.gen(function* () {
        calls++
        if (calls === diesAt) process.tears = tears
        if (calls > diesAt) process.broken = "all"
        const turns = calls === sleepsAt ? 300 : yield* Random.nextIntBetween(1, 4)
        for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
      })
      const running = yield* start(disk, process)
      let [taken, spared] = [0, 0]
      const work = Effect.gen(function* () {
        while (taken < each && (yield* running.take(limit)) && !isKilled()) {
          if ((yield* Random.next) < 0.9) taken++
          else {
            yield* running.giveBack()
            spared++
          }
        }
      })
      yield* Effect.all([work, work, work], { concurrency: "unbounded" })
      sent.push(taken)
      if (isKilled()) ahead += Math.max(1, Math.ceil(limit / 1000)) + 2 + spared
      else yield* running.end()
    })
    yield* Effect.all(
      Array.from({ length: 8 }, () => live),
      { concurrency: "unbounded" },
    )
    return { sent: sum(sent), ahead, counted: yield* counted(disk) }
  })

  it.effect("never counts less than was sent, and at most a block more for each that was killed", () =>
    Effect.gen(function* () {
      let kills = 0
      for (let seed = 1; seed <= 16; seed++) {
        const limit = seed % 2 === 0 ? 150 : 20_000
        const longest = seed % 4 < 2 ? 150 : Number.POSITIVE_INFINITY
        const ran = yield* ordeal(limit, 60, longest).pipe(Random.withSeed(seed), Effect.provide(Logger.layer([])))
        assert.isAtMost(ran.sent, limit, `seed ${seed}`)
        assert.isAtLeast(ran.counted, ran.sent, `seed ${seed}`)
        assert.isAtMost(ran.counted, ran.sent + ran.ahead, `seed ${seed}`)
        kills += ran.ahead
      }
      assert.isAbove(kills, 16)
    }),
  )
})
