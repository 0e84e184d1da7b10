import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
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

  it.effect("skips foreign lines, and is rid of them with the next file", () =>
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

  it.effect("begins a file anew that is not a count", () =>
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
        assert.deepStrictEqual(yield* running.refused(5, minute), { resumeAt: DateTime.makeUnsafe(day + minute) })
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
