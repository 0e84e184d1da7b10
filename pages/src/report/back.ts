/** Ways back in words: what one set back and what it leaves, and what was set back of an import. */
import { count, counted, visible } from "../shared/format.ts"
import type { Counts, Summary } from "./words.ts"

/** Accounts that hold what they held before the import. */
const heldOf = ({ unchanged = 0, updated }: Counts) => updated + unchanged

const partOf = ({ counts, rows }: { readonly counts: Counts; readonly rows?: number }) =>
  `${count(heldOf(counts))} of ${counted(rows ?? heldOf(counts), "account")}`

/** The first sentence of a report of a way back, or of an import of which something was set back. */
export const backOf = (summary: Summary): string | undefined => {
  const { counts, setBack = [], wayBack } = summary
  const taken = setBack.find((each) => !each.isUndone && each.counts.updated > 0)
  if (taken !== undefined) {
    return `It was set back by ${visible(taken.name, 120)}: ${partOf(taken)} that it changed hold what they held before.`
  }
  if (wayBack === undefined) return undefined
  return `Set back what the import of ${visible(wayBack.report, 120)} overwrote: ${partOf(summary)}${heldOf(counts) > 0 && summary.state === "complete" ? ", all of it" : ""}.`
}

const fieldsOf = (fields: Readonly<Record<string, number>>) =>
  Object.entries(fields)
    .map(([path, rows]) => `${visible(path, 80)} ${count(rows)}`)
    .join(", ")

const verb = (accounts: number) => (accounts === 1 ? "stays" : "stay")

/** What of an import stays, a sentence for each kind. */
export const staysOf = ({ setBack = [], wayBack }: Summary): ReadonlyArray<string> => {
  const stays = wayBack?.stays ?? setBack.find(({ isUndone }) => !isUndone)?.stays
  if (stays === undefined) return []
  const [unset, changed] = [fieldsOf(stays.unset), fieldsOf(stays.changed)]
  return [
    ...(stays.created > 0
      ? [`Nothing is deleted: ${counted(stays.created, "account")} that the import created ${verb(stays.created)}.`]
      : []),
    ...(stays.lost > 0
      ? [
          `${counted(stays.lost, "account")} ${verb(stays.lost)} as the import left them: its damaged report does not say what they were.`,
        ]
      : []),
    ...(unset === "" ? [] : [`Fields stay that were not set before, since no call is known to clear one: ${unset}.`]),
    ...(changed === "" ? [] : [`Fields stay that somebody changed since: ${changed}.`]),
  ]
}
