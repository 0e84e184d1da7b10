/**
 * Begins the journal of a file that changed with what the one before knew of its accounts. Rows have other numbers now, so they are known by
 * their ids.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import { JournalError } from "../../Journal.ts"
import type { RowRef } from "../../Row.ts"
import { makeContradictions } from "./contradictions.ts"
import { isDone, isEnded, type KnownId, type KnownState, makeKnownIds } from "./knownIds.ts"
import { begin, type Differences, knownStep, read, stateWas, type Subject, write } from "./line.ts"
import { linesOf } from "./lines.ts"
import { lastOf, load, type Loaded } from "./load.ts"
import { type Memory, noteKnown } from "./replay.ts"
import { makeRowStates, type RowStates } from "./rowStates.ts"
import { makeRuns } from "./runs.ts"

export const makeMemory = (): Memory => ({
  states: makeRowStates(),
  known: makeKnownIds(),
  runs: makeRuns(),
  contradictions: makeContradictions(),
  changed: 0,
  differing: 0,
})

/** Whether lines may be missing at the end of a journal that no killed run left. */
export const isCut = ({ isClosed, isEmpty, marks }: Loaded): boolean =>
  marks === undefined ? !isEmpty : marks.seed !== undefined && !isClosed

export const whyCut =
  "has no end, and no lock stands beside it as a run that was killed leaves one, so it may have been cut: rows that are not done are looked up before they are sent"

/** What the state of a row says of its account: one that was updated, or may have been, was there before. */
const knownStateOf = (states: RowStates, row: number): KnownState | undefined => {
  const state = states.get(row)
  if (state === "New" || state === "Invalid") return undefined
  return state === "Updated" || states.isUpdate(row) ? "Duplicate" : state
}

/** Where a journal is put aside, for good. */
export const asideAt = (path: string, at: string): string => `${path}.${at.replaceAll(/[:.]/g, "-")}`

const overwrote = (states: RowStates): boolean => {
  for (let row = states.last(); row > 0; row--) {
    if (states.get(row) === "Updated" || states.isUpdate(row)) return true
  }
  return false
}

/** Where the journal is kept that another one takes the place of: no later one replaces what it alone knows, the values that it overwrote. */
const keptAt = (path: string, { states }: Memory, at: string): string =>
  overwrote(states) ? asideAt(path, at) : `${path}.before`

/** What a journal knows of an account. */
export type Account = KnownId & Differences & { readonly id: string }

/** What the lines of a row say of its account. */
export const accountOfRow = (states: RowStates, row: number): KnownId | undefined => {
  const state = knownStateOf(states, row)
  return state !== undefined ? { state, content: states.contentOf(row), message: states.messageOf(row) } : undefined
}

const sentLine = '{"s":"sent","row":'
const knownLine = '{"s":"known","id":'
const differencesKey = '"differences":['

const differencesOf = ({ differences = [], values }: Differences): Differences =>
  differences.length === 0 ? {} : { differences, ...(values === undefined ? {} : { values }) }

/** What a journal knows of each account, read from the file because the memory of a run holds no ids. */
export const accountsIn = (
  path: string,
  { known, states }: Memory,
): Stream.Stream<Account, PlatformError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.map(FileSystem.FileSystem, (fs) => {
      const isTold = new Uint8Array(states.last() + 1)
      const areAllClaimed = known.areAllClaimed()
      /** Another line follows that tells the same; not reading each twice halves the time. */
      const isToldAgain = (text: string) =>
        text.startsWith(sentLine) &&
        isEnded(states.get(Number(text.slice(sentLine.length, text.indexOf(",", sentLine.length)))))
      const accountOf = (text: string): ReadonlyArray<Account> => {
        if (isToldAgain(text)) return []
        if (areAllClaimed && text.startsWith(knownLine) && !text.includes(differencesKey)) return []
        const { entry } = read(text, { seed: undefined })
        if (entry === undefined || !("id" in entry)) return []
        const { id } = entry
        if (!("row" in entry)) {
          const { content, message, was } = entry
          // The line of a row that claims it says that it differs, and not in what.
          if (known.isClaimed(id) && entry.differences === undefined) return []
          return [{ id, state: stateWas(was), content, message, ...differencesOf(entry) }]
        }
        const { row } = entry
        if (entry.differs === true) return []
        const account = accountOfRow(states, row)
        if (account === undefined || isTold[row] === 1 || id === "" || !states.isOf(entry)) return []
        // Lines about a duplicate before its end say less; an update in doubt may have no end.
        const isTelling = ["duplicate", "known", "updated"].includes(entry.s) || entry.fields !== undefined
        if (account.state === "Duplicate" && !isTelling) return []
        isTold[row] = 1
        return [{ id, ...account, ...differencesOf(entry) }]
      }
      return linesOf(fs, path).pipe(
        Stream.chunks,
        Stream.map((lines): ReadonlyArray<Account> => lines.flatMap(accountOf)),
        Stream.filter(Arr.isReadonlyArrayNonEmpty),
        Stream.flattenArray,
      )
    }),
  )

