/**
 * What a cell holds, as text: shared or its own, a number by its format, the value that a formula had last.
 */
import type * as Xml from "effect/encoding/Xml"
import type { CellType } from "../../../SourceRow.ts"
import { makeNumberText } from "./cellFormat.ts"
import type { Workbook } from "./workbook.ts"
import { unescape } from "./xml.ts"

/** The text of a cell by its type. */
const makeCellText = ({ formats, is1904, strings }: Workbook) => {
  const numberText = makeNumberText(is1904)
  return (type: string | undefined, style: string | undefined, value: string): string | undefined => {
    switch (type) {
      case undefined:
      case "n":
        return numberText(value, style === undefined ? "number" : (formats[Number(style)] ?? "number"))
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

const makeCellType =
  ({ formats }: Workbook) =>
  (type: string | undefined, style: string | undefined): CellType | undefined => {
    if (type === "b") return "boolean"
    if (type === "d") return "date"
    if (type !== undefined && type !== "n") return undefined
    const format = style === undefined ? "number" : (formats[Number(style)] ?? "number")
    if (format === "number") return "number"
    return format === "day" || format === "moment" ? "date" : undefined
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
    type: () => cellType(type, style),
  }
}
