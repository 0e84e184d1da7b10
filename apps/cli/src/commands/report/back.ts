/** Ways back, as lines for a terminal: what one set back and what it leaves, and what was set back of an import. */
import type { Counts, ImportSummary, SetBack } from "@effect-aptrinsic/bulk/ImportSummary"
import * as DateTime from "effect/DateTime"
import type { Paint } from "../../output/Output.ts"
import * as staying from "../accounts/import/stays.ts"
import * as words from "../accounts/import/words.ts"

interface Told extends Pick<SetBack, "counts"> {
  readonly rows?: number | undefined
}

/** Accounts that hold what they held before the import. */
const heldOf = ({ unchanged = 0, updated }: Counts) => updated + unchanged

/** `2 of 3 accounts`. */
export const partOf = ({ counts, rows }: Told): string =>
  rows === undefined
    ? words.plural(heldOf(counts), "account")
    : `${words.count(heldOf(counts))} of ${words.plural(rows, "account")}`

/** The answer that the report of a way back gives. */
export const headline = ({ counts, rows, state }: Pick<ImportSummary, "counts" | "rows" | "state">, paint: Paint) => {
  const held = heldOf(counts)
  const told = `${partOf({ counts, rows })} ${held === 1 ? "is" : "are"} set back`
  if (state === "running") return `… A run goes on: ${told}`
  if (state === "complete") {
    return `${paint("green", "✔")} ${rows === 1 ? "The one account is" : `All ${words.count(rows ?? 0)} accounts are`} set back: PX holds what it held before the import`
  }
  return `${paint("yellow", "!")} ${told}${held === rows ? ", but not all that the import did can be taken back" : ""}`
}

/** What of the import stays, below the counts. */
export const stays = ({ wayBack }: ImportSummary): ReadonlyArray<string> =>
  wayBack?.stays === undefined ? [] : staying.lines(wayBack.stays, 9)

/** The ways back that still count. */
const standing = ({ setBack = [] }: ImportSummary) =>
  setBack.filter(({ counts, isUndone }) => !isUndone && counts.updated > 0)

/** The answer that the report of an import gives of which something was set back; nothing of others. */
export const takenBack = (summary: ImportSummary, paint: Paint): string | undefined => {
  const [first] = standing(summary)
  if (first === undefined) return undefined
  const what = first.state === "running" ? "is being set back" : "was set back"
  const hold = heldOf(first.counts) === 1 ? "holds what it" : "hold what they"
  return `${paint("yellow", "!")} It ${what} by ${first.name}: ${partOf(first)} that it changed ${hold} held before`
}

const timeOf = (time: DateTime.Utc): string => DateTime.formatIso(time).slice(0, 16).replace("T", " ")

/** Each way back from the import, and what it leaves. */
export const lines = ({ setBack = [] }: ImportSummary, paint: Paint): ReadonlyArray<string> =>
  setBack.length === 0
    ? []
    : [
        "",
        paint("bold", "Set back, in UTC"),
        ...setBack.flatMap((each) => [
          `  ${timeOf(each.startedAt)}  ${each.name}: ${partOf(each)}${each.isUndone ? ", and that was taken back itself" : ""}`,
          ...(each.isUndone || each.stays === undefined ? [] : staying.lines(each.stays, 9).map((line) => `  ${line}`)),
        ]),
      ]
