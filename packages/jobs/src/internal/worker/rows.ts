/** The rows of a chunk, as its journal counts them. */
import type { ChangedRow } from "@effect-aptrinsic/bulk/Row"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { restore } from "../database/storedText.ts"
import { firstBucket } from "../jobs/bucket.ts"
import type { JobRow } from "../jobs/submission.ts"

interface Stored {
  readonly row_no: number
  readonly line: number | null
  readonly bucket: number
  readonly id: string
  readonly account: string | null
  readonly change: string | null
  readonly problem: string | null
}

/** An id that every row has makes one chunk of them all. */
const pageSize = 2000

const rowOf = ({ account, change, id, line, problem, row_no }: Stored): JobRow => {
  const place = { row: Number(row_no), ...(line === null ? {} : { line: Number(line) }) }
  // It was checked when it was taken.
  if (account !== null) return { ...place, account: JSON.parse(account) as NewAccount }
  const named = { ...place, id: restore(id) }
  return change === null
    ? { ...named, problem: restore(problem ?? "") }
    : { ...named, ...(JSON.parse(change) as Pick<ChangedRow, "changes" | "fields">) }
}

/** In the order of their ids' buckets, those of one id in the order of their numbers. */
export const rowsOf = (journal: number, chunk: number, chunks: number) => {
  const [from, to] = [firstBucket(chunk, chunks), firstBucket(chunk + 1, chunks)]
  return Stream.paginate([from, 0] as readonly [number, number], ([bucket, row]) =>
    Effect.gen(function* () {
      const sql = (yield* SqlClient.SqlClient).withoutTransforms()
      const found = yield* sql<Stored>`
        select row_no, line, bucket, id, account, change, problem from aptrinsic_rows
        where journal = ${journal} and bucket < ${to} and (bucket, row_no) > (${bucket}, ${row})
        order by bucket, row_no limit ${pageSize}`
      const last = found.at(-1)
      const next: readonly [number, number] | undefined =
        last === undefined || found.length < pageSize ? undefined : [Number(last.bucket), Number(last.row_no)]
      return [found.map(rowOf), Option.fromUndefinedOr(next)] as const
    }),
  )
}