/** Whether a row says something else than what was sent of its account, as far as that is known. */
export const isChanged = (account: KnownId, content: number | undefined): boolean =>
  isDone(account.state) && account.content !== undefined && account.content !== content

/**
 * Takes what is known of the account of a row for its state, and returns the line that records it; nothing when the row has a state of its own,
 * its account is not known, or it may not be sent.
 */
export const recognized = (memory: Memory, ref: RowRef) => {
  const { known, states } = memory
  const { content, id, row } = ref
  if (content === undefined || states.isRecorded(row)) return undefined
  const account = known.find(id)
  // When lines are missing, only what is done is certain.
  if (account === undefined || (states.get(row) !== "New" && !isDone(account.state))) return undefined
  const isOther = isChanged(account, content)
  const sent = account.content ?? content
  states.set({ row, id, content: sent }, account.state, account.message)
  known.claim(id)
  const more = {
    ...(isOther ? { changed: true as const } : {}),
    ...(account.differs ? { differs: true as const } : {}),
  }
  noteKnown(memory, { row, ...more }, true)
  return { ...knownStep(id, { ...account, content: sent }), ...more }
}

const unusable = (path: string, { file }: Subject) =>
  new JournalError({
    kind: "Damaged",
    message: `${visible(path)} is the report of ${visible(file)} with other content than it has now, and is damaged: what it knows of the accounts is not certain.`,
    hint: "Restore the report from a copy, or begin anew with --restart: accounts that exist are left as they are.",
  })

/** What the journal of other content says, or why it cannot be relied on. */
export const recall = Effect.fnUntraced(function* (path: string, found: Subject, wasKilled: boolean) {
  const memory = makeMemory()
  const loaded = yield* load(path, found, memory)
  if (loaded === undefined) return undefined
  const isWhole = memory.contradictions.told().count === 0 && (wasKilled || !isCut(loaded))
  return isWhole ? memory : yield* unusable(path, found)
})

const ofRun = /^\{"s":"(?:run|pause|traffic|end)"/
const decodeEntry = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.StructWithRest(Schema.Struct({ s: Schema.String }), [Schema.Record(Schema.String, Schema.Json)]),
  ),
)

/** What the lines about runs say; an end that says no more than that it was one is left out. */
const runsIn = (fs: FileSystem.FileSystem, path: string) =>
  linesOf(fs, path).pipe(
    Stream.filter((text) => ofRun.test(text)),
    Stream.flatMap((text) => Stream.fromIterable(Option.toArray(decodeEntry(text)))),
    Stream.filter(({ s, why }) => s !== "end" || why !== undefined),
    Stream.map(Struct.omit(["check", "n"])),
  )

/**
 * Puts a journal that begins with the accounts of the one before into its place, which is kept beside it. A crash leaves one or the other,
 * whole.
 */
export const carryOver = Effect.fnUntraced(function* (
  path: string,
  subject: Subject,
  memory: Memory,
  at: string,
): Effect.fn.Return<void, PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const encoder = new TextEncoder()
  const next = `${path}.next`
  const kept = keptAt(path, memory, at)
  yield* fs.remove(next, { force: true })
  yield* Effect.scoped(
    Effect.gen(function* () {
      const file = yield* fs.open(next, { flag: "wx", mode: 0o600, noFollow: true })
      const [header, marks] = begin(subject, at, lastOf(kept))
      yield* file.writeAll(encoder.encode(header))
      yield* accountsIn(path, memory).pipe(
        Stream.map(({ id, ...known }) => write(marks, knownStep(id, known))),
        Stream.chunks,
        Stream.runForEach((lines) => file.writeAll(encoder.encode(lines.join("")))),
      )
      yield* runsIn(fs, path).pipe(
        Stream.concat(Stream.make({ s: "end", at })),
        Stream.runForEach((entry) => file.writeAll(encoder.encode(write(marks, entry)))),
      )
      yield* file.sync
    }),
  ).pipe(Effect.onError(() => Effect.ignore(fs.remove(next, { force: true }))))
  yield* fs.remove(kept, { force: true })
  // Not every disk has hard links.
  yield* Effect.catch(fs.link(path, kept), () => fs.copyFile(path, kept))
  yield* fs.rename(next, path)
})
