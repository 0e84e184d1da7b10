import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as TestClock from "effect/testing/TestClock"
import { created, failed, inDirectory, leaveLock, pastLock, refOf, run, sent, text, write } from "./support/journal.ts"

type Lines = ReadonlyArray<string>

/** Rows 1 to 7, of which 3 is in doubt and 4 was taken back; lines are counted from 1, the header. */
const original = (path: string) =>
  run(path, (journal) =>
    Effect.gen(function* () {
      yield* sent(journal, 1)
      yield* journal.ended(created(1))
      yield* sent(journal, 2)
      yield* journal.ended(failed(2, "PX refused it."))
      yield* sent(journal, 3)
      yield* sent(journal, 4)
      yield* journal.released(refOf(4))
      yield* sent(journal, 5)
      yield* journal.ended(created(5))
      yield* journal.ended({ _tag: "Invalid", row: 6, id: "a6", message: "name is required" })
      yield* sent(journal, 7)
      yield* journal.ended(created(7))
    }),
  )

const rows = [1, 2, 3, 4, 5, 6, 7, 8]
const whole = "1 Created, 2 Failed, 3 InDoubt, 4 New, 5 Created, 6 Invalid, 7 Created, 8 New"

/** What a run learns from a journal that was changed, and how the file looks after it. */
const after = (change: (lines: Lines, content: string) => string, { killed = false } = {}) =>
  inDirectory((path) =>
    Effect.gen(function* () {
      yield* original(path)
      const content = yield* text(path)
      yield* write(path, change(content.trimEnd().split("\n"), content))
      if (killed) yield* leaveLock(path)
      const learn = run(path, (journal) =>
        Effect.gen(function* () {
          const states = yield* journal.states(rows.map(refOf))
          const { count, first } = yield* journal.contradictions
          return {
            states: rows.map((row, index) => `${row} ${states[index]}`).join(", "),
            said: first.map(({ message }) => message),
            count,
          }
        }),
      )
      const learned = killed ? yield* pastLock(learn) : yield* learn
      return { ...learned, content: yield* text(path), before: content }
    }),
  )

const join = (lines: Lines) => `${lines.join("\n")}\n`
const without = (lines: Lines, ...numbers: ReadonlyArray<number>) =>
  join(lines.filter((_, index) => !numbers.includes(index + 1)))
const swapped = (lines: Lines, one: number, other: number) =>
  join(
    lines.map((line, index) => (index + 1 === one ? lines[other - 1]! : index + 1 === other ? lines[one - 1]! : line)),
  )

const doubtful = (...which: ReadonlyArray<number>) =>
  which.reduce((states, row) => states.replace(new RegExp(`${row} \\w+`), `${row} InDoubt`), whole)

describe("a journal that was not damaged", () => {
  it.effect.each([
    { what: "as it was written", change: (_: Lines, content: string) => content },
    { what: "with a byte order mark", change: (_: Lines, content: string) => `\uFEFF${content}` },
    { what: "with CRLF line ends", change: (_: Lines, content: string) => content.replaceAll("\n", "\r\n") },
    {
      what: "with mixed line ends",
      change: (_: Lines, content: string) => content.replace(/\n([^\n]+)\n/g, "\r\n$1\n"),
    },
    { what: "with empty lines", change: (lines: Lines) => `${lines.join("\n\n")}\n\n\n` },
    { what: "without its last line break", change: (_: Lines, content: string) => content.trimEnd() },
    {
      what: "with zeros that a power loss left at its end",
      change: (_: Lines, content: string) => `${content}\0\0\0\0`,
    },
    {
      what: "with all its lines twice",
      change: (lines: Lines) => join([lines[0]!, ...lines.slice(1).flatMap((line) => [line, line])]),
    },
  ])("is read $what", ({ change, what }) =>
    Effect.gen(function* () {
      const { said, states } = yield* after(change)
      // A failure that is told again after its row was sent again, and a row that was taken back twice, say the same.
      assert.deepStrictEqual({ states, said }, { states: whole, said: [] }, what)
    }),
  )
})

