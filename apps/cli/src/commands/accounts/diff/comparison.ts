/** What a comparison of a file with PX came to, as lines and as JSON. */
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import * as InputText from "../../../input/InputText.ts"
import { type Paint, type Result } from "../../../output/Output.ts"
import * as words from "../import/words.ts"
import { changeLines, countLines, document, isSame, type Shown } from "../plan/lines.ts"

export interface Comparison extends Shown {
  readonly file: string
  readonly label: string
  readonly target: string
  readonly asked: Plan.Plan<never, never>["asked"]
  /** The file with all of them. */
  readonly written: string | undefined
  /** The file with the page. */
  readonly page: string | undefined
}

const headline = ({ asked, counts, label }: Comparison, rows: number, paint: Paint): string => {
  const requests = words.plural(asked.requests, "request")
  if (rows === 0) return `= ${label} has no rows (${requests}).`
  const others = rows - counts.unchanged
  if (others === 0) {
    return `= ${label}: PX holds ${rows === 1 ? "its one row as it is" : `all ${words.count(rows)} rows as they are`} (${requests}).`
  }
  return `${paint("yellow", "!")} ${label}: PX does not hold ${words.count(others)} of ${words.plural(rows, "row")} as ${others === 1 ? "it is" : "they are"} (${requests}). Nothing was sent.`
}

export const conclusion = (comparison: Comparison, paint: Paint): Result => {
  const { asked, changes, counts, creates, file, incomparable, page, target, written } = comparison
  const rows = counts.create + counts.change + counts.unchanged + counts.incomparable
  return {
    document: {
      command: "accounts diff",
      file,
      target,
      rows,
      ...counts,
      creates: creates.map(document),
      changes: changes.map(document),
      notCompared: incomparable.map(document),
      changesFile: written ?? null,
      pageFile: page ?? null,
      requests: asked.requests,
      by: asked.by,
    },
    lines: [
      headline(comparison, rows, paint),
      ...(isSame(counts)
        ? []
        : [
            ...countLines(counts),
            ...changeLines(comparison, { file: written, how: "--changes FILE writes all of them" }),
          ]),
      ...(page === undefined ? [] : [`  ${InputText.label(page)} shows it in a browser`]),
    ],
  }
}
