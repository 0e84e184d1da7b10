/** Accounts as a workbook: numbers, booleans and days as Excel has them, everything else as the text that CSV has for it. */
import type { Account } from "@effect-aptrinsic/core/Account"
import * as Workbook from "@effect-aptrinsic/files/internal/shared/workbook"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { type Failure, usage } from "../../../output/Failure.ts"
import { isDate } from "../held.ts"
import * as words from "../import/words.ts"
import { cellText, isAttribute } from "./cellText.ts"
import { type Column, valueOf } from "./columns.ts"
import type { Writer } from "./writer.ts"

const dayLength = 86_400_000
/** Days that Excel counts as everybody does: from March 1900, before which it has a day too many, to the end of the year 9999. */
const [firstDay, lastDay] = [-2_203_891_200_000, 253_402_214_400_000]

/** A moment within a day is a text, with its zone, of which a date of Excel has none. */
const isDay = (time: number) => time % dayLength === 0 && time >= firstDay && time <= lastDay

/** Whether Excel keeps the number: it has 15 digits. */
const isExact = (value: number) => {
  const written = String(value)
  return /^-?\d{1,15}(\.\d+)?$/.test(written) && String(Number(value.toPrecision(15))) === written
}

const holdsDates = (column: Column) => (isAttribute(column) ? column.type === "date" : isDate(column.names.join(".")))

/** Whether values of a type stand in the column as themselves; a column of texts has texts. */
const takes = (column: Column, type: "number" | "boolean") =>
  !isAttribute(column) || column.type === undefined || column.type === type

const cellOf = (value: Schema.Json | undefined, column: Column): Workbook.Cell | undefined => {
  if (value === undefined) return undefined
  if (typeof value === "number") {
    if (holdsDates(column)) {
      if (isDay(value)) return { _tag: "Day", time: value }
    } else if (takes(column, "number") && isExact(value)) return { _tag: "Number", value }
  }
  if (typeof value === "boolean" && takes(column, "boolean")) return { _tag: "Boolean", value }
  return { _tag: "Text", text: cellText(value, column) }
}

const hint = "Write CSV or NDJSON: name a file that ends with .csv or .ndjson."

const failureOf = (
  overflow: Workbook.Overflow,
  accounts: ReadonlyArray<Account>,
  columns: ReadonlyArray<Column>,
): Failure => {
  switch (overflow._tag) {
    case "Text": {
      const { column, length, row } = overflow
      return usage(
        `${columns[column]!.header} of account ${AccountsFailure.shown(accounts[row]!.id)} has ${words.count(length)} characters; a cell of Excel holds ${words.count(Workbook.maxCell)}.`,
        hint,
        "--columns can leave the field out, or give each custom attribute a column of its own.",
      )
    }
    case "Rows":
      return usage(`A sheet of Excel holds ${words.count(Workbook.maxDataRows)} accounts, and there are more.`, hint)
    case "Size":
      return usage("The accounts take more than 4 GiB in a sheet, more than Excel reads.", hint)
  }
}

/** Writes a workbook whose only sheet is `Accounts`. */
export const xlsx = (columns: ReadonlyArray<Column>): Writer => {
  const workbook = Workbook.make("Accounts")
  return {
    begin: () => workbook.begin(columns.map(({ header }) => header)),
    accounts: (accounts) =>
      Result.mapError(
        workbook.rows(accounts.map((account) => columns.map((column) => cellOf(valueOf(account, column), column)))),
        (overflow) => failureOf(overflow, accounts, columns),
      ),
    end: workbook.end,
    most: Workbook.maxDataRows,
  }
}
