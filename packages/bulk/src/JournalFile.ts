/**
 * The journal as a file, which is the report of the import too: NDJSON, a header that says which import it is of, a line when a row is
 * about to be sent, a line with its outcome.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { asideAt, carryOver, isCut, makeMemory, recall, recognized, whyCut } from "./internal/journal/carryOver.ts"
import * as GroupCommit from "./internal/journal/commit.ts"
import { busy, lost, unavailable, unlockable } from "./internal/journal/errors.ts"
import { existingIn } from "./internal/journal/existing.ts"
import {
  beganStep,
  begin,
  endStep,
  outcomeStep,
  pausedStep,
  stepOf,
  type Subject,
  trafficStep,
  write,
} from "./internal/journal/line.ts"
import {
  headerAt,
  isJournal,
  isOfOtherContent,
  load,
  refuseSpecialFile,
  requireHeader,
} from "./internal/journal/load.ts"
import * as FileLock from "./internal/journal/lock.ts"
import { overwrittenIn } from "./internal/journal/overwritten.ts"
import { contradictionsOf } from "./internal/journal/recorded.ts"
import type { Memory } from "./internal/journal/replay.ts"
import { Journal, type JournalError } from "./Journal.ts"
import type { Overwritten, RowRef, Totals } from "./Row.ts"

/**
 * The identity of an import: the name of its file, for people; the digests of its content and of how it is read; the origin of the API. Two
 * runs belong together when all but the name is equal.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type { Subject } from "./internal/journal/line.ts"

/**
 * Options of the journal.
 *
 * @stability unstable
 * @category options
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
  /**
   * What becomes of a journal of the same file (the last part of its name) with other content: it is refused, or continued by the ids of its
   * accounts. What it says is done is not sent again, what failed is, what is in doubt is looked up first. The earlier journal is kept as
   * `.before`, in the place of the one that was; under its name and the time when it holds what updates overwrote.
   *
   * @default "refuse"
   */
  readonly onChange?: "refuse" | "continue" | undefined
  /**
   * Who writes the journal, as `process 4242 on laptop`: what another run is told that finds it taken.
   *
   * @default nobody is named
   */
  readonly by?: string | undefined
}

const guardOf = (path: string, lock: FileLock.FileLock): Effect.Effect<void, JournalError> =>
  lock.holder.pipe(
    Effect.mapError(unlockable(path)),
    Effect.flatMap((holder) => (holder === "us" ? Effect.void : Effect.fail(lost(path, holder)))),
  )

const now = Effect.map(DateTime.now, DateTime.formatIso)

/** Begins the journal anew with what it knows when it is that of the same file with other content. */
const takeOver = Effect.fnUntraced(function* (path: string, subject: Subject, lock: FileLock.FileLock) {
  const found = (yield* headerAt(path))?.subject
  if (found === undefined || !isOfOtherContent(found, subject)) return
  const memory = yield* recall(path, found, lock.wasAbandoned)
  if (memory !== undefined) yield* carryOver(path, subject, memory, yield* now)
})

