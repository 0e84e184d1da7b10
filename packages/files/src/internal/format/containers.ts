/**
 * What a file may be packed in. A container is not a format: the file that it holds is recognised by its content.
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { SourceError } from "../../SourceError.ts"
import { gunzip, isGzip } from "./gzip.ts"
import { isDocument, isZip, onlyFile } from "./zip.ts"

export interface Container {
  readonly recognises: (head: Uint8Array) => boolean
  /** What it holds, read anew each time. */
  readonly unpack: (
    bytes: Stream.Stream<Uint8Array, SourceError>,
  ) => Effect.Effect<Stream.Stream<Uint8Array, SourceError>, SourceError>
}

export const containers: ReadonlyArray<Container> = [
  { recognises: isGzip, unpack: (bytes) => Effect.succeed(gunzip(bytes)) },
  { recognises: (head) => isZip(head) && !isDocument(head), unpack: onlyFile },
]
