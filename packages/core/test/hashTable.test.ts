import { assert, describe, it } from "@effect/vitest"
import { makeHashTable } from "../src/internal/shared/hashTable.ts"

describe("a table of hashes", () => {
  it("finds every entry with its words and its byte, over many pages", () => {
    const table = makeHashTable({ words: 2, hasByte: true })
    const count = 40_000
    for (let n = 1; n <= count; n++) {
      const entry = table.add(n * 7, n)
      assert.strictEqual(entry, n)
      table.setWord(entry, 0, n + 1)
      table.setWord(entry, 1, n + 2)
      table.setByte(entry, n % 256)
    }
    assert.strictEqual(table.size(), count)
    for (let n = 1; n <= count; n++) {
      const entry = table.find(n * 7, n)
      const found = [entry, table.word(entry, 0), table.word(entry, 1), table.byte(entry)]
      if (found.join(" ") !== `${n} ${n + 1} ${n + 2} ${n % 256}`) assert.fail(`${n}: ${found.join(" ")}`)
    }
  })

  it("finds entries with the same hashes from the last to the first, and none that has only one of them", () => {
    const table = makeHashTable({ words: 0 })
    assert.strictEqual(table.find(1, 2), 0)
    for (const [one, two] of [
      [1, 2],
      [1, 3],
      [1, 2],
      [1025, 2],
    ] as const) {
      table.add(one, two)
    }
    assert.strictEqual(table.find(1, 2), 3)
    assert.strictEqual(table.find(1, 2, 3), 1)
    assert.strictEqual(table.find(1, 2, 1), 0)
    assert.strictEqual(table.find(1, 4), 0)
    assert.strictEqual(table.find(1025, 2), 4)
    assert.strictEqual(table.find(1025, 3), 0)
  })
})
