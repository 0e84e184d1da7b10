/**
 * Texts that are not what someone meant to write: what spreadsheets and wrong encodings make of values, words for "nothing", characters
 * that cannot be seen.
 */
import { type Finding, finding, quote } from "./doubt.ts"

const spreadsheetError = /^#(n\/a|ref!|value!|name\?|div\/0!|null!|num!|spill!|calc!)$/i
const narrowColumn = /^#{3,}$/
const shortened = /^\d(\.\d+)?e[+-]\d+$/i
/** Spreadsheets keep 15 digits; two zeros behind them are chance in one id of a hundred. */
const cutOff = /^\d{15}00+$/
const nothing = /^(-+|\\n|[([<]?(n\/a|null|none|nil|nan|undefined|blank)[)\]>]?)$/i

// What becomes of UTF-8 read as windows-1252: the second byte is a control, a sign of Latin-1, or one of the characters that windows-1252 has
// in place of the controls.
const mojibake =
  /\ufffd|[\u00c2\u00c3][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018-\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|\u00e2\u20ac|\u00ef\u00bf\u00bd/

const isAscii = /^[ -~]*$/
/** How a doubtful ASCII text begins: most texts are in no doubt, which one test finds out. */
const suspicious = /^[#=\-\\([<\dnub]/i

export const doubtOfText = (text: string): Finding | undefined => {
  const plain = isAscii.test(text)
  if (plain && !suspicious.test(text)) return undefined
  if (!plain) {
    if (!mojibake.test(text)) return undefined
    return finding(
      "mojibake",
      `${quote(text)} holds characters that were read in the wrong encoding`,
      "Export it again as UTF-8.",
    )
  }
  if (spreadsheetError.test(text)) {
    const message = `${quote(text)} is an error of a spreadsheet`
    return finding("spreadsheet_error", message, "Correct the formula, or empty the cell.")
  }
  if (narrowColumn.test(text)) {
    const message = `${quote(text)} is what a narrow spreadsheet column shows`
    return finding("spreadsheet_error", message, "Widen the column and save it again.")
  }
  if (shortened.test(text)) {
    const message = `${quote(text)} looks like a long number that a spreadsheet shortened`
    return finding("spreadsheet_number", message, "Format the column as text before saving.")
  }
  if (cutOff.test(text)) {
    const instead = "Format the column as text before the numbers are entered, or ignore this if they are right."
    return finding("spreadsheet_number", `${quote(text)} has zeros where a spreadsheet cuts digits off`, instead)
  }
  if (text.startsWith("=")) {
    const message = `${quote(text)} is a formula, which is sent as it is`
    return finding("spreadsheet_formula", message, "Export values, not formulas.")
  }
  return nothing.test(text)
    ? finding("null_like", `${quote(text)} is sent as this text`, "Leave the field out.")
    : undefined
}

// The joiners of emoji and of Persian stay: names are written with them.
const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

const unseen = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]*$/u

const isPlain = /^[!-~](?:[ -~]*[!-~])?$/

/** The doubt about a name or an id, under which people and programs look for an account. */
export const doubtOfName = (text: string): Finding | undefined => {
  if (isPlain.test(text)) return undefined
  if (unseen.test(text)) return finding("blank", `${quote(text)} is blank`)
  if (invisible.test(text)) {
    return finding("control_character", `${quote(text)} holds a line break or another character that cannot be seen`)
  }
  return text === text.trim()
    ? undefined
    : finding("surrounding_space", `${quote(text)} begins or ends with a space, which is sent`)
}

/** Numbers of a fixed length, as tools that take text for numbers leave them. */
export const doubtOfDigits = (text: string, length: number): Finding | undefined =>
  /^\d+$/.test(text) && text.length < length && text.length >= length - 2
    ? finding("leading_zero", `${quote(text)} has lost its leading zero`, `Write ${text.padStart(length, "0")}.`)
    : undefined
