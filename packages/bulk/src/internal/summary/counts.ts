/** Rows by how they ended, in the words of a summary. */
import type { Counts } from "../../ImportSummary.ts"
import type { RowState, Totals } from "../../Row.ts"
import type { RunEnd, RunStart } from "../../Run.ts"

export type State = Exclude<keyof Counts, "unchanged" | "underWay" | "unreached" | "remaining">

export type Tally = { -readonly [state in State]: number }

export const none = (): Tally => ({ created: 0, updated: 0, duplicate: 0, failed: 0, inDoubt: 0, invalid: 0 })

const names = {
  Created: "created",
  Updated: "updated",
  Duplicate: "duplicate",
  Failed: "failed",
  InDoubt: "inDoubt",
  Invalid: "invalid",
} as const satisfies { readonly [state in Exclude<RowState, "New">]: State }

export const nameOf = <S extends keyof typeof names>(state: S): (typeof names)[S] => names[state]

/** Whether something is left to do about a row. */
export const isOpen = (state: RowState): state is "Failed" | "InDoubt" | "Invalid" =>
  state === "Failed" || state === "InDoubt" || state === "Invalid"

/** The state of a row that a line about its end says; nothing for others. */
export const stateOfStep = (step: string): State | undefined => {
  switch (step) {
    case "created":
    case "updated":
    case "duplicate":
    case "failed":
    case "invalid":
      return step
    case "in_doubt":
      return "inDoubt"
    default:
      return undefined
  }
}

export const ofTotals = ({ Created, Duplicate, Failed, InDoubt, Invalid, Updated }: Totals): Tally => ({
  created: Created,
  updated: Updated,
  duplicate: Duplicate,
  failed: Failed,
  inDoubt: InDoubt,
  invalid: Invalid,
})

export const addTo = (tally: Tally, other: Tally): void => {
  for (const state of Object.values(names)) tally[state] += other[state]
}

export const done = ({ created, duplicate, updated }: Tally): number => created + updated + duplicate

/** Rows of which something is left to do. */
export const open = ({ failed, inDoubt, invalid }: Tally): number => failed + inDoubt + invalid

/** With invalid rows that were found before the last run, of which it reached those that are `recorded`, or all when it came to its end. */
export const withUnreached = <A extends Tally>(
  tally: A,
  recorded: number,
  last: { readonly start: RunStart | undefined; readonly end: RunEnd | undefined } | undefined,
): A & { readonly unreached?: number } => {
  const unreached = last?.end?.why === "done" ? 0 : Math.max(0, (last?.start?.invalid ?? 0) - recorded)
  return unreached === 0 ? tally : { ...tally, invalid: tally.invalid + unreached, unreached }
}

export const sum = (tally: Tally): number => done(tally) + open(tally)
