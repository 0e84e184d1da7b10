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
import { explain } from "./internal/fileErrors.ts"
import * as GroupCommit from "./internal/journal/commit.ts"
import { type Header, outcomeLine, stepLine, type Subject } from "./internal/journal/line.ts"
import { isJournal, load, refuseSpecialFile } from "./internal/journal/load.ts"
import * as FileLock from "./internal/journal/lock.ts"
import { makeRowStates } from "./internal/rowStates.ts"
import { Journal, JournalError } from "./Journal.ts"

/**
 * What an import is of: the name of its file, for people; the digests of its content and of how it is read; the origin of the API. Two runs
 * belong together when all but the name is equal.
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
    Effect.mapError(unavailable(`${path}.lock`)),
    Effect.flatMap((holder) => (holder === "us" ? Effect.void : Effect.fail(lost(path, holder)))),
  )

const make = Effect.fnUntraced(function* ({ path, restart = false, subject }: Options) {
  const fs = yield* FileSystem.FileSystem
  const now = Effect.map(DateTime.now, DateTime.formatIso)
  yield* refuseSpecialFile(path)
  const lock = yield* Effect.mapError(FileLock.acquire(`${path}.lock`), unavailable(`${path}.lock`))
  if (lock === undefined) return yield* busy(path)

  // Only a report is put aside: a path mistyped must not move what somebody else's program wrote.
  if (restart && (yield* isJournal(path))) {
    yield* fs.rename(path, `${path}.${(yield* now).replaceAll(/[:.]/g, "-")}`)
  }
  const states = makeRowStates()
  const length = yield* load(path, subject, states)
  const file = yield* fs.open(path, { flag: length === undefined ? "ax" : "a", mode: 0o600, noFollow: true })
  if (length !== undefined) yield* file.truncate(length)

  const commit = yield* GroupCommit.make({ file, guard: guardOf(path, lock), onError: unavailable(path) })
  const append = (toLine: (at: string) => string, sync: boolean) =>
    Effect.flatMap(now, (at) => commit.append(toLine(at), sync))
  if (length === undefined || length === 0) {
    yield* append((startedAt) => {
      const header: typeof Header.Type = { v: 1, kind: "aptrinsic.import", subject, startedAt }
      return `${JSON.stringify(header)}\n`
    }, true)
  }
  yield* Effect.addFinalizer(() => Effect.ignore(commit.flush))

  return Journal.of({
    states: (rows) => Effect.sync(() => rows.map(states.get)),
    sent: (row) =>
      Effect.tap(
        append((at) => stepLine("sent", row, at), true),
        () => Effect.sync(() => states.set(row.row, "InDoubt")),
      ),
    mayLeave: commit.isOpen,
    ended: (outcome) =>
      Effect.suspend(() => {
        states.end(outcome)
        return append((at) => outcomeLine(outcome, at), false)
      }),
    released: (row) =>
      Effect.suspend(() => {
        states.set(row.row, "New")
        return append((at) => stepLine("released", row, at), false)
      }),
    flush: commit.flush,
    totals: Effect.sync(states.totals),
    messageOf: (row) => Effect.sync(() => states.messageOf(row)),
  })
})

/**
 * The journal in a file. Building it fails with `JournalError`: `Mismatch` when the file belongs to another import or is none, `Busy` when
 * another run is writing it, `Damaged` when a line in its middle cannot be read, `Unavailable` when the disk refuses.
 *
 * **Details**
 *
 * `sent` returns after the line is on the disk (fsync); rows in flight share one. A last line that was torn by a crash is cut off: its row
 * is in doubt, or was not sent. Writing stops for good at the first error, so a full disk leaves rows in doubt, never a row that is sent
 * without a line. The lock of a run that was killed is noticed after 2.5 seconds.
 *
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Journal, JournalError, FileSystem.FileSystem> =>
  Layer.effect(
    Journal,
    Effect.catchTag(make(options), "PlatformError", (error) => Effect.fail(unavailable(options.path)(error))),
  )
