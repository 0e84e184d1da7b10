import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import {
  filesWith,
  inDirectory,
  pastLock,
  refusal,
  run,
  sent,
  stepsOf,
  subject,
  text,
  write,
} from "./support/journal.ts"

/** Another run replaces the lock. */
const takeOver = (path: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    yield* fs.remove(`${path}.lock`)
    yield* fs.writeFileString(`${path}.lock`, "another run        1")
  })

/** What a run is told that slept for an hour after something happened to its lock. */
const afterSleep = <E>(path: string, happen: Effect.Effect<void, E, FileSystem.FileSystem>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* run(path, (journal) =>
      Effect.gen(function* () {
        yield* sent(journal, 1)
        yield* Effect.orDie(Effect.provideService(happen, FileSystem.FileSystem, fs))
        yield* TestClock.adjust("1 hour")
        assert.isFalse(yield* journal.mayLeave)
        return yield* Effect.flip(sent(journal, 2))
      }),
    )
  })

describe("the lock of a journal file", () => {
  it.effect.each([
    [undefined, ""],
    ["process 4242 on laptop", " (process 4242 on laptop, since 1970-01-01T00:00:00.000Z)"],
  ])("keeps a second run out while the first one lives, and says whose that is: %s", ([by, told]) =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const first = yield* Layer.buildWithScope(Layer.fresh(JournalFile.layer({ path, subject, by })), scope)
        const second = Effect.flip(run(path, () => Effect.void))
        const error = yield* pastLock(second, Context.get(first, Journal.Journal))
        assert.deepInclude(error, { kind: "Busy", message: `${path}: another run is writing it${told}.` })
        yield* Scope.close(scope, Exit.void)
        yield* run(path, (journal) => sent(journal, 1))
        assert.isFalse(yield* (yield* FileSystem.FileSystem).exists(`${path}.lock`))
      }),
    ),
  )

  it.effect("is taken over from a run that was killed", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* write(`${path}.lock`, "someone            7")
        yield* pastLock(run(path, (journal) => sent(journal, 1)))
        assert.deepStrictEqual(yield* stepsOf(path), ["sent 1"])
      }),
    ),
  )

  it.effect("stops a run that slept while another one took over, before it sends anything", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const error = yield* afterSleep(path, takeOver(path))
        assert.strictEqual(error.kind, "TakenOver")
        assert.deepStrictEqual(yield* stepsOf(path), ["sent 1"])
        assert.strictEqual(yield* text(`${path}.lock`), "another run        1")
      }),
    ),
  )
})

/** Time passes for these clocks and for no fiber, as when a process is stopped and continued. */
const asleep = <A, E, R>(
  passed: { readonly wall: number; readonly monotonic: number },
  body: (sleep: Effect.Effect<void>) => Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    let isAwake = true
    const shifted = Object.assign(Object.create(clock) as Clock.Clock, {
      currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + (isAwake ? 0 : passed.wall),
      monotonicTimeNanosUnsafe: () =>
        clock.monotonicTimeNanosUnsafe() + BigInt(isAwake ? 0 : passed.monotonic * 1_000_000),
    })
    const sleep = Effect.sync(() => void (isAwake = false))
    return yield* Effect.provideService(body(sleep), Clock.Clock, shifted)
  })

