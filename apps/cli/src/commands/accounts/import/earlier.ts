/** What a report knows of rows by the ids of their accounts, since the file changed. */
import { contentOf } from "@effect-aptrinsic/bulk/internal/shared/content"
import * as Journaled from "@effect-aptrinsic/bulk/internal/shared/earlier"
import type * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { CheckedRow } from "@effect-aptrinsic/files/CheckedRow"
import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import * as Duplicates from "@effect-aptrinsic/files/internal/shared/duplicates"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as failures from "./failures.ts"
import { reportOf } from "./options.ts"
import { type Identity, subjectOf } from "./subject.ts"
import * as words from "./words.ts"

/** Valid rows by what is known of them. */
export interface ByState {
  done: number
  inDoubt: number
  failed: number
  new: number
}

export interface Counts extends ByState {
  /** By a report of other content. */
  readonly isOfOtherContent: boolean
}

export interface Earlier extends Journaled.Earlier {
  readonly report: string
  /** The Salesforce ids that were sent. */
  readonly earlierIds: Duplicates.Duplicates
  /** What the check came to. */
  readonly counts: Counts
}

const salesforceId = /^[a-z0-9]{15}(?:[a-z0-9]{3})?$/i

const look = Effect.fnUntraced(function* (report: string, subject: JournalFile.Subject) {
  const earlierIds = Duplicates.make()
  const onId = (id: string) => {
    if (salesforceId.test(id)) earlierIds.note(id, 1)
  }
  const earlier = yield* Journaled.earlier({ path: report, subject, onId })
  if (earlier === undefined) return undefined
  const { isOfOtherContent } = earlier
  const counts = { isOfOtherContent, done: 0, inDoubt: 0, failed: 0, new: 0 }
  return { ...earlier, report, earlierIds, counts } satisfies Earlier
})

/** Looks at the report without taking it. Nothing when there is none, or when it tells all of its rows by their numbers. */
export const earlierOf = Effect.fnUntraced(function* (
  identity: Omit<Identity, "content">,
  bytes: Content.Digested["bytes"],
) {
  const { args, label } = identity
  const report = reportOf(args)
  const fs = yield* FileSystem.FileSystem
  const isThere = yield* Effect.orElseSucceed(fs.exists(report), () => false)
  if (args.restart || !isThere || (args.file === "-" && args.report === undefined)) return Result.succeed(undefined)
  const content = yield* Effect.mapError(Content.digest(bytes), failures.ofSource(label))
  const subject = yield* subjectOf({ ...identity, content })
  return yield* Effect.result(look(report, subject))
})

const count = ({ counts, find }: Earlier, rows: ReadonlyArray<CheckedRow>) => {
  for (const row of rows) {
    if (row._tag !== "Valid") continue
    switch (find({ row: row.row, id: row.account.id })?.state) {
      case "Created":
      case "Duplicate":
        counts.done++
        break
      case "InDoubt":
        counts.inDoubt++
        break
      case "Failed":
        counts.failed++
        break
      default:
        counts.new++
    }
  }
}

/** Counts the rows of a check by what is known of them. */
export const counting =
  (earlier: Earlier) =>
  <E, R>(rows: Stream.Stream<CheckedRow, E, R>): Stream.Stream<CheckedRow, E, R> =>
    Stream.mapArray(rows, (chunk) => {
      count(earlier, chunk)
      return chunk
    })

/** Counts the rows that are done and say something else than was sent. The types of columns have to be settled for it. */
export const countChanged = <E, R>({ find }: Earlier, rows: Stream.Stream<CheckedRow, E, R>) =>
  Stream.runFold(
    rows,
    () => 0,
    (changed, row) => {
      if (row._tag !== "Valid") return changed
      const { account } = row
      return find({ row: row.row, id: account.id, content: contentOf(account) })?.isChanged === true
        ? changed + 1
        : changed
    },
  )

const are = (rows: number) => (rows === 1 ? "is" : "are")

/** What the import does with the rows, as parts of a sentence. */
export const parts = (counts: ByState, rows: number): string =>
  [
    `${words.count(counts.done)} of ${words.plural(rows, "row")} ${are(counts.done)} already done, known by ${counts.done === 1 ? "its id" : "their ids"}`,
    ...(counts.inDoubt === 0 ? [] : [`${words.count(counts.inDoubt)} sent without an answer will be checked`]),
    ...(counts.failed === 0 ? [] : [`${words.count(counts.failed)} that failed will be sent again`]),
    `${words.count(counts.new)} ${are(counts.new)} new`,
  ].join(", ")

/** `3 rows changed since (2 differ: plan 2): not sent, PX has their accounts already, and an import only creates.` */
export const changedPhrase = (rows: number, differing = ""): string =>
  `${words.plural(rows, "row")} changed since${differing}: not sent, PX has ${rows === 1 ? "its account" : "their accounts"} already, and an import only creates.`
