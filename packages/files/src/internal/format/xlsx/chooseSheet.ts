/**
 * Which sheet of a workbook is read.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import { SourceError } from "../../../SourceError.ts"
import type { Sheet } from "./workbook.ts"

const named = (sheets: ReadonlyArray<Sheet>) => sheets.map(({ name }) => visible(JSON.stringify(name), 60)).join(", ")

/** The sheet of this name or number; the first that is visible when none is named. */
export const chooseSheet = (
  sheets: ReadonlyArray<Sheet>,
  wanted: string | undefined,
): Effect.Effect<Sheet, SourceError> => {
  if (wanted === undefined) return Effect.succeed(sheets.find(({ isHidden }) => !isHidden) ?? sheets[0]!)
  const found =
    sheets.find(({ name }) => name === wanted) ??
    sheets.find(({ name }) => name.toLowerCase() === wanted.toLowerCase()) ??
    (/^\d+$/.test(wanted) ? sheets[Number(wanted) - 1] : undefined)
  return found === undefined
    ? Effect.fail(
        new SourceError({
          kind: "Options",
          message: `has no sheet ${visible(JSON.stringify(wanted), 60)}.`,
          hint: `Its sheets are ${named(sheets)}; --sheet takes a name, or a number from 1.`,
        }),
      )
    : Effect.succeed(found)
}

/** What says that a sheet has no rows, and where there are some. */
export const emptySheet = (sheet: Sheet, sheets: ReadonlyArray<Sheet>): SourceError => {
  const others = sheets.filter((other) => other !== sheet && other.hasCells)
  return new SourceError({
    kind: "Empty",
    message: `has nothing in its sheet ${named([sheet])}.`,
    hint:
      others.length === 0
        ? "The first row names the columns."
        : `--sheet NAME reads another one; ${named(others)} ${others.length === 1 ? "has" : "have"} cells.`,
  })
}