describe("a journal with a line that contradicts", () => {
  it.effect.each([
    {
      what: "the row of an end was changed to one that was never sent",
      change: (lines: Lines) => join(lines).replace('"s":"created","row":5', '"s":"created","row":8'),
      states: doubtful(2, 4, 5, 8),
      says: /^line 10 \(created for row 8, a5\) was changed after it was written$/,
    },
    {
      what: "a digit of an id was changed",
      change: (lines: Lines) =>
        join(lines).replace('"s":"created","row":5,"line":6,"id":"a5"', '"s":"created","row":5,"line":6,"id":"a6"'),
      states: doubtful(2, 4, 5),
      says: /^line 10 \(created for row 5, a6\) was changed/,
    },
    {
      what: "a failure was made a success",
      change: (lines: Lines) => join(lines).replace('"s":"failed"', '"s":"created"'),
      states: doubtful(2),
      says: /^line 5 \(created for row 2, a2\) was changed/,
    },
    {
      what: "a line cannot be read",
      change: (lines: Lines) => join(lines).replace('{"s":"created","row":1,', "{{{"),
      states: doubtful(1),
      says: /^line 3 cannot be read$/,
    },
    {
      what: "a line is full of zeros",
      change: (lines: Lines) => join(lines.map((line, index) => (index === 2 ? "\0".repeat(line.length) : line))),
      states: doubtful(1),
      says: /^line 3 cannot be read$/,
    },
    {
      what: "a line has no checksum",
      change: (lines: Lines) =>
        join(lines.map((line, index) => (index === 2 ? line.replace(/,"check":"\w+"/, "") : line))),
      states: doubtful(1),
      says: /^line 3 \(created for row 1, a1\) was changed/,
    },
    {
      what: "two lines changed places",
      change: (lines: Lines) => swapped(lines, 9, 10),
      states: doubtful(2, 4),
      says: /^1 line is missing before line 9/,
    },
    {
      what: "a row was taken out",
      change: (lines: Lines) => without(lines, 12, 13),
      states: doubtful(2, 4, 7, 8),
      says: /^2 lines are missing before line 12: rows that are not done are looked up/,
    },
    {
      what: "an old line stands there once more",
      change: (lines: Lines) => join([...lines, lines[7]!]),
      states: whole,
      says: undefined,
    },
    {
      what: "an old line about a row that is done stands there once more",
      change: (lines: Lines) => join([...lines, lines[1]!]),
      states: whole,
      says: undefined,
    },
    {
      what: "an old line that says otherwise stands there once more",
      change: (lines: Lines) => join([...lines, lines[3]!]),
      states: doubtful(2),
      says: /^line 15 \(sent for row 2, a2\) is not in its place$/,
    },
    {
      what: "its last lines were cut off by no crash",
      change: (lines: Lines) => join(lines.slice(0, 9)),
      states: doubtful(2, 4, 5, 6, 7, 8),
      says: /^has no end, and no lock stands beside it/,
    },
  ])("puts in doubt what it may concern and goes on with the others: $what", ({ change, says, states }) =>
    Effect.gen(function* () {
      const learned = yield* after(change)
      assert.strictEqual(learned.states, states, learned.said.join("\n"))
      assert.isTrue(
        says === undefined ? learned.count === 0 : learned.said.some((text) => says.test(text)),
        learned.said.join("\n"),
      )
    }),
  )

  it.effect.each([
    ["in the middle", (lines: Lines) => join(lines).replace('"s":"created","row":5', '"s":"created","row":8'), 10],
    ["twice in a row", (lines: Lines) => join(lines).replaceAll('"row":5', '"row":8'), 9, 10],
    ["at the end", (lines: Lines) => join(lines).replace('{"s":"end"', "{{{"), 14],
  ] as const)("tells each line that was changed once: %s", ([, change, ...changed]) =>
    Effect.gen(function* () {
      const { said } = yield* after(change)
      assert.deepStrictEqual(
        said.map((text) => /^line (\d+) .*(was changed after it was written|cannot be read)$/.exec(text)?.[1]),
        changed.map(String),
        said.join("\n"),
      )
    }),
  )

  it.effect("tells a line that is missing beside one that was changed", () =>
    Effect.gen(function* () {
      const { said } = yield* after((lines) =>
        without(lines, 9).replace('"s":"released","row":4', '"s":"created","row":4'),
      )
      assert.deepStrictEqual(
        said.map((text) => text.slice(0, 34)),
        ["line 8 (created for row 4, a4) was", "1 line is missing before line 9: r"],
        said.join("\n"),
      )
    }),
  )

  it.effect("knows the lines of another run of the same import for strangers", () =>
    Effect.gen(function* () {
      const other = yield* after((lines) => join(lines))
      yield* TestClock.adjust("1 second")
      const strangers = other.before.trimEnd().split("\n")
      const { said } = yield* after((lines) => join([...lines.slice(0, 9), strangers[9]!, ...lines.slice(10)]))
      assert.match(said[0]!, /^line 10 \(created for row 5, a5\) was changed after it was written$/)
    }),
  )
})

