/** What the way back from an import leaves as it is, as lines and as JSON. */
import type * as Revert from "@effect-aptrinsic/bulk/Revert"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as words from "./words.ts"

export interface Stays extends Revert.Stays {
  /** Accounts that the import created. */
  readonly created: number
  /** Accounts that it changed, and whose values before its report does not say any more. */
  readonly lost: number
}

const sum = (fields: Readonly<Record<string, number>>) => Object.values(fields).reduce((all, rows) => all + rows, 0)

const named = (fields: Readonly<Record<string, number>>) =>
  Object.entries(fields)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([path, rows]) => `${visible(path, 60)} ${words.count(rows)}`)
    .join(", ")

/** Whether nothing stays. */
export const isAllSetBack = ({ changed, created, lost, unset }: Stays): boolean =>
  created + lost + sum(unset) + sum(changed) === 0

/** `width`: of the counts, which stand below others. */
export const lines = ({ changed, created, lost, unset }: Stays, width: number): ReadonlyArray<string> => {
  const kinds: ReadonlyArray<readonly [string, number, string]> = [
    ["not deleted", created, "created by the import: nothing is deleted"],
    ["not known", lost, "changed by the import, and its damaged report does not say what they were"],
    ["not cleared", sum(unset), `${named(unset)}: not set before, and no call is known to clear a field`],
    ["changed since", sum(changed), `${named(changed)}: left as somebody else set it`],
  ]
  return kinds
    .filter(([, count]) => count > 0)
    .map(([what, count, why]) => `  ${what.padEnd(13)}${words.count(count).padStart(width)}  ${why}`)
}

export const document = (stays: Stays | undefined) =>
  stays === undefined
    ? {}
    : { stays: { created: stays.created, lost: stays.lost, unset: { ...stays.unset }, changed: { ...stays.changed } } }
