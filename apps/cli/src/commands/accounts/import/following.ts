/** Follows the rows of a plan through the importer. */
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import { type PlannedRow, toRow } from "@effect-aptrinsic/bulk/PlannedRow"
import type { Row, RowResult } from "@effect-aptrinsic/bulk/Row"
import { SourceError } from "@effect-aptrinsic/files/SourceError"
import * as Stream from "effect/Stream"
import type { Stays } from "./stays.ts"

/** A plan that may be carried out, and how much of it was. */
export interface Planned {
  readonly counts: Plan.Counts
  /** Requests that it took to make it. */
  readonly requests: number
  /** What stays as it is, on the way back from an import. */
  readonly stays: Stays | undefined
  /** The rows as an importer takes them. */
  readonly rows: Stream.Stream<Row, SourceError | JournalError>
  /** Takes what came of a row. */
  readonly count: (result: RowResult) => void
  /** Rows to create or change that did not come to an end yet. */
  readonly remaining: () => number
  /** Those of them that an earlier run had done, and that were left alone for it. */
  readonly leftAlone: () => number
  /** Why a row is not sent of which the plan could not say what it would do. */
  readonly whyNot: (row: number) => string | undefined
  /** These reasons, each with its rows. */
  readonly reasons: () => ReadonlyMap<string, number>
}

/** How many rows create or change an account. */
export const writes = ({ change, create }: Plan.Counts): number => create + change

/** Why rows are not sent. There may be many, with few reasons. */
const makeReasons = () => {
  const rows = new Map<number, string>()
  const counts = new Map<string, { readonly message: string; rows: number }>()
  return {
    add: (row: number, message: string) => {
      const counted = counts.get(message) ?? { message, rows: 0 }
      counts.set(message, counted)
      counted.rows++
      rows.set(row, counted.message)
    },
    of: (row: number) => rows.get(row),
    all: () => new Map([...counts.values()].map(({ message, rows }) => [message, rows])),
  }
}

export const follow = (
  { asked, counts, rows }: Plan.Plan<SourceError | JournalError, never>,
  stays: Stays | undefined,
): Planned => {
  const underWay = new Set<number>()
  const notSent = makeReasons()
  let [ended, leftAlone] = [0, 0]
  const send = (row: PlannedRow): Row => {
    if (row._tag === "Create" || row._tag === "Change") underWay.add(row.row)
    // What stays as it is tells for itself, on the way back.
    if (row._tag === "Incomparable" && stays === undefined) notSent.add(row.row, row.message)
    return toRow(row)
  }
  return {
    counts,
    requests: asked.requests,
    stays,
    rows: rows.pipe(
      Stream.map(send),
      Stream.catchTag("PlanError", ({ hint, message }) =>
        Stream.fail(new SourceError({ kind: "Read", message: `cannot be sent on. ${message}`, hint })),
      ),
    ),
    count: (result) => {
      const isWrite = underWay.delete(result._tag === "Ended" ? result.outcome.row : result.row)
      if (!isWrite || result._tag === "NotSent") return
      ended++
      if (result._tag === "AlreadyDone") leftAlone++
    },
    remaining: () => writes(counts) - ended,
    leftAlone: () => leftAlone,
    whyNot: notSent.of,
    reasons: notSent.all,
  }
}
