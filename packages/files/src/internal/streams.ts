/**
 * Streams worked on chunk by chunk: a million rows have no time for an effect each.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Stream from "effect/Stream"

/** Maps whole chunks, which may become empty. */
export const mapChunks =
  <A, B>(f: (chunk: ReadonlyArray<A>) => ReadonlyArray<B>) =>
  <E, R>(stream: Stream.Stream<A, E, R>): Stream.Stream<B, E, R> =>
    stream.pipe(Stream.chunks, Stream.map(f), Stream.filter(Arr.isReadonlyArrayNonEmpty), Stream.flattenArray)

/** Maps whole chunks by a function that may fail. */
export const tryChunks =
  <A, B, E2>(f: (chunk: ReadonlyArray<A>) => Result.Result<ReadonlyArray<B>, E2>) =>
  <E, R>(stream: Stream.Stream<A, E, R>): Stream.Stream<B, E | E2, R> =>
    stream.pipe(
      Stream.chunks,
      Stream.mapEffect((chunk) => Effect.fromResult(f(chunk))),
      Stream.filter(Arr.isReadonlyArrayNonEmpty),
      Stream.flattenArray,
    )
