import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { read } from "../src/internal/journal/line.ts"
import { makeLines } from "../src/internal/journal/lines.ts"
import { created, failed, inDirectory, run, sent, subject, text, write } from "./support/journal.ts"

const existing = (path: string) => run(path, (journal) => Stream.runCollect(journal.existing))

describe("a line of a journal", () => {
  const at = "2027-01-01T00:00:00.000Z"
  const lines = [
    { s: "sent", row: 1, line: 2, id: "a1", at, content: 4_294_967_295, n: 3, check: "1abc" },
    { s: "created", row: 100_000_000, id: "Ünï \u2028 \u202e 👩‍🚀", at, confirmed: true, n: 4 },
    { s: "created", row: 1, id: "", confirmed: false },
    { s: "sent", row: 0, id: "a1" },
    { s: "sent", row: 100_000_001, id: "a1" },
    { s: "sent", row: 1.5, id: "a1" },
    { s: "created", row: 1, id: 'a "quoted" \\ id' },
    { s: "created", row: 1, id: "a1", at, confirmed: false, attempts: 2, waited: 1.5 },
    { s: "created", row: 1, id: "a1", confirmed: "true" },
  ]

  it("says the same whether it takes a decoder to read it or not", () => {
    for (const line of lines) {
      const text = JSON.stringify(line)
      // The space is one that `write` does not write.
      const decoded = read(text.replace('"s":', '"s": '), { seed: undefined })
      assert.deepStrictEqual(read(text, { seed: undefined }), decoded, text)
    }
    for (const text of [
      '{"s":"sent","row":01,"id":"a1"}',
      '{"s":"sent","row":1,"id":"a\t1"}',
      '{"s":"sent","row":1,"id":"a1"}}',
    ]) {
      assert.deepStrictEqual(read(text, { seed: undefined }), { entry: undefined, isIntact: false }, text)
    }
  })
})

describe("the lines of a journal", () => {
  it("are the same in whatever pieces they are read", () => {
    const text = '{"a":1}\r\n\n{"b":"\r"}\n{"c":3}\r'
    for (let size = 1; size <= text.length; size++) {
      const lines = makeLines()
      const taken: Array<string> = []
      for (let at = 0; at < text.length; at += size) taken.push(...lines.take(text.slice(at, at + size)))
      assert.deepStrictEqual([...taken, lines.rest()], ['{"a":1}', "", '{"b":"\r"}', '{"c":3}\r'])
    }
  })

  it("take a time that grows with their length, and not with its square", () => {
    const lines = makeLines()
    const piece = "x".repeat(1000)
    for (let index = 0; index < 20_000; index++) lines.take(piece)
    assert.deepStrictEqual(
      lines.take("\n").map((line) => line.length),
      [20_000_000],
    )
  })
})

describe("a journal that is only looked at", () => {
  it.effect("says what its rows came to, and is neither taken nor written", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        assert.isUndefined(yield* JournalFile.peek({ path, subject }))
        const inside = yield* run(path, (journal) =>
          Effect.gen(function* () {
            for (const row of [1, 2, 3]) yield* sent(journal, row)
            yield* journal.ended(created(1))
            yield* journal.ended(failed(2, "PX refused it."))
            yield* journal.flush
            return yield* JournalFile.peek({ path, subject })
          }).pipe(Effect.provideService(FileSystem.FileSystem, fs)),
        )
        assert.deepInclude(inside, { Created: 1, Failed: 1, InDoubt: 1, Duplicate: 0 })
        const before = yield* text(path)
        assert.deepStrictEqual(yield* JournalFile.peek({ path, subject }), inside)
        assert.deepStrictEqual([yield* text(path), yield* fs.exists(`${path}.lock`)], [before, false])
      }),
    ),
  )

  it.effect("is refused when it is of another import, or none", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) => sent(journal, 1))
        const other = yield* Effect.flip(JournalFile.peek({ path, subject: { ...subject, content: "sha-2" } }))
        assert.strictEqual(other.kind, "Mismatch")
        yield* write(path, "id,name\n")
        assert.strictEqual((yield* Effect.flip(JournalFile.peek({ path, subject }))).kind, "Mismatch")
        yield* write(path, "")
        assert.isUndefined(yield* JournalFile.peek({ path, subject }))
      }),
    ),
  )
})

describe("the rows of a journal whose accounts exist", () => {
  it.effect("are told with both values, over all runs, and by their names where an earlier version wrote them", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const place = (row: number) => ({ row, line: row + 1, id: `a${row}` })
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            for (const row of [1, 2, 3, 4]) yield* sent(journal, row)
            yield* journal.ended({
              _tag: "Duplicate",
              ...place(1),
              differences: ["plan"],
              values: [{ path: "plan", sent: "pro", found: "free" }],
            })
            yield* journal.ended({ _tag: "Duplicate", ...place(2), differences: [] })
          }),
        )
        yield* run(path, (journal) =>
          Effect.andThen(
            journal.ended({ _tag: "Duplicate", ...place(3), differences: ["name"] }),
            journal.ended({ ...created(4), _tag: "Created", confirmed: true, differences: ["plan"] }),
          ),
        )
        assert.deepStrictEqual(yield* existing(path), [
          { ...place(1), why: "duplicate", values: [{ path: "plan", sent: "pro", found: "free" }] },
          { ...place(2), why: "duplicate", values: [] },
          { ...place(3), why: "duplicate", values: [{ path: "name" }] },
        ])
      }),
    ),
  )
})