describe("a run that slept", () => {
  it.effect.each([
    { what: "both clocks went on", wall: 60_000, monotonic: 60_000 },
    { what: "the monotonic clock stood still with its machine", wall: 60_000, monotonic: 0 },
    { what: "the wall clock was set back meanwhile", wall: -3_600_000, monotonic: 60_000 },
    { what: "the wall clock was set back, and the other stood still", wall: -3_600_000, monotonic: 0 },
  ])("lets nothing leave once another run took over: $what", (passed) =>
    inDirectory((path) =>
      asleep(passed, (sleep) =>
        Effect.gen(function* () {
          const journal = Context.get(
            yield* Layer.build(Layer.fresh(JournalFile.layer({ path, subject }))),
            Journal.Journal,
          )
          yield* sent(journal, 1)
          assert.isTrue(yield* journal.mayLeave)
          yield* takeOver(path)
          yield* sleep
          assert.isFalse(yield* journal.mayLeave)
          const error = yield* Effect.flip(journal.released({ row: 1, id: "a1" }))
          assert.strictEqual(error.kind, "TakenOver")
          assert.include(error.message, "another run has taken it over")
          assert.deepStrictEqual(yield* stepsOf(path), ["sent 1"])
          assert.strictEqual(yield* text(`${path}.lock`), "another run        1")
        }),
      ),
    ),
  )

  it.effect("goes on when nobody took over", () =>
    inDirectory((path) =>
      run(path, (journal) =>
        Effect.gen(function* () {
          yield* sent(journal, 1)
          yield* TestClock.adjust("1 hour")
          assert.isTrue(yield* journal.mayLeave)
          yield* sent(journal, 2)
        }),
      ),
    ),
  )

  it.effect("says of a lock that is gone only that it is gone", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const { remove } = yield* FileSystem.FileSystem
        const error = yield* afterSleep(path, remove(`${path}.lock`))
        assert.include(error.message, "its lock file is gone, so another run may be writing it")
      }),
    ),
  )
})

describe("a lock that cannot be looked at", () => {
  /** A run whose lock cannot be opened from some moment on. */
  const blinded = (path: string, code: string) =>
    Effect.gen(function* () {
      let isBlind = false
      const files = filesWith((fs) => ({
        readFileString: (file, encoding) =>
          Effect.suspend(() =>
            isBlind && file.endsWith(".lock") ? Effect.fail(refusal(code)) : fs.readFileString(file, encoding),
          ),
      }))
      const context = yield* Layer.build(
        Layer.provide(Layer.fresh(JournalFile.layer({ path, subject })), Layer.fresh(files)),
      )
      const journal = Context.get(context, Journal.Journal)
      yield* sent(journal, 1)
      isBlind = true
      return journal
    })

  it.effect("is asked through the file that is open when no other can be opened", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const journal = yield* blinded(path, "EMFILE")
        yield* TestClock.adjust("1 hour")
        assert.isTrue(yield* journal.mayLeave)
        yield* sent(journal, 2)
        yield* takeOver(path)
        yield* TestClock.adjust("1 hour")
        assert.isFalse(yield* journal.mayLeave)
      }),
    ),
  )

  it.effect("stops the run with what the disk says, and blames no other run", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const journal = yield* blinded(path, "EIO")
        yield* TestClock.adjust("1 hour")
        assert.isFalse(yield* journal.mayLeave)
        const error = yield* Effect.flip(sent(journal, 2))
        assert.strictEqual(error.kind, "Unavailable")
        assert.include(error.message, ".lock, cannot be used: the disk failed")
        assert.deepStrictEqual(yield* stepsOf(path), ["sent 1"])
      }),
    ),
  )

  it.effect("is not taken from the run that holds it", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* write(`${path}.lock`, "someone            7")
        const blind = filesWith(() => ({ readFileString: () => Effect.fail(refusal("EMFILE")) }))
        const error = yield* run(path, () => Effect.void).pipe(Effect.provide(blind, { local: true }), Effect.flip)
        assert.strictEqual(error.kind, "Unavailable")
        assert.include(error.message, "too many files are open")
        assert.strictEqual(yield* text(`${path}.lock`), "someone            7")
      }),
    ),
  )

  it.effect("is not left behind by a disk that has no room for what it says", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const full = filesWith((files) => ({
          open: (name, options) =>
            Effect.map(files.open(name, options), (file) =>
              Object.assign(Object.create(file) as FileSystem.File, { writeAll: () => Effect.fail(refusal("ENOSPC")) }),
            ),
        }))
        const error = yield* run(path, () => Effect.void).pipe(Effect.provide(full, { local: true }), Effect.flip)
        assert.include(error.message, "the disk is full")
        assert.isFalse(yield* fs.exists(`${path}.lock`))
        assert.isFalse(yield* fs.exists(path))
      }),
    ),
  )
})
