/** The rows of an import that are not done, as lines of CSV. */
import type { LeftRow } from "@effect-aptrinsic/bulk/JournalReader"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { cell } from "@effect-aptrinsic/files/internal/shared/differingRows"

export const head = "file,line,row,id,state,code,field,column,message\n"

const states = { failed: "failed", inDoubt: "in doubt", invalid: "invalid" } as const

/** A line for each cell of a row that is wrong, or one for the row. `isShown`: to a person, whose terminal must not obey it. */
export const lines = ({ code, file, row, state }: LeftRow, isShown: boolean): string => {
  const { cells = [], id, line, message } = row
  const told = cells.length === 0 ? [{ code, field: "", message }] : cells
  return told
    .map((each) => {
      const column = "column" in each ? (each.column ?? "") : ""
      const texts = [
        file,
        String(line ?? ""),
        String(row.row),
        id,
        states[state],
        each.code,
        each.field,
        column,
        each.message,
      ]
      return `${texts.map((text) => cell(isShown ? visible(text, 400) : text)).join(",")}\n`
    })
    .join("")
}
