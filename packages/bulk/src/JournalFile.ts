/**
 * The journal as a file, which is the report of the import too: NDJSON, a header that says which import it is of, a line when a row is
 * about to be sent, a line with its outcome.
 *
 * @since 0.1.0
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { codeOf, explain, phraseOf } from "./FileErrors.ts"
import * as GroupCommit from "./internal/journal/commit.ts"
import { type Contradictions, makeContradictions } from "./internal/journal/contradictions.ts"
import { begin, outcomeStep, read, stepOf, type Subject, write } from "./internal/journal/line.ts"
import { isJournal, load, type Loaded, refuseSpecialFile } from "./internal/journal/load.ts"
import * as FileLock from "./internal/journal/lock.ts"
import { contradictionsOf } from "./internal/journal/recorded.ts"
import { makeRowStates, type RowStates } from "./internal/journal/rowStates.ts"
import { Journal, JournalError } from "./Journal.ts"
import type { FieldDifference, RowRef, Totals } from "./Row.ts"

/**
 * The identity of an import: the name of its file, for people; the digests of its content and of how it is read; the origin of the API. Two
 * runs belong together when all but the name is equal.
 *
 * @since 0.1.0
 */
export type { Subject } from "./internal/journal/line.ts"

/**
 * Options of the journal.
 *
 * @since 0.1.0
 */
export interface Options {
  /** Made with mode 0600 when it is not there. A `.lock` file stands beside it while the import runs. */
  readonly path: string
  readonly subject: Subject
  /**
   * Put an earlier journal aside, under its name and the time, and begin a new one.
   *
   * @default false
   */
  readonly restart?: boolean | undefined
}

const choose = "choose another file with --report"

const unavailable = (path: string) => (error: PlatformError) =>
  new JournalError({ kind: "Unavailable", ...explain(path, error, choose) })

/** The lock file stands beside the report: what is wrong is its directory, or its name, which is the longer one. */
const unlockable = (path: string) => (error: PlatformError) => {
  const code = codeOf(error)
  if (code === "ENOENT" || code === "ENOTDIR") return unavailable(path)(error)
  const [phrase, hint] = phraseOf(error, choose)
  const message = `${visible(path)}: the lock file beside it, ${visible(`${path}.lock`)}, cannot be used: ${phrase}.`
  const isDenied = error.reason._tag === "PermissionDenied"
  return new JournalError({
    kind: "Unavailable",
    message,
    hint: isDenied ? `Change the permissions of the directory, or ${choose}.` : hint,
  })
}

const busy = (path: string) =>
  new JournalError({
    kind: "Busy",
    message: `${visible(path)}: another run is writing it.`,
    hint: "Wait until it has ended, or stop it; then run this again.",
  })

const answers = "Answers that came after that are counted here and not in the report, where their rows are looked up."

const lost = (path: string, holder: Exclude<FileLock.Holder, "us">) =>
  new JournalError({
    kind: "TakenOver",
    message:
      holder === "another"
        ? `${visible(path)}: another run has taken it over while this one slept. Nothing more was sent.`
        : `${visible(path)}: its lock file is gone, so another run may be writing it. Nothing more was sent.`,
    hint:
      holder === "another"
        ? `Let the other run end. ${answers}`
        : `Leave ${visible(`${path}.lock`)} alone while a run lives; run this again to continue. ${answers}`,
  })

const guardOf = (path: string, lock: FileLock.FileLock): Effect.Effect<void, JournalError> =>
  lock.holder.pipe(
    Effect.mapError(unlockable(path)),
    Effect.flatMap((holder) => (holder === "us" ? Effect.void : Effect.fail(lost(path, holder)))),
  )

const now = Effect.map(DateTime.now, DateTime.formatIso)

const cut =
  "has no end, and no lock stands beside it as a run that was killed leaves one, so it may have been cut: rows that are not done are looked up before they are sent"

