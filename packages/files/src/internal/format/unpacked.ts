/**
 * How much packed data may grow when it is unpacked: a bomb of a few kilobytes unpacks to gigabytes.
 */
import * as Result from "effect/Result"
import type * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import { mapChunks, tryChunks } from "../streams.ts"

/** Bytes that may come out whatever went in: small files of equal rows shrink a thousandfold. */
const allowance = 64 * 1024 * 1024
/** Tables shrink to a tenth, very repetitive ones to a hundredth. */
const maxRatio = 250

const bomb = new SourceError({
  kind: "Syntax",
  message: `unpacks to more than ${maxRatio} times its size.`,
  hint: "Hardly any table shrinks that much. If this one does, unpack it and import the result.",
})

export interface Gauge {
  /** Counts what goes in. */
  readonly packed: <E>(bytes: Stream.Stream<Uint8Array, E>) => Stream.Stream<Uint8Array, E>
  /** Counts what comes out, and fails when that is out of proportion. */
  readonly unpacked: <E>(bytes: Stream.Stream<Uint8Array, E>) => Stream.Stream<Uint8Array, E | SourceError>
}

const sizeOf = (chunks: ReadonlyArray<Uint8Array>) => chunks.reduce((sum, chunk) => sum + chunk.length, 0)

/** A gauge for one reading of one file. */
export const makeGauge = (): Gauge => {
  let [packed, unpacked] = [0, 0]
  return {
    packed: mapChunks((chunks: ReadonlyArray<Uint8Array>) => {
      packed += sizeOf(chunks)
      return chunks
    }),
    unpacked: tryChunks((chunks: ReadonlyArray<Uint8Array>) => {
      unpacked += sizeOf(chunks)
      return unpacked > allowance + packed * maxRatio ? Result.fail(bomb) : Result.succeed(chunks)
    }),
  }
}
