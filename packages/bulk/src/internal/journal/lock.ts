/**
 * Keeps two runs from writing one file. A lock file says who holds it and beats while its holder lives, so that the lock of a run that was
 * killed is told from one in use without clocks, process ids or host names: a run that finds it waits and looks whether it still beats.
 *
 * A run may sleep, with its machine or stopped by a signal, and lose its lock meanwhile. Its last look at the lock is good for one beat; a
 * run that takes over waits that long before it does anything, so that there is never a moment in which both of them believe they hold it.
 */
import { codeOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Random from "effect/Random"
import type { Scope } from "effect/Scope"
import * as Semaphore from "effect/Semaphore"

/** Milliseconds between two beats. */
export const beat = 500
/** So many looks in a row, a beat apart, see no beat of a lock that is abandoned. */
const looks = 5

/** Ours, another run's, or no longer there. */
export type Holder = "us" | "another" | "nobody"

/** Another run holds the lock: who, as far as it says. */
export interface Taken {
  readonly _tag: "Taken"
  readonly by: string | undefined
}

export interface FileLock {
  readonly _tag: "FileLock"
  /** Taken over from a run that did not come to its end. */
  readonly wasAbandoned: boolean
  /**
   * Whether the lock file is left behind, by which the next run knows that this one did not come to its end; at first that of an abandoned
   * lock is, because a run that takes over and fails at once changes nothing about it.
   */
  readonly leaveBehind: (isLeft: boolean) => Effect.Effect<void>
  /** Who holds the lock. Beats and looks if the last look is older than a beat; fails when that cannot be found out. */
  readonly holder: Effect.Effect<Holder, PlatformError>
}

const encoder = new TextEncoder()

/** Who writes a lock file, how often it beat, since when it is held and by what, for people. */
const sign = (owner: string, beats: number, since: string, by = "") =>
  encoder.encode(`${owner} ${String(beats).padStart(12)} ${since} ${by}`.trimEnd())

const taken = (text: string | undefined): Taken => {
  const [, since, by] = /^\S+ +\d+ (\S+) (.+)$/s.exec(text ?? "") ?? []
  return { _tag: "Taken", by: by === undefined ? undefined : `${by}, since ${since}` }
}

/** The text of a file, or nothing when there is none. */
const textOf = (fs: FileSystem.FileSystem, path: string) =>
  fs.readFileString(path).pipe(
    Effect.catchIf(
      (error) => error.reason._tag === "NotFound",
      () => Effect.undefined,
    ),
  )

/** Whose lock file it is, for the run that made it and has it open. */
const holderOf = (fs: FileSystem.FileSystem, path: string, owner: string, file: FileSystem.File) =>
  textOf(fs, path).pipe(
    Effect.map((text): Holder => (text === undefined ? "nobody" : text.startsWith(owner) ? "us" : "another")),
    // A process that may open no further file can still ask the one it has open, which has no name once it was replaced.
    Effect.catchIf(
      (error) => ["EMFILE", "ENFILE"].includes(codeOf(error)),
      () => Effect.map(file.stat, ({ nlink }): Holder => (Option.getOrElse(nlink, () => 0) > 0 ? "us" : "nobody")),
    ),
  )

/** Creates the lock file, unless there is one. It is removed with the scope if it is ours and not to be left behind. */
const create = (
  fs: FileSystem.FileSystem,
  path: string,
  owner: string,
  signed: Uint8Array,
  isLeftBehind: () => boolean,
) =>
  Effect.acquireRelease(
    fs.open(path, { flag: "wx+", mode: 0o600 }).pipe(
      Effect.tap((file) =>
        // On a full disk an empty file is all that would be left of it, and the next run would wait for it to beat.
        Effect.onError(file.writeAll(signed), () => Effect.ignore(fs.remove(path))),
      ),
      Effect.catchIf(
        (error) => error.reason._tag === "AlreadyExists",
        () => Effect.undefined,
      ),
    ),
    Effect.fnUntraced(
      function* (file) {
        if (file === undefined || isLeftBehind()) return
        if ((yield* holderOf(fs, path, owner, file)) === "us") yield* fs.remove(path)
      },
      (release) => Effect.ignore(release),
    ),
  )

/** Removes a lock that does not beat; tells whose it is when it does. */
const removeAbandoned = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, path: string) {
  const before = yield* textOf(fs, path)
  if (before === undefined) return undefined
  // One long wait would be over at once for a machine that stood still, before the holder could beat.
  for (let look = 0; look < looks; look++) {
    yield* Effect.sleep(beat)
    const after = yield* textOf(fs, path)
    if (after === undefined) return undefined
    if (after !== before) return taken(after)
  }
  yield* Effect.catchIf(
    fs.remove(path),
    (error) => error.reason._tag === "NotFound",
    () => Effect.void,
  )
  return undefined
})

/** Takes the lock for the time of the scope, unless another run holds it. `by`: who that other run would be told of. */
export const acquire = Effect.fnUntraced(function* (
  path: string,
  by?: string,
): Effect.fn.Return<FileLock | Taken, PlatformError, FileSystem.FileSystem | Scope> {
  const fs = yield* FileSystem.FileSystem
  const clock = yield* Clock.Clock
  const owner = (yield* Random.nextInt).toString(36) + (yield* Random.nextInt).toString(36)
  const since = DateTime.formatIso(yield* DateTime.now)
  let isLeftBehind = false
  const createOurs = create(fs, path, owner, sign(owner, 0, since, by), () => isLeftBehind)
  let file = yield* createOurs
  const wasAbandoned = file === undefined
  isLeftBehind = wasAbandoned
  if (file === undefined) {
    const other = yield* removeAbandoned(fs, path)
    if (other !== undefined) return other
    file = yield* createOurs
    if (file === undefined) return taken(yield* textOf(fs, path))
    // Another run may have found the same lock abandoned and removed this one in its place; the one that slept may trust its last look yet.
    yield* Effect.sleep(beat)
    if ((yield* holderOf(fs, path, owner, file)) !== "us") return taken(yield* textOf(fs, path))
  }
  const held = file

  // The monotonic clock stands still while a machine sleeps, the other one may be set back: the one that has gone further tells.
  const clocks = () => [Number(clock.monotonicTimeNanosUnsafe()) / 1e6, clock.currentTimeMillisUnsafe()] as const
  let looked = clocks()
  const isFresh = () => clocks().every((now, index) => Math.abs(now - looked[index]!) <= beat)

  let holder: Holder = "us"
  let beats = 0
  // Written through the open file: should another run have replaced the lock, this one beats where nobody looks.
  const beatOnce = Effect.suspend(() =>
    Effect.andThen(held.seek(0n, "start"), held.writeAll(sign(owner, ++beats, since, by))),
  )
  const look = holderOf(fs, path, owner, held)
  const mutex = yield* Semaphore.make(1)
  const refresh = (isForced: boolean) =>
    mutex.withPermit(
      Effect.suspend(() => {
        if (holder !== "us" || (!isForced && isFresh())) return Effect.void
        const at = clocks()
        return Effect.map(Effect.andThen(beatOnce, look), (found) => {
          holder = found
          looked = at
        })
      }),
    )
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(beat), Effect.ignore(refresh(true)))))
  return {
    _tag: "FileLock",
    wasAbandoned,
    leaveBehind: (isLeft) =>
      Effect.sync(() => {
        isLeftBehind = isLeft
      }),
    holder: Effect.suspend(() => Effect.map(holder !== "us" || isFresh() ? Effect.void : refresh(false), () => holder)),
  }
})
