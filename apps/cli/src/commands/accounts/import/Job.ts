/** An import whose file was checked. */
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { Summary } from "@effect-aptrinsic/files/Check"
import type { Repetitions } from "@effect-aptrinsic/files/internal/shared/check"
import type { Digested } from "@effect-aptrinsic/files/internal/shared/content"
import type { RowReader } from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type * as Source from "@effect-aptrinsic/files/Source"
import type * as Duration from "effect/Duration"
import type { Settings } from "../../../config/Settings.ts"
import type { Counts } from "./earlier.ts"
import type { Arguments } from "./flags.ts"

export interface Job {
  readonly args: Arguments
  readonly settings: Settings
  /** How long PX may give no usable answer. */
  readonly outage: Duration.Duration
  readonly source: Source.Source
  readonly reader: RowReader
  /** What `source` reads. */
  readonly file: Digested
  /** The digest of what was checked. */
  readonly content: string
  readonly summary: Summary
  /** The ids that are there twice, as the check found them. */
  readonly repetitions: Repetitions
  readonly options: MappingOptions
  readonly label: string
  /** Rows by what the report knows of their ids; undefined when it tells all of them by number. */
  readonly known: Counts | undefined
  /** The fields that an import may overwrite that updates, and how much of them; undefined of one that only creates. */
  readonly updates: { readonly only: ReadonlyArray<string> | undefined; readonly limits: Plan.Limits } | undefined
}
