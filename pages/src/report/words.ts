/** The words of a report for what its codes mean. */
import type { ImportSummary, JournalSummary, RunSummary } from "@effect-aptrinsic/bulk/ImportSummary"

export type Summary = typeof ImportSummary.Encoded
export type Counts = Summary["counts"]
export type Run = typeof RunSummary.Encoded
export type Journal = typeof JournalSummary.Encoded
export type Outcome = Exclude<keyof Counts, "underWay" | "unreached" | "remaining">

/** The outcomes in the order in which they are told, from what is in to what is not. */
export const outcomes: ReadonlyArray<{ readonly key: Outcome; readonly name: string; readonly about: string }> = [
  { key: "created", name: "created", about: "new in PX" },
  { key: "updated", name: "updated", about: "fields changed in PX" },
  { key: "unchanged", name: "unchanged", about: "PX held what they say" },
  { key: "duplicate", name: "there before", about: "left as they are in PX" },
  { key: "failed", name: "failed", about: "what they say is not in PX, for certain" },
  { key: "inDoubt", name: "in doubt", about: "what they say may be in PX: a run looks before it sends them again" },
  { key: "invalid", name: "invalid", about: "not sent: the file has to be corrected" },
]

/** The same on the way back from an import, where no file says what is sent. */
const back: { readonly [key in Outcome]?: { readonly name: string; readonly about: string } } = {
  updated: { name: "set back", about: "as PX held them before the import" },
  unchanged: { name: "as before", about: "PX held already what it held before the import" },
  failed: { name: "failed", about: "not set back" },
  inDoubt: { name: "in doubt", about: "maybe set back: the next run looks" },
  invalid: { name: "left alone", about: "the reasons stand below" },
}

export const outcomesOf = ({ wayBack }: Summary): typeof outcomes =>
  wayBack === undefined ? outcomes : outcomes.map((outcome) => ({ ...outcome, ...back[outcome.key] }))

export const nameOf = (summary: Summary, key: Outcome): string =>
  outcomesOf(summary).find((outcome) => outcome.key === key)?.name ?? key

/** Rows with an outcome. */
export const of = (counts: Counts, key: Outcome): number => counts[key] ?? 0

/** Rows that are in PX, however they got there. */
export const isIn = ({ created, duplicate, unchanged = 0, updated }: Counts): number =>
  created + updated + unchanged + duplicate

export const ended = (counts: Counts): number => outcomes.reduce((sum, { key }) => sum + of(counts, key), 0)

export const total = ({ counts, rows }: Summary): number =>
  rows ?? ended(counts) + (counts.underWay ?? 0) + (counts.remaining ?? 0)

/** Rows of which the report does not say what became of them: a run that was killed while it updated did not say which were unchanged. */
export const untold = (summary: Summary): number => {
  const { remaining, underWay = 0 } = summary.counts
  return remaining === undefined ? Math.max(0, total(summary) - ended(summary.counts) - underWay) : 0
}

/** Why nothing was sent for a while. A status comes alone, a fault with what the system said. */
export const pauseReason = (reason: string): string => {
  if (reason === "429") return "PX asked to wait (429, too many requests)"
  if (/^\d{3}$/.test(reason)) return `PX answered ${reason}`
  return reason
}

const halts: Readonly<Record<string, string>> = {
  running: "is running",
  done: "came to its end",
  ended: "ended without a last word",
  interrupted: "was stopped (Ctrl-C or a signal)",
  killed: "was killed: it left no last word",
  changed: "stopped: the file changed under it",
}

export const runEnd = (state: string): string => halts[state] ?? `halted: ${state}`
