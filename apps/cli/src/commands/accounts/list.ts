/** Shows accounts: a table for readers, a line of JSON for each with `--json`. */
import type { Account } from "@effect-aptrinsic/core/Account"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as AccountsFailure from "../../output/AccountsFailure.ts"
import { cells, Output, pad, stringify } from "../../output/Output.ts"
import * as words from "./import/words.ts"
import * as pages from "./pages.ts"

const heading = ["ID", "NAME", "PLAN", "RENEWAL", "CHANGED"] as const

/** Whole where nobody reads it on a terminal. */
const maxLength = 2000

const day = (time: number | null | undefined) =>
  Option.match(time ? DateTime.make(time) : Option.none(), {
    onNone: () => "",
    onSome: (date) => DateTime.formatIso(date).replace(/T.*$/s, ""),
  })

const rowOf = ({ id, lastModifiedDate, name, plan, renewalDate }: Account) => [
  visible(id, maxLength),
  visible(name ?? "", maxLength),
  visible(plan ?? "", maxLength),
  day(renewalDate),
  day(lastModifiedDate),
]

/** The lines of rows, and their widths, which the rows of the next page have at least. On a terminal long names and plans are cut. */
const layOut = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  before: ReadonlyArray<number>,
  columns: number | undefined,
): { readonly lines: ReadonlyArray<string>; readonly widths: ReadonlyArray<number> } => {
  const widest = heading.map((_, at) => Math.max(before[at] ?? 0, ...rows.map((row) => cells(row[at]!))))
  const others = widest.reduce((sum, width) => sum + width + 2, -2) - widest[1]! - widest[2]!
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(24, columns - others)
  const plan = Math.min(widest[2]!, Math.max(8, room - widest[1]!))
  const widths = [widest[0]!, Math.min(widest[1]!, room - plan), plan, widest[3]!, widest[4]!]
  const fit = (text: string, width: number) =>
    cells(text) > width ? pad(visible(text, width), width) : pad(text, width)
  return {
    lines: rows.map((row) =>
      row
        .map((text, at) => fit(text, widths[at]!))
        .join("  ")
        .trimEnd(),
    ),
    widths,
  }
}

export const run = Effect.fnUntraced(function* (args: { readonly filter: string | undefined; readonly limit: number }) {
  const output = yield* Output
  const connection = yield* pages.connect
  let shown = 0
  let counted: number | undefined
  let widths: ReadonlyArray<number> = []

  const table = (accounts: ReadonlyArray<Account>) => {
    const isFirst = shown === 0
    const laidOut = layOut([...(isFirst ? [heading] : []), ...accounts.map(rowOf)], widths, output.columns)
    widths = laidOut.widths
    const [first = "", ...rest] = laidOut.lines
    return [isFirst ? output.paint("bold", first) : first, ...rest]
  }

  yield* pages
    .forEach(connection, args, (accounts, total) => {
      counted = total
      if (accounts.length === 0) return Effect.void
      const lines = output.json ? accounts.map(stringify) : table(accounts)
      shown += accounts.length
      return output.write(`${lines.join("\n")}\n`)
    })
    .pipe(Effect.catchTag("AccountsError", (error) => AccountsFailure.make(error, connection)))

  if (shown === 0) return yield* output.note("There are no accounts, or none that the filter lets through.")
  if (counted !== undefined && counted > shown) {
    yield* output.note(
      `Showing ${words.count(shown)} of ${words.count(counted)} accounts; --limit N shows more, 'aptrinsic accounts export' writes all.`,
    )
  }
})
