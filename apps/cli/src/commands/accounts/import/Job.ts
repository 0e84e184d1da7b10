/** An import whose rows are known: those of a file that was checked, or those that set back what an import overwrote. */
import type * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { InvalidRow, ValidRow } from "@effect-aptrinsic/bulk/Row"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { Summary } from "@effect-aptrinsic/files/Check"
import type { CheckedRow } from "@effect-aptrinsic/files/CheckedRow"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import type { Digested } from "@effect-aptrinsic/files/internal/shared/content"
import type { RowReader } from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type * as Source from "@effect-aptrinsic/files/Source"
import type { SourceError } from "@effect-aptrinsic/files/SourceError"
import type * as Duration from "effect/Duration"
import type * as Stream from "effect/Stream"
import type { Settings } from "../../../config/Settings.ts"
import type { Counts } from "./earlier.ts"
import type { Arguments } from "./flags.ts"
import type { Checked } from "./preflight/findings.ts"

interface Common {
  /**
   * The command that imports it.
   *
   * @default "accounts import"
   */
  readonly command?: string | undefined
  readonly args: Arguments
  readonly settings: Settings
  /** How long PX may give no usable answer. */
  readonly outage: Duration.Duration
  readonly label: string
  readonly summary: Pick<Summary, "rows" | "valid" | "invalid" | "warningCount">
  /** Rows by what the report knows of their ids; undefined when it tells all of them by number. */
  readonly known: Counts | undefined
  /** The fields that an import may overwrite that updates, and how much of them; undefined of one that only creates. */
  readonly updates: { readonly only: ReadonlyArray<string> | undefined; readonly limits: Plan.Limits } | undefined
}

/** A file. */
export interface Job extends Common {
  readonly source: Source.Source
  readonly reader: RowReader
  /** What `source` reads. */
  readonly file: Digested
  /** The digest of what was checked. */
  readonly content: string
  /** The ids that are there twice, as the check found them. */
  readonly repetitions: Check.Repetitions
  readonly options: MappingOptions
  /** What PX is asked about before the first row is sent. */
  readonly preflight: Checked
}

/** The way back from an import. */
export interface Back extends Common {
  readonly subject: JournalFile.Subject
  /** What the report that is taken back says of its own start. */
  readonly startedAt: string
  /** Accounts that it created. */
  readonly created: number
  /** Accounts that it changed, and whose values before its report does not say any more. */
  readonly lost: number
}

export type AnyJob = Job | Back

export const isFile = (job: AnyJob): job is Job => "source" in job

/** The rows of the file, read anew each time. */
export const checked = ({ reader, repetitions, source }: Job): Stream.Stream<CheckedRow, SourceError> =>
  Check.check(reader, { repetitions })(source.rows)

/** Cells of an invalid row that the report names; `problem` has all. */
const maxCells = 5

/** A row of the file as an importer takes it. */
export const toImport = (row: CheckedRow): ValidRow | InvalidRow => {
  if (row._tag === "Valid") return row
  const problem = row.problems.map(({ field, message }) => `${field} ${message}`.trim()).join("; ")
  const cells = row.problems.map(({ code, column, field, message }) => ({
    code,
    field,
    ...(column === undefined ? {} : { column }),
    message: visible(message, 400),
  }))
  return { row: row.row, line: row.line, id: row.id ?? "", problem, cells: cells.slice(0, maxCells) }
}
