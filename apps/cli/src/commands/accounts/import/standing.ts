/** Whether an import would continue the report that is there. */
import { standing } from "@effect-aptrinsic/bulk/internal/shared/earlier"
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { Totals } from "@effect-aptrinsic/bulk/Row"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import type { ByState, Earlier } from "./earlier.ts"
import { reportOf } from "./options.ts"
import { type Identity, subjectOf } from "./subject.ts"

/** The report that is there: the import continues it, or is refused because of it. */
export type Standing =
  | { readonly _tag: "Continues"; readonly report: string; readonly done: number; readonly inDoubt: number }
  /** The file changed: by the ids of its accounts. */
  | (Readonly<ByState> & {
      readonly _tag: "ContinuesById"
      readonly report: string
      readonly changed: number
    })
  | { readonly _tag: "Refused"; readonly report: string; readonly message: string; readonly hint: string }

/** Looks at the report without taking it; nothing when there is none, or when it would be put aside. */
export const standingOf = Effect.fnUntraced(function* (
  identity: Identity,
  /** What the report knows by id, or why it cannot be told. */
  earlier: Result.Result<Earlier | undefined, JournalError>,
  changed: number,
): Effect.fn.Return<Standing | undefined, never, FileSystem.FileSystem> {
  const { args } = identity
  if (args.restart || (args.file === "-" && args.report === undefined)) return undefined
  const report = reportOf(args)
  const refused = ({ hint, message }: JournalError): Standing => ({ _tag: "Refused", report, message, hint })
  if (Result.isFailure(earlier)) return refused(earlier.failure)
  if (earlier.success !== undefined) {
    const { isOfOtherContent, ...counts } = earlier.success.counts
    const { done, inDoubt } = counts
    return isOfOtherContent
      ? { _tag: "ContinuesById", report, changed, ...counts }
      : { _tag: "Continues", report, done, inDoubt }
  }
  const continues = (totals: Totals): Standing => ({
    _tag: "Continues",
    report,
    done: totals.Created + totals.Updated + totals.Duplicate,
    inDoubt: totals.InDoubt,
  })
  const at = { path: report, subject: yield* subjectOf(identity) }
  const found =
    args.ifExists === "update"
      ? Effect.map(standing(at), ({ isBegun, isOver, totals }) => (isBegun && !isOver ? continues(totals) : undefined))
      : Effect.map(JournalFile.peek(at), (totals) => (totals === undefined ? undefined : continues(totals)))
  return yield* found.pipe(Effect.catch((error) => Effect.succeed(refused(error))))
})
