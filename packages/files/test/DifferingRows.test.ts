import * as DifferingRows from "@effect-aptrinsic/files/internal/shared/differingRows"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { layerServices } from "./support/runtime.ts"

const rows: ReadonlyArray<DifferingRows.DifferingRow> = [
  {
    row: 1,
    line: 2,
    id: "a,1",
    values: [
      { path: "plan", sent: 'the "pro"', found: "=cmd" },
      { path: "healthScore", sent: "-5" },
    ],
  },
  { row: 9, id: "b", values: [{ path: "name" }] },
]

describe("the file of rows that differ", () => {
  it.effect(
    "has a line for each field with both values, opens in a spreadsheet and takes no earlier file's place",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* fs.makeTempDirectoryScoped()
        const write = DifferingRows.write(`${directory}/accounts.json`, Stream.fromIterable(rows))
        const names = [yield* write, yield* write]
        assert.deepStrictEqual(names, [`${directory}/accounts.differs.csv`, `${directory}/accounts.differs-2.csv`])
        const equal = Stream.make({ row: 1, id: "e", values: [] }, { row: 2, id: "f" })
        const replaced = yield* DifferingRows.write(`${directory}/accounts.json`, equal, { replaces: names[1] })
        assert.strictEqual(replaced, names[1])
        assert.include(yield* fs.readFileString(names[1]!), "\r\n1,e,,,\r\n2,f,(changed since it was sent),,\r\n")
        assert.deepStrictEqual(
          new TextDecoder("utf-8", { ignoreBOM: true }).decode(yield* fs.readFile(names[0]!)).split("\r\n"),
          [
            "\ufeffline,id,field,file,px",
            `2,"a,1",plan,"the ""pro""",'=cmd`,
            '2,"a,1",healthScore,-5,',
            "9,b,name,,",
            "",
          ],
        )
        assert.strictEqual((yield* fs.stat(names[0]!)).mode & 0o777, 0o600)
      }).pipe(Effect.scoped, Effect.provide(layerServices)),
  )

  it.effect("is removed again when the rows cannot be read to their end", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      const broken = Stream.concat(Stream.fromIterable(rows), Stream.fail("broken"))
      assert.strictEqual(yield* Effect.flip(DifferingRows.write(`${directory}/a.csv`, broken)), "broken")
      assert.deepStrictEqual(yield* fs.readDirectory(directory), [])
    }).pipe(Effect.scoped, Effect.provide(layerServices)),
  )
})