/** Whether lines may be missing at the end of a journal that no killed run left. */
const isCut = ({ isClosed, isEmpty, marks }: Loaded) =>
  marks === undefined ? !isEmpty : marks.seed !== undefined && !isClosed

/** Reads what is there, begins what is not, and leaves the file open behind its last whole line. */
const open = Effect.fnUntraced(function* (
  { path, restart = false, subject }: Options,
  lock: FileLock.FileLock,
  states: RowStates,
  contradictions: Contradictions,
) {
  const fs = yield* FileSystem.FileSystem
  // Only a report is put aside: a path mistyped must not move what somebody else's program wrote.
  if (restart && (yield* isJournal(path))) {
    yield* fs.rename(path, `${path}.${(yield* now).replaceAll(/[:.]/g, "-")}`)
  }
  const loaded = yield* load(path, subject, states, contradictions)
  const file = yield* fs.open(path, { flag: loaded === undefined ? "ax" : "a", mode: 0o600, noFollow: true })
  if (loaded !== undefined) yield* file.truncate(loaded.length)
  if (loaded !== undefined && !lock.wasAbandoned && isCut(loaded)) {
    states.doubtUnfinished(Number.POSITIVE_INFINITY)
    if (!loaded.isEndChanged) contradictions.note({ message: cut })
  }
  const commit = yield* GroupCommit.make({ file, guard: guardOf(path, lock), onError: unavailable(path) })
  if (loaded?.marks !== undefined) {
    if (loaded.isUnbroken) yield* commit.append("\n", false)
    return { commit, marks: loaded.marks, isClosed: loaded.isClosed }
  }
  const [text, marks] = begin(subject, yield* now)
  // Half a first line would be taken for the rest of a report that was cut.
  yield* Effect.onError(commit.append(text, true), () =>
    loaded === undefined ? Effect.ignore(fs.remove(path)) : Effect.void,
  )
  return { commit, marks, isClosed: false }
})

const make = Effect.fnUntraced(function* (options: Options) {
  const { path } = options
  yield* refuseSpecialFile(path)
  const lock = yield* Effect.mapError(FileLock.acquire(`${path}.lock`), unlockable(path))
  if (lock === undefined) return yield* busy(path)
  const states = makeRowStates()
  const contradictions = makeContradictions()
  const { commit, marks, ...opened } = yield* open(options, lock, states, contradictions)
  let { isClosed } = opened
  const append = (toEntry: (at: string) => object, isDurable: boolean) =>
    Effect.flatMap(now, (at) => {
      isClosed = false
      return commit.append(write(marks, toEntry(at)), isDurable)
    })
  const close = Effect.suspend(() => {
    if (isClosed) return Effect.void
    return marks.seed === undefined ? commit.flush : append((at) => ({ s: "end", at }), true)
  })
  // A run that did not come to this end leaves its lock, which tells the next one that lines may be missing for that reason.
  yield* lock.leaveBehind(true)
  yield* Effect.addFinalizer(() => Effect.ignore(Effect.andThen(close, lock.leaveBehind(false))))

  const fs = yield* FileSystem.FileSystem
  /** Takes rows that the report calls otherwise for what they are, and for doubtful. */
  const rename = Effect.fnUntraced(function* (rows: ReadonlyArray<RowRef>) {
    const found = yield* contradictionsOf(path, rows).pipe(
      Effect.provideService(FileSystem.FileSystem, fs),
      Effect.mapError(unavailable(path)),
    )
    for (const [index, ref] of rows.entries()) {
      const contradiction = found[index]!
      contradictions.note(contradiction)
      states.set(ref, "InDoubt")
      yield* append((at) => ({ ...stepOf("in_doubt", ref, at), message: contradiction.message }), false)
    }
  })

  return Journal.of({
    states: Effect.fnUntraced(function* (rows) {
      const others = rows.filter((row) => !states.isOf(row))
      if (others.length > 0) yield* rename(others)
      return rows.map(({ row }) => states.get(row))
    }),
    sent: (row) =>
      Effect.tap(
        append((at) => stepOf("sent", row, at), true),
        () => Effect.sync(() => states.set(row, "InDoubt")),
      ),
    mayLeave: commit.isOpen,
    ended: (outcome) =>
      Effect.suspend(() => {
        states.end(outcome)
        return append((at) => outcomeStep(outcome, at), false)
      }),
    released: (row) =>
      Effect.suspend(() => {
        states.set(row, "New")
        return append((at) => stepOf("released", row, at), false)
      }),
    flush: commit.flush,
    totals: Effect.sync(states.totals),
    contradictions: Effect.sync(contradictions.told),
    messageOf: (row) => Effect.sync(() => states.messageOf(row)),
  })
})

