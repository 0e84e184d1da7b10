/** Journals in files of their own, and runs over them. */
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { RowOutcome, RowRef } from "@effect-aptrinsic/bulk/Row"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { layerServices } from "./runtime.ts"

export type Service = Journal.Journal["Service"]

export const subject: JournalFile.Subject = {
  file: "accounts.csv",
  content: "sha-1",
  mapping: "map-1",
  target: "https://api.aptrinsic.com",
}

export const created = (row: number): Extract<RowOutcome, { _tag: "Created" }> => ({
  _tag: "Created",
  row,
  line: row + 1,
  id: `a${row}`,
  confirmed: false,
})
export const failed = (row: number, message: string): RowOutcome => ({
  _tag: "Failed",
  row,
  id: `a${row}`,
  code: "BadRequest",
  message,
})
export const refOf = (row: number): RowRef => ({ row, line: row + 1, id: `a${row}` })
export const sent = (journal: Service, row: number) => journal.sent(refOf(row))

/** What one run does with the journal; the scope of the run ends with it. */
export const run = <A, E>(
  path: string,
  body: (journal: Service) => Effect.Effect<A, E>,
  options: Partial<JournalFile.Options> = {},
) =>
  Journal.Journal.use(body).pipe(
    Effect.provide(Layer.fresh(JournalFile.layer({ path, subject, ...options })), { local: true }),
  )

export const inDirectory = <A, E>(body: (path: string) => Effect.Effect<A, E, FileSystem.FileSystem | Scope.Scope>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* body(`${yield* fs.makeTempDirectoryScoped()}/accounts.csv.import.ndjson`)
  }).pipe(Effect.provide(layerServices), Effect.scoped)

export const text = (path: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(path))
export const write = (path: string, content: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(path, content))
export const stepsOf = (path: string) =>
  Effect.map(text(path), (content) =>
    content
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line) as { readonly row?: number; readonly s: string })
      .filter(({ s }) => s !== "end")
      .map(({ row, s }) => `${s} ${row}`),
  )

/** As a run leaves it that was killed. */
export const leaveLock = (path: string) => write(`${path}.lock`, "someone            7")

/** Waits through the time that a lock is watched. `alive`: the journal of a run that holds it, which beats before more time passes. */
export const pastLock = <A, E, R>(effect: Effect.Effect<A, E, R>, alive?: Service) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const fiber = yield* Effect.forkChild(effect)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("100 millis")
      // A trip to the disk, which waits for a beat that is due.
      yield* alive?.mayLeave ?? fs.exists("/")
    }
    return yield* Fiber.join(fiber)
  })

/** What a system says when it refuses. */
export const refusal = (code: string) =>
  PlatformError.systemError({
    _tag: "Unknown",
    module: "FileSystem",
    method: "test",
    cause: Object.assign(new Error(`${code}: refused by the test`), { code }),
  })

/** The files of this runtime with some of their operations replaced. */
export const filesWith = (change: (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) => FileSystem.FileSystem.of({ ...fs, ...change(fs) })),
  ).pipe(Layer.provide(layerServices))