/** Reads what is there, begins what is not, and leaves the file open behind its last whole line. */
const open = Effect.fnUntraced(function* (
  { onChange, path, restart = false, subject }: Options,
  lock: FileLock.FileLock,
  memory: Memory,
) {
  const fs = yield* FileSystem.FileSystem
  const { contradictions, states } = memory
  // Only a report is put aside: a path mistyped must not move what somebody else's program wrote.
  if (restart && (yield* isJournal(path))) {
    yield* fs.rename(path, asideAt(path, yield* now))
  }
  if (onChange === "continue") yield* takeOver(path, subject, lock)
  const loaded = yield* load(path, subject, memory)
  const file = yield* fs.open(path, { flag: loaded === undefined ? "ax" : "a", mode: 0o600, noFollow: true })
  if (loaded !== undefined) yield* file.truncate(loaded.length)
  if (loaded !== undefined && !lock.wasAbandoned && isCut(loaded)) {
    states.doubtUnfinished(Number.POSITIVE_INFINITY)
    if (!loaded.isEndChanged) contradictions.note({ message: whyCut })
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

/** Brings together what the journal says of rows and which rows these are; `record` takes the lines that come of it. */
const makeKnowing = (
  path: string,
  memory: Memory,
  fs: FileSystem.FileSystem,
  record: (toEntries: (at: string) => ReadonlyArray<object>) => Effect.Effect<void, JournalError>,
) => {
  const { contradictions, known, states } = memory
  /** Takes rows that the report calls otherwise for what they are, and for doubtful. */
  const rename = Effect.fnUntraced(function* (rows: ReadonlyArray<RowRef>) {
    const found = yield* contradictionsOf(path, rows).pipe(
      Effect.provideService(FileSystem.FileSystem, fs),
      Effect.mapError(unavailable(path)),
    )
    for (const [index, ref] of rows.entries()) {
      contradictions.note(found[index]!)
      states.set(ref, "InDoubt")
    }
    yield* record((at) =>
      rows.map((ref, index) => ({ ...stepOf("in_doubt", ref, at), message: found[index]!.message })),
    )
  })
  return Effect.fnUntraced(function* (rows: ReadonlyArray<RowRef>) {
    const others = rows.filter((row) => !states.isOf(row))
    if (others.length > 0) yield* rename(others)
    if (known.size() === 0) return
    yield* record((at) =>
      rows.flatMap((ref) => {
        const step = recognized(memory, ref)
        if (step === undefined) return []
        const { s, ...known } = step
        return [{ s, row: ref.row, line: ref.line, ...known, at }]
      }),
    )
  })
}

/** What a journal takes about rows; `append` takes the lines that come of it. */
const makeRowEntries = (
  { states }: Memory,
  append: (toEntry: (at: string) => object, isDurable: boolean) => Effect.Effect<void, JournalError>,
): Pick<Journal["Service"], "sent" | "ended" | "released" | "compared"> => ({
  sent: (row, fields) =>
    Effect.tap(
      append((at) => ({ ...stepOf("sent", row, at), ...(fields === undefined ? {} : { fields }) }), true),
      () => Effect.sync(() => states.send(row, fields !== undefined)),
    ),
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
  compared: (row, values) =>
    Effect.suspend(() => {
      states.setChanged(row.row, false)
      return append((at) => ({ ...stepOf("compared", row, at), values }), false)
    }),
})

/** What a journal takes about the run itself; `record` takes the lines that come of it. */
const makeRunEntries = (
  { runs }: Memory,
  content: string,
  record: (toEntry: (at: DateTime.Utc) => object, isEnd?: boolean, since?: number) => Effect.Effect<void, JournalError>,
): Pick<Journal["Service"], "began" | "paused" | "measured" | "concluded" | "runs"> => ({
  began: (start) =>
    record((at) => {
      const began = { at, content, ...start }
      runs.began(began)
      return beganStep(began)
    }),
  paused: (pause) =>
    record(() => {
      runs.paused(pause)
      return pausedStep(pause)
    }),
  measured: (traffic) => record(() => trafficStep(traffic), false, 4),
  concluded: (end) =>
    record((at) => {
      const ended = { at, ...end }
      runs.ended(ended)
      return endStep(ended)
    }, true),
  runs: Effect.sync(runs.all),
})

const make = Effect.fnUntraced(function* (options: Options) {
  const { path } = options
  yield* refuseSpecialFile(path)
  const lock = yield* Effect.mapError(FileLock.acquire(`${path}.lock`, options.by), unlockable(path))
  if (lock._tag === "Taken") return yield* busy(path, lock)
  const memory = makeMemory()
  const { contradictions, states } = memory
  const { commit, marks, ...opened } = yield* open(options, lock, memory)
  let { isClosed } = opened
  const append = (toEntry: (at: string) => object, isDurable: boolean) =>
    Effect.flatMap(now, (at) => {
      isClosed = false
      return commit.append(write(marks, toEntry(at)), isDurable)
    })
  /** An entry about the run, which versions before `since` do not know; the one about its end is durable. */
  const ofRun = (toEntry: (at: DateTime.Utc) => object, isEnd = false, since = 3) =>
    Effect.flatMap(DateTime.now, (at) => {
      const entry = toEntry(at)
      if (marks.version < since) return Effect.void
      isClosed = isEnd
      return commit.append(write(marks, entry), isEnd)
    })
  const close = Effect.suspend(() => {
    if (isClosed) return Effect.void
    return marks.seed === undefined ? commit.flush : append((at) => ({ s: "end", at }), true)
  })
  // A run that did not come to this end leaves its lock, which tells the next one that lines may be missing for that reason.
  yield* lock.leaveBehind(true)
  yield* Effect.addFinalizer(() => Effect.ignore(Effect.andThen(close, lock.leaveBehind(false))))

  const fs = yield* FileSystem.FileSystem
  const know = makeKnowing(path, memory, fs, (toEntries) =>
    Effect.flatMap(now, (at) => {
      const entries = toEntries(at)
      if (entries.length === 0) return Effect.void
      isClosed = false
      return commit.append(entries.map((entry) => write(marks, entry)).join(""), false)
    }),
  )

  return Journal.of({
    states: (rows) => Effect.map(know(rows), () => rows.map(({ row }) => states.get(row))),
    ...makeRowEntries(memory, append),
    ...makeRunEntries(memory, options.subject.content, ofRun),
    mayLeave: commit.isOpen,
    flush: commit.flush,
    totals: Effect.sync(states.totals),
    changed: Effect.sync(() => memory.changed),
    isToCompare: (row) => Effect.sync(() => states.isChanged(row)),
    isUpdate: (row) => Effect.sync(() => states.isUpdate(row)),
    existing: Stream.mapError(existingIn(fs, path, memory), unavailable(path)),
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
 * **Example** (A run that continues an earlier one)
 *
 * ```ts
 * import { BulkAccounts, JournalFile } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 * const subject = { file: "breweries", content: "query 7", mapping: "1", target: "https://api.aptrinsic.com" }
 *
 * const run = (path: string) =>
 *   Stream.make({ id: "fudd", name: "Fudd", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *     BulkAccounts.resumeAll(),
 *     Stream.runCount,
 *     Effect.provide([accounts, JournalFile.layer({ path, subject })], { local: true }),
 *   )
 *
 * const program = Effect.gen(function* () {
 *   const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
 *   const path = `${directory}/breweries.ndjson`
 *   return [yield* run(path), yield* run(path)]
 * }).pipe(Effect.scoped, Effect.provide(layerServices))
 *
 * console.log(await Effect.runPromise(program)) // [ 1, 0 ]
 * ```
 *
 * @stability unstable
 * @category layers
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
 * **Example** (A journal that is not there)
 *
 * ```ts
 * import { JournalFile } from "@effect-aptrinsic/bulk"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect } from "effect"
 *
 * const subject = { file: "breweries", content: "query 7", mapping: "1", target: "https://api.aptrinsic.com" }
 * const program = JournalFile.peek({ path: "nobody-wrote-this.ndjson", subject })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, layerServices))) // undefined
 * ```
 *
 * @stability unstable
 * @category accessors
 * @since 0.1.0
 */
export const peek = Effect.fn("JournalFile.peek")(function* ({
  path,
  subject,
}: Pick<Options, "path" | "subject">): Effect.fn.Return<Totals | undefined, JournalError, FileSystem.FileSystem> {
  const memory = makeMemory()
  const loaded = yield* refuseSpecialFile(path).pipe(
    Effect.andThen(load(path, subject, memory)),
    Effect.catchTag("PlatformError", (error) => Effect.fail(unavailable(path)(error))),
  )
  return loaded === undefined || loaded.isEmpty ? undefined : memory.states.totals()
})

/**
 * What the updates of an import overwrote, each row once, wherever its journal is. It is not taken, written or waited for. Fails with
 * `JournalError` as building the journal would, but for `Busy`.
 *
 * **Example** (The plan that an account had before)
 *
 * ```ts
 * import { JournalFile, Plan } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 * const subject = { file: "plans", content: "query 8", mapping: "1", target: "https://api.aptrinsic.com" }
 *
 * const program = Effect.gen(function* () {
 *   const path = `${yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()}/plans.ndjson`
 *   yield* Accounts.createAccount({ id: "tapped", name: "Tapped", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "free" })
 *   const plan = yield* Plan.make(Stream.make({ row: 1, account: { id: "tapped", plan: "pro" } }))
 *   yield* Stream.runDrain(Plan.apply(plan)).pipe(Effect.provide(JournalFile.layer({ path, subject })))
 *   return yield* Stream.runCollect(JournalFile.overwritten(path))
 * }).pipe(Effect.scoped, Effect.provide([accounts, layerServices]))
 *
 * const rows = await Effect.runPromise(program)
 * console.log(rows[0]?.fields) // [ { path: 'plan', from: 'free', to: 'pro' } ]
 * ```
 *
 * @stability unstable
 * @category accessors
 * @since 0.1.0
 */
export const overwritten = (path: string): Stream.Stream<Overwritten, JournalError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.gen(function* () {
      yield* refuseSpecialFile(path)
      const fs = yield* FileSystem.FileSystem
      const { marks, subject } = yield* requireHeader(path)
      const memory = makeMemory()
      yield* load(path, subject, memory)
      return overwrittenIn(fs, path, memory.states, marks)
    }),
  ).pipe(Stream.catchTag("PlatformError", (error) => Stream.fail(unavailable(path)(error))))