/**
 * The journal in a file. Building it fails with `JournalError`: `Mismatch` when the file belongs to another import or is not a journal, `Busy`
 * when another run is writing it, `Damaged` when its first line is not as it was written, `Unavailable` when the disk refuses. Writing it
 * fails with `TakenOver` when another run took it while this one slept.
 *
 * **Details**
 *
 * `sent` returns after the line is on the disk (fsync); rows in flight share one. A last line that was torn by a crash is cut off: its row
 * is in doubt, or was not sent. A line that was changed or is not in its place counts for nothing: see `contradictions`. Writing stops for
 * good at the first error, so a full disk leaves rows in doubt, never a row that is sent without a line. The lock of a run that was killed is
 * noticed after 2.5 seconds.
 *
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Journal, JournalError, FileSystem.FileSystem> =>
  Layer.effect(
    Journal,
    Effect.catchTag(make(options), "PlatformError", (error) => Effect.fail(unavailable(options.path)(error))),
  )

/**
 * What a journal says of the import that would continue it: its rows by state, or nothing when there is no journal. It is not taken, written
 * or waited for, so a run may be writing it. Fails with `JournalError` as building the journal would, but for `Busy`.
 *
 * @since 0.1.0
 */
export const peek = Effect.fn("JournalFile.peek")(function* ({
  path,
  subject,
}: Pick<Options, "path" | "subject">): Effect.fn.Return<Totals | undefined, JournalError, FileSystem.FileSystem> {
  const states = makeRowStates()
  const loaded = yield* refuseSpecialFile(path).pipe(
    Effect.andThen(load(path, subject, states, makeContradictions())),
    Effect.catchTag("PlatformError", (error) => Effect.fail(unavailable(path)(error))),
  )
  return loaded === undefined || loaded.isEmpty ? undefined : states.totals()
})

/**
 * A row whose account was there before and is not what the row says.
 *
 * @since 0.1.0
 */
export interface DifferingRow extends RowRef {
  readonly values: ReadonlyArray<FieldDifference>
}

const differingOf = (text: string): DifferingRow | undefined => {
  // Reading all the lines of a million rows would take longer than looking for these.
  if (!text.startsWith('{"s":"duplicate"')) return undefined
  const { entry } = read(text, { seed: undefined, next: 0 })
  if (entry === undefined || !("row" in entry)) return undefined
  const { differences = [], id, line, row, values } = entry
  if (differences.length === 0) return undefined
  return { row, line, id, values: values ?? differences.map((path) => ({ path })) }
}

/**
 * The rows of a journal whose accounts were there before and differ, over all runs, in the order in which they ended. Fails with `JournalError`
 * (`Unavailable`).
 *
 * @since 0.1.0
 */
export const differing = (path: string): Stream.Stream<DifferingRow, JournalError, FileSystem.FileSystem> =>
  Effect.map(FileSystem.FileSystem, (fs) =>
    fs.stream(path).pipe(
      Stream.decodeText,
      Stream.splitLines,
      Stream.map(differingOf),
      Stream.filter((row) => row !== undefined),
      Stream.mapError(unavailable(path)),
    ),
  ).pipe(Stream.unwrap)
