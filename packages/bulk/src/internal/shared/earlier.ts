/**
 * What a journal file knows of accounts by id, for an import that would continue it with `onChange`.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { JournalError } from "../../Journal.ts"
import type { Options, Subject } from "../../JournalFile.ts"
import type { Contradictions, RowRef, RowState, Totals } from "../../Row.ts"
import { accountOfRow, accountsIn, isChanged, makeMemory, recall } from "../journal/carryOver.ts"
import { unavailable } from "../journal/errors.ts"
import { headerAt, isOfOtherContent, lastOf, load, noReport, refuseSpecialFile } from "../journal/load.ts"

/**
 * What a journal knows of the accounts of a file by id: one of other content, or one that took over what such a one knew.
 */
export interface Earlier {
  /** The file has other content than it had. */
  readonly isOfOtherContent: boolean
  /** What it says of the account of a row: how it ended, and whether the row says something else than it did. */
  readonly find: (ref: RowRef) => { readonly state: RowState; readonly isChanged: boolean } | undefined
}

/** The journal of other content: all that it knows, by id. */
const earlierOfOther = Effect.fnUntraced(function* (path: string, found: Subject, onId: (id: string) => void) {
  const wasKilled = yield* (yield* FileSystem.FileSystem).exists(`${path}.lock`)
  const memory = yield* recall(path, found, wasKilled)
  if (memory === undefined) return undefined
  const { known } = memory
  yield* Stream.runForEachArray(accountsIn(path, memory), (accounts) =>
    Effect.sync(() => {
      for (const { id, ...account } of accounts) {
        known.put(id, account)
        if (account.state !== "Failed") onId(id)
      }
    }),
  )
  return { find: (id: string, _row: number) => known.find(id) }
})

/** The journal of this content that knows some accounts by id alone: no run came to their rows. */
const earlierOfSame = Effect.fnUntraced(function* (path: string, subject: Subject) {
  const memory = makeMemory()
  yield* load(path, subject, memory)
  const { known, states } = memory
  if (known.areAllClaimed()) return undefined
  return { find: (id: string, row: number) => accountOfRow(states, row) ?? known.find(id) }
})

/**
 * What a journal knows of accounts by id, for an import that would continue it with `onChange`; nothing when there is none, or when it tells
 * all by row. Nothing is taken, written or waited for. Fails with `JournalError` as building the journal would, but for `Busy`.
 */
export const earlier = Effect.fn("JournalFile.earlier")(
  function* ({
    onId = () => {},
    path,
    subject,
  }: Pick<Options, "path" | "subject"> & {
    /**
     * Sees the id of every account of other content that exists or may.
     *
     * @default nobody
     */
    readonly onId?: ((id: string) => void) | undefined
  }): Effect.fn.Return<Earlier | undefined, JournalError | PlatformError, FileSystem.FileSystem> {
    yield* refuseSpecialFile(path)
    const header = yield* headerAt(path)
    if (header === undefined) return undefined
    const isOther = isOfOtherContent(header.subject, subject)
    if (!isOther && !header.marks.isContinued) return undefined
    const told = yield* isOther ? earlierOfOther(path, header.subject, onId) : earlierOfSame(path, subject)
    if (told === undefined) return undefined
    return {
      isOfOtherContent: isOther,
      find: ({ content, id, row }) => {
        const account = told.find(id, row)
        return account === undefined ? undefined : { state: account.state, isChanged: isChanged(account, content) }
      },
    } satisfies Earlier
  },
  (effect, { path }) => Effect.catchTag(effect, "PlatformError", (error) => Effect.fail(unavailable(path)(error))),
)

/** What a run that plans anew what PX holds finds. */
export interface Standing {
  /** There is a journal. */
  readonly isBegun: boolean
  /** The last run came to its end, and all rows with it that it sent: nothing of the journal is needed any more. */
  readonly isOver: boolean
  readonly totals: Totals
}

/**
 * What a journal file says to a run that plans anew what PX holds, and would continue it with `onChange`. Nothing is taken, written or waited
 * for. Fails with `JournalError` as building the journal would, but for `Busy`.
 */
export const standing = Effect.fn("JournalFile.standing")(
  function* ({
    path,
    subject,
  }: Pick<Options, "path" | "subject">): Effect.fn.Return<
    Standing,
    JournalError | PlatformError,
    FileSystem.FileSystem
  > {
    yield* refuseSpecialFile(path)
    const found = (yield* headerAt(path))?.subject
    const isOfFile =
      found !== undefined && found.target === subject.target && lastOf(found.file) === lastOf(subject.file)
    const memory = makeMemory()
    yield* load(path, isOfFile ? found : subject, memory)
    const totals = memory.states.totals()
    const { Failed, InDoubt } = totals
    const isOver = Failed + InDoubt === 0 && memory.runs.all().at(-1)?.end?.why === "done"
    // Only a journal that is to be continued has to fit.
    if (isOfFile && !isOver && !isOfOtherContent(found, subject)) yield* load(path, subject, makeMemory())
    return { isBegun: found !== undefined, isOver, totals }
  },
  (effect, { path }) => Effect.catchTag(effect, "PlatformError", (error) => Effect.fail(unavailable(path)(error))),
)

/** In the subject of a way back, which reads no file: by this its journal is known. */
export const wayBackMapping = "revert"

/** What a journal file says of its import: which it is, its rows by state, and where it is damaged. Fails with `JournalError` when it is none. */
export const told = Effect.fn("JournalFile.told")(
  function* (path: string): Effect.fn.Return<
    {
      readonly subject: Subject
      readonly startedAt: string
      readonly totals: Totals
      readonly contradictions: Contradictions
    },
    JournalError | PlatformError,
    FileSystem.FileSystem
  > {
    yield* refuseSpecialFile(path)
    const header = yield* headerAt(path)
    if (header === undefined) return yield* noReport(path)
    const memory = makeMemory()
    yield* load(path, header.subject, memory)
    const { startedAt, subject } = header
    return { subject, startedAt, totals: memory.states.totals(), contradictions: memory.contradictions.told() }
  },
  (effect, path) => Effect.catchTag(effect, "PlatformError", (error) => Effect.fail(unavailable(path)(error))),
)
