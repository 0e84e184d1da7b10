/**
 * gzip: one file, packed as a stream. Several that were joined (`cat a.gz b.gz`) are read as one.
 */
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { Gunzip } from "fflate"
import { SourceError } from "../../SourceError.ts"
import { tryChunks } from "../streams.ts"
import { crc32 } from "./crc32.ts"
import { makeGauge } from "./unpacked.ts"

const damaged = new SourceError({
  kind: "Syntax",
  message: "is a gzip file that is damaged or cut off.",
  hint: "Fetch it again; 'gzip -t FILE' says whether it is whole.",
})

/** At a thousandfold growth, 16 MiB come out of one. */
const sliceSize = 16 * 1024

/** How many bytes before a slice are kept: the end of a member and the header of the next. */
const kept = 4 * 1024

/** Unpacks slices of a gzip file, and holds each member against the checksum and the size behind it. */
const makeUnpacker = () => {
  const gunzip = new Gunzip()
  let out: Array<Uint8Array> = []
  let recent = new Uint8Array(0)
  let [read, crc, size, isSound] = [0, 0, 0, true]

  /** `end` is where the member ends, with its checksum. */
  const closeMember = (end: number) => {
    const at = recent.length - (read - end) - 8
    const trailer = new DataView(recent.buffer, recent.byteOffset, recent.length)
    isSound &&= at >= 0 && trailer.getUint32(at, true) === crc && trailer.getUint32(at + 4, true) === size % 2 ** 32
    crc = 0
    size = 0
  }
  gunzip.ondata = (chunk) => {
    if (chunk.length === 0) return
    crc = crc32(crc, chunk)
    size += chunk.length
    out.push(chunk)
  }
  gunzip.onmember = closeMember

  const push = (slice: Uint8Array, isLast: boolean): Result.Result<ReadonlyArray<Uint8Array>, SourceError> => {
    const before = recent.subarray(Math.max(0, recent.length - kept))
    recent = new Uint8Array(before.length + slice.length)
    recent.set(before)
    recent.set(slice, before.length)
    read += slice.length
    const pushed = Result.try(() => gunzip.push(slice, isLast))
    if (Result.isSuccess(pushed) && isLast) closeMember(read)
    const chunks = out
    out = []
    return Result.isSuccess(pushed) && isSound ? Result.succeed(chunks) : Result.fail(damaged)
  }
  return { push }
}

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

/** Unpacks. Fails with `SourceError` (`Syntax`) when it is damaged, cut off, or grows beyond measure. */
export const gunzip = (bytes: Stream.Stream<Uint8Array, SourceError>): Stream.Stream<Uint8Array, SourceError> =>
  Stream.suspend(() => {
    const gauge = makeGauge()
    const { push } = makeUnpacker()
    const slices = bytes.pipe(
      gauge.packed,
      Stream.flatMap((chunk) =>
        Stream.fromIterable(
          Array.from({ length: Math.ceil(chunk.length / sliceSize) }, (_, index) =>
            chunk.subarray(index * sliceSize, (index + 1) * sliceSize),
          ),
        ),
      ),
      Stream.rechunk(1),
      Stream.map((slice) => [slice, false] as const),
    )
    const end = Stream.make([new Uint8Array(0), true] as const)
    return Stream.concat(slices, end).pipe(
      tryChunks(([first]) => push(first![0], first![1])),
      gauge.unpacked,
    )
  })
