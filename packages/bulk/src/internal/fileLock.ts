/**
 * Keeps two runs from writing one file. A lock file says who holds it and beats while its holder lives, so that the lock of a run that was
 * killed is told from one in use without clocks, process ids or host names: whoever finds it waits and looks whether it still beats.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Random from "effect/Random"
import type { Scope } from "effect/Scope"

/** Milliseconds between two beats. */
export const beat = 500
/** Milliseconds without a beat after which a lock is taken for abandoned. */
export const staleAfter = 5 * beat

export interface FileLock {
  /** Whether the lock is still ours; looks only if the last look is older than a beat, because a machine that slept may have lost it. */
  readonly isHeld: Effect.Effect<boolean>
}

const encoder = new TextEncoder()

/** Takes the lock for the time of the scope; succeeds with nothing when another run holds it. */
export const acquire = Effect.fnUntraced(function* (
  path: string,
): Effect.fn.Return<FileLock | undefined, PlatformError, FileSystem.FileSystem | Scope> {
  const fs = yield* FileSystem.FileSystem
  const clock = yield* Clock.Clock
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
  const owner = (yield* Random.nextInt).toString(36) + (yield* Random.nextInt).toString(36)

  const content = fs.readFileString(path).pipe(Effect.orElseSucceed(() => undefined))
  const isOurs = Effect.map(content, (text) => text?.startsWith(owner) === true)
  const create = fs.open(path, { flag: "wx+", mode: 0o600 }).pipe(
    Effect.tap((file) => file.writeAll(encoder.encode(`${owner} ${"0".padStart(12)}`))),
    Effect.map((file) => ({ file })),
    Effect.catchIf(
      (error) => error.reason._tag === "AlreadyExists",
      () => Effect.succeed({ file: undefined }),
    ),
  )

  let { file } = yield* create
  if (file === undefined) {
    const before = yield* content
    yield* Effect.sleep(staleAfter)
    if ((yield* content) !== before) return undefined
    yield* Effect.ignore(fs.remove(path))
    file = (yield* create).file
    if (file === undefined) return undefined
    // Another run may have found the same lock abandoned and removed this one in its place.
    yield* Effect.sleep(beat)
    if (!(yield* isOurs)) return undefined
  }
  const held = file
  let lookedAt = now()
  let lost = false
  const look = Effect.map(isOurs, (ours) => {
    lookedAt = now()
    lost ||= !ours
  })

  let beats = 0
  // Written through the open file: should another run have replaced the lock, this one beats where nobody looks.
  const sign = Effect.suspend(() =>
    Effect.andThen(held.seek(0n, "start"), held.writeAll(encoder.encode(`${owner} ${String(++beats).padStart(12)}`))),
  )
  yield* Effect.addFinalizer(() =>
    Effect.ignore(Effect.flatMap(isOurs, (ours) => (ours ? fs.remove(path) : Effect.void))),
  )
  yield* Effect.forkScoped(
    Effect.forever(Effect.andThen(Effect.sleep(beat), Effect.andThen(Effect.ignore(sign), look))),
  )
  return {
    isHeld: Effect.suspend(() => Effect.map(now() - lookedAt > 2 * beat ? look : Effect.void, () => !lost)),
  }
})
