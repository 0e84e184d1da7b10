import { told, wayBackMapping } from "@effect-aptrinsic/bulk/internal/shared/earlier"
import * as JournalReader from "@effect-aptrinsic/bulk/JournalReader"
import type { WayBack } from "@effect-aptrinsic/bulk/Run"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as TestClock from "effect/testing/TestClock"
import { inDirectory, refOf, run, type Service, subject } from "./support/journal.ts"

/** A run that changes two accounts. */
const updates = (from: string, to: string, wayBack?: WayBack) => (journal: Service) =>
  Effect.gen(function* () {
    yield* TestClock.adjust("1 second")
    yield* journal.began({ by: "test 1", settings: {}, rows: 2, ...(wayBack === undefined ? {} : { wayBack }) })
    for (const row of [1, 2]) {
      yield* journal.sent(refOf(row), [{ path: "plan", from, to }])
      yield* journal.ended({ _tag: "Updated", row, id: `a${row}`, confirmed: false })
    }
    yield* journal.concluded({ why: "done", counts: { rows: 2, updated: 2, remaining: 0 } })
    yield* TestClock.adjust("1 second")
  })

const nothing = { created: 0, lost: 0, unset: {}, changed: {} }

/** Sets back what a journal says, and gives the journal of that. */
const setBack = Effect.fnUntraced(function* (path: string, stays: WayBack["stays"] = nothing) {
  const back = path.replace(/\.ndjson$/, ".revert.ndjson")
  const { startedAt } = yield* told(path)
  yield* run(back, updates("pro", "free", { report: path, startedAt, stays }), {
    subject: { ...subject, file: path, content: "sha-2", mapping: wayBackMapping },
  })
  return back
})

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1)

describe("a way back", () => {
  it.effect("is told by the report of the import, which is complete no more, and tells of that itself", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, updates("free", "pro"))
        assert.deepInclude(yield* JournalReader.glance(path), { state: "complete" })
        const back = yield* setBack(path)
        const summary = yield* JournalReader.summarize(path)
        assert.deepStrictEqual(
          [summary.state, summary.journals.map(({ state }) => state)],
          ["incomplete", ["incomplete"]],
        )
        assert.deepStrictEqual(
          summary.setBack?.map(({ counts, isUndone, journal, name, state }) => [
            journal,
            name,
            state,
            counts.updated,
            isUndone,
          ]),
          [[0, nameOf(back), "complete", 2, false]],
        )
        assert.deepInclude(yield* JournalReader.glance(path), { state: "incomplete", setBack: [nameOf(back)] })
        assert.deepInclude(yield* JournalReader.glance(back), { state: "complete", wayBack: nameOf(path) })
      }),
    ),
  )

  it.effect("that leaves something is not complete, and says what stays", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, updates("free", "pro"))
        const stays = { ...nothing, created: 1, unset: { csm: 3 } }
        const { state, wayBack } = yield* JournalReader.summarize(yield* setBack(path, stays))
        assert.deepStrictEqual([state, wayBack?.report, wayBack?.stays], ["incomplete", nameOf(path), stays])
      }),
    ),
  )

  it.effect("counts for nothing once it was taken back itself; the life of a row goes through all of it", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, updates("free", "pro"))
        yield* setBack(yield* setBack(path))
        const summary = yield* JournalReader.summarize(path)
        assert.deepStrictEqual([summary.state, summary.setBack?.map(({ isUndone }) => isUndone)], ["complete", [true]])
        assert.notProperty(yield* JournalReader.glance(path), "setBack")
        const { runs, steps } = yield* JournalReader.history(path, { id: "a1" })
        assert.deepStrictEqual(
          steps.map(({ journal, step }) => [journal, step]),
          [0, 1, 2].flatMap((journal) => [
            [journal, "sent"],
            [journal, "updated"],
          ]),
        )
        assert.deepStrictEqual(
          runs.map(({ wayBack }) => wayBack),
          [undefined, nameOf(path), nameOf(path).replace(/\.ndjson$/, ".revert.ndjson")],
        )
      }),
    ),
  )

  it.effect("is that of the import that it was made from, and of no later one under the same name", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, updates("free", "pro"))
        yield* setBack(path)
        yield* run(path, updates("free", "pro"), { restart: true })
        assert.notProperty(yield* JournalReader.summarize(path), "setBack")
        const folder = path.slice(0, -nameOf(path).length)
        const names = yield* FileSystem.FileSystem.use((fs) => fs.readDirectory(folder))
        const aside = names.filter((name) => name.startsWith(`${nameOf(path)}.`))
        assert.lengthOf(aside, 1)
        assert.lengthOf((yield* JournalReader.summarize(`${folder}${aside[0]}`)).setBack ?? [], 1)
      }),
    ),
  )
})
