import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Disk } from "./support/disk.ts"
import { counted, day, file, minute, start, warnings } from "./support/quotaProcess.ts"

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
