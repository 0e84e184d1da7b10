/** One input of the corpus. */
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { Options } from "@effect-aptrinsic/files/Source"

export interface Input {
  readonly bytes: string | Uint8Array
  readonly source?: Options
  readonly mapping?: MappingOptions
}
