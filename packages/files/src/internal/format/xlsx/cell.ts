/**
 * What a cell holds, as text: shared or its own, a number by its format, the value that a formula had last.
 */
import type * as Xml from "effect/encoding/Xml"
import type { CellType } from "../../../SourceRow.ts"
import { makeNumberText } from "./cellFormat.ts"
import type { Workbook } from "./workbook.ts"
import { unescape } from "./xml.ts"

const makeFormatOf =
  ({ formats }: Workbook) =>
  (style: string | undefined) =>
    style === undefined ? "number" : (formats[Number(style)] ?? "number")

/** The text of a cell by its type. */
const makeCellText = (workbook: Workbook) => {
  const { is1904, strings } = workbook
  const formatOf = makeFormatOf(workbook)
  const numberText = makeNumberText(is1904)
  return (type: string | undefined, style: string | undefined, value: string): string | undefined => {
    switch (type) {
      case undefined:
      case "n":
        return numberText(value, formatOf(style))
      case "s":
        return value === "" ? "" : strings[Number(value)]
      case "b":
        return value === "" ? "" : value === "1" || value === "true" ? "true" : "false"
      case "d":
        return value.replace(/T00:00:00(?:\.0*)?$/, "")
      case "e":
        return value
      default:
        return unescape(value)
    }
  }
}

const makeCellType = (workbook: Workbook) => {
  const formatOf = makeFormatOf(workbook)
  return (type: string | undefined, style: string | undefined, text: string): CellType | undefined => {
    if (type === "b") return "boolean"
    if (type === "d") return "date"
    if (type !== undefined && type !== "n") return undefined
    const format = formatOf(style)
    if (format === "number") return "number"
    if (format !== "day" && format !== "moment") return undefined
    // Excel has no day for every number: 0 and what is negative stay numbers.
    return /^\d{4}-/.test(text) ? "date" : "number"
  }
}

/** The attributes of an element. */
export type Attributes = Xml.StartElement["attributes"]

/** Collects the value of one cell after another. */
export const makeCell = (workbook: Workbook) => {
  const [cellText, cellType] = [makeCellText(workbook), makeCellType(workbook)]
  let [isValue, hasValue, hasFormula, isPhonetic, value] = [false, false, false, false, ""]
  let type: string | undefined
  let style: string | undefined
  return {
    begin: (attributes: Attributes) => {
      type = attributes["t"]
      style = attributes["s"]
      value = ""
      hasValue = false
      hasFormula = false
    },
    beginValue: () => {
      isValue = !isPhonetic
      hasValue = true
    },
    endValue: () => {
      isValue = false
    },
    setPhonetic: (is: boolean) => {
      isPhonetic = is
    },
    setFormula: () => {
      hasFormula = true
    },
    add: (text: string) => {
      if (isValue) value += text
    },
    isUncalculated: () => hasFormula && !hasValue,
    /** Nothing when it refers to a shared text that is not there. */
    text: () => cellText(type, style, value),
    type: (text: string) => cellType(type, style, text),
  }
}