describe("a journal that a killed run left", () => {
  it.effect("loses the last line that was torn, wherever it was torn, and no other", () =>
    Effect.gen(function* () {
      for (const index of [0, 1, 2, 6]) {
        for (const part of [0, 0.1, 0.5, 0.99, 1]) {
          const cut = (lines: Lines) => {
            const line = lines[index]!
            return join(lines.slice(0, index)).trimStart() + line.slice(0, Math.floor(line.length * part))
          }
          const { before, content, count } = yield* after(cut, { killed: true })
          // A line that lacks nothing but its line break is whole.
          const known = index + (part === 1 ? 1 : 0)
          const lines = content.trimEnd().split("\n")
          assert.lengthOf(lines, Math.max(1, known) + 1)
          if (known > 0) assert.deepStrictEqual(lines.slice(0, -1), before.split("\n").slice(0, known))
          assert.include(lines.at(-1)!, '{"s":"end"')
          assert.strictEqual(count, 0)
        }
      }
    }),
  )

  it.effect("tells its rows as they were written", () =>
    Effect.gen(function* () {
      const { said, states } = yield* after((lines) => join(lines.slice(0, 9)), { killed: true })
      assert.deepStrictEqual(
        { states, said },
        { states: "1 Created, 2 Failed, 3 InDoubt, 4 New, 5 InDoubt, 6 New, 7 New, 8 New", said: [] },
      )
    }),
  )
})

/** The same journal as versions wrote it that knew no checksums. */
const unmarked = (lines: Lines): Lines =>
  lines
    .filter((line) => !line.includes('"s":"end"'))
    .map((line) => line.replace(/,"n":\d+,"check":"\w+"\}$/, "}").replace('{"v":4', '{"v":1'))

describe("a journal without checksums", () => {
  it.effect("is read and continued as it is", () =>
    Effect.gen(function* () {
      const { content, said, states } = yield* after((lines) => join(unmarked(lines)))
      assert.deepStrictEqual({ states, said }, { states: whole, said: [] })
      assert.notInclude(content, '"check"')
    }),
  )

  it.effect("believes no end of a row that was never sent", () =>
    Effect.gen(function* () {
      const { said, states } = yield* after((lines) =>
        join(unmarked(lines)).replace('"s":"created","row":5', '"s":"created","row":4'),
      )
      assert.strictEqual(states, doubtful(4, 5))
      assert.deepStrictEqual(said, [
        "line 10 (created for row 4, a5) gives its row another id than the lines before it",
      ])
    }),
  )

  it.effect("is refused with a line that cannot be read in its middle", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        after((lines) => join(unmarked(lines)).replace('"s":"sent","row":1,', '"s":"se')),
      )
      assert(error._tag === "JournalError")
      assert.strictEqual(error.kind, "Damaged")
      assert.include(error.message, "line 2")
    }),
  )
})

describe("the first line of a journal", () => {
  it.effect.each<{
    readonly what: string
    readonly change: readonly [string, string]
    readonly kind: string
    readonly says: string
  }>([
    {
      what: "says another file",
      change: ['"content":"sha-1"', '"content":"sha-2"'],
      kind: "Damaged",
      says: "is not as it was written",
    },
    { what: "says an older version", change: ['"v":4', '"v":1'], kind: "Damaged", says: "is not as it was written" },
    {
      what: "is of a newer version",
      change: ['"v":4', '"v":5'],
      kind: "Mismatch",
      says: "a newer version of this program. Update this program",
    },
  ])("is refused when it $what, and the file left as it is", ({ change, kind, says }) =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* original(path)
        const content = yield* text(path)
        const changed = content.replace(change[0], change[1])
        yield* write(path, changed)
        const error = yield* Effect.flip(run(path, () => Effect.void))
        assert.strictEqual(error.kind, kind)
        assert.include(`${error.message} ${error.hint}`, says)
        assert.strictEqual(yield* text(path), changed)
      }),
    ),
  )

  it.effect.each(["", "\0\0\0\0", '{"v":4,"kind":"aptrinsic.im'])("is written anew over %o", (content) =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* write(path, content)
        const [state] = yield* run(path, (journal) => Effect.tap(journal.states([refOf(1)]), () => sent(journal, 1)))
        // A file that is not empty has lost something.
        assert.strictEqual(state, content === "" ? "New" : "InDoubt")
        const lines = (yield* text(path)).trimEnd().split("\n")
        assert.match(lines[0]!, /^\{"v":4,"kind":"aptrinsic\.import"/)
        assert.lengthOf(lines, 3)
      }),
    ),
  )
})

describe("a row whose id is not the one that was recorded", () => {
  it.effect("is named with both ids and looked up once", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* original(path)
        const stranger = { row: 5, line: 6, id: "z5" }
        const learn = run(path, (journal) =>
          Effect.gen(function* () {
            const [state] = yield* journal.states([stranger])
            const { first } = yield* journal.contradictions
            if (state === "InDoubt") {
              yield* journal.ended({ _tag: "Created", ...stranger, confirmed: true })
            }
            return { state, said: first.map(({ message }) => message) }
          }),
        )
        assert.deepStrictEqual(yield* learn, { state: "InDoubt", said: ["row 5 is z5 and is a5 in line 10"] })
        assert.deepStrictEqual(yield* learn, { state: "Created", said: [] })
        assert.isFalse(yield* (yield* FileSystem.FileSystem).exists(`${path}.lock`))
      }),
    ),
  )
})
