/** What an import is: its flags, and its file once it was checked. */
import type { Summary } from "@effect-aptrinsic/files/Check"
import type * as Format from "@effect-aptrinsic/files/Format"
import type { RowReader } from "@effect-aptrinsic/files/Mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type * as Source from "@effect-aptrinsic/files/Source"
import type * as Duration from "effect/Duration"
import type { Settings } from "../Settings.ts"
import type { MappingFlags } from "./options.ts"

export interface Arguments extends MappingFlags {
  readonly file: string
  readonly dryRun: boolean
  readonly saveMapping: string | undefined
  readonly format: Format.Name | undefined
  readonly delimiter: string | undefined
  readonly encoding: string | undefined
  readonly skipInvalid: boolean
  readonly accept: ReadonlyArray<string>
  readonly problems: string | undefined
  readonly ifExists: "skip" | "fail"
  readonly maxFailures: number | undefined
  readonly outage: string
  readonly rate: number
  readonly dailyQuota: number
  readonly concurrency: number
  readonly report: string | undefined
  readonly restart: boolean
}

export interface Job {
  readonly args: Arguments
  readonly settings: Settings
  /** How long PX may give no usable answer. */
  readonly outage: Duration.Duration
  readonly source: Source.Source
  readonly reader: RowReader
  /** What `source` reads. */
  readonly file: Source.Digested
  /** The digest of what was checked. */
  readonly content: string
  readonly summary: Summary
  readonly options: MappingOptions
  readonly label: string
}
