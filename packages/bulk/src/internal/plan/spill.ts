/**
 * Accounts that are kept on the disk until they are asked for, in a temporary file without a name: nobody else can open it, and nothing of it is left
 * when the process is killed.
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { joined } from "@effect-aptrinsic/core/internal/shared/joined"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Semaphore from "effect/Semaphore"
import { PlanError } from "../../PlanError.ts"
import type { Kept } from "./table.ts"

const unavailable = (error: PlatformError) => {
  const [phrase, hint] = phraseOf(error, "set TMPDIR to a directory on another disk")
  return new PlanError({
    kind: "Unavailable",
    message: `The temporary file of the plan cannot be used: ${phrase}.`,
    hint,
  })
}

/** Bytes that are written together. */
const bufferSize = 1 << 20

export const makeSpill = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const file = yield* Effect.gen(function* () {
    const path = `${yield* fs.makeTempDirectoryScoped({ prefix: "aptrinsic-plan-" })}/accounts`
    const opened = yield* fs.open(path, { flag: "wx+", mode: 0o600 })
    // Windows keeps the name of an open file until the scope ends.
    yield* Effect.ignore(fs.remove(path))
    return opened
  }).pipe(Effect.mapError(unavailable))
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]
  let length = 0
  let pending: Array<Uint8Array> = []
  let pendingBytes = 0
  const mutex = yield* Semaphore.make(1)
  const write = mutex.withPermit(
    Effect.suspend(() => {
      const bytes = joined(pending)
      pending = []
      pendingBytes = 0
      return bytes.length === 0 ? Effect.void : Effect.mapError(file.writeAll(bytes), unavailable)
    }),
  )
  return {
    put: (value: object): Kept => {
      const bytes = encoder.encode(JSON.stringify(value))
      const kept = { offset: length, length: bytes.length }
      pending.push(bytes)
      pendingBytes += bytes.length
      length += bytes.length
      return kept
    },
    /** Writes what was put, once it is much. */
    relieve: Effect.suspend(() => (pendingBytes < bufferSize ? Effect.void : write)),
    /** Writes what was put, before the first of it is asked for. */
    flush: write,
    get: (kept: Kept) =>
      Effect.suspend(() => {
        const bytes = new Uint8Array(kept.length)
        return Effect.as(Effect.mapError(file.read(bytes, { position: BigInt(kept.offset) }), unavailable), bytes)
      }).pipe(Effect.map((bytes): object => JSON.parse(decoder.decode(bytes)))),
  }
})

export type Spill = Effect.Success<typeof makeSpill>
