/**
 * Appends lines to a file for many fibers at once: they share one write and one sync. The first error is the last word: nothing is written
 * after it, because what was written of a line that did not fit is cut off by the next run, and until then nothing may follow it.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Semaphore from "effect/Semaphore"
import type { JournalError } from "../../Journal.ts"

export interface GroupCommit {
  /** Takes a text and returns once it is written, or, with `sync`, once it is on the disk. */
  readonly append: (text: string, sync: boolean) => Effect.Effect<void, JournalError>
  /** Returns once everything that was taken is on the disk. */
  readonly flush: Effect.Effect<void, JournalError>
  /** Whether more may be written. */
  readonly isOpen: Effect.Effect<boolean>
}

export interface Options {
  readonly file: FileSystem.File
  /** Asked before each write. */
  readonly guard: Effect.Effect<void, JournalError>
  readonly onError: (error: PlatformError) => JournalError
}

export const make = Effect.fnUntraced(function* ({ file, guard, onError }: Options) {
  const encoder = new TextEncoder()
  const mutex = yield* Semaphore.make(1)
  let failure: JournalError | undefined
  let buffer = ""
  let queued = 0
  let written = 0
  let durable = 0

  const guarded = Effect.suspend(() =>
    failure === undefined
      ? Effect.tapError(guard, (error) => Effect.sync(() => (failure ??= error)))
      : Effect.fail(failure),
  )
  const commit = (sync: boolean) =>
    Effect.suspend(() => {
      const [text, upTo] = [buffer, queued]
      buffer = ""
      const write = text === "" ? Effect.void : file.writeAll(encoder.encode(text))
      return write.pipe(
        Effect.andThen(Effect.sync(() => (written = upTo))),
        Effect.andThen(
          sync
            ? Effect.andThen(
                file.sync,
                Effect.sync(() => (durable = upTo)),
              )
            : Effect.void,
        ),
        Effect.mapError((error) => (failure ??= onError(error))),
      )
    })
  // The one that comes first writes for all that wait behind it.
  const settle = (sync: boolean, mine: number) =>
    mutex.withPermit(
      Effect.suspend(() =>
        (sync ? durable : written) >= mine
          ? Effect.void
          : Effect.uninterruptible(Effect.asVoid(Effect.andThen(guarded, commit(sync)))),
      ),
    )
  return {
    append: (text, sync) =>
      Effect.suspend(() => {
        buffer += text
        return settle(sync, ++queued)
      }),
    flush: Effect.suspend(() => settle(true, queued)),
    isOpen: Effect.match(guarded, { onFailure: () => false, onSuccess: () => true }),
  } satisfies GroupCommit
})
