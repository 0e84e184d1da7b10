/**
 * Values the contract takes and a person would look at twice: what spreadsheets made of them, dates in 1970, codes that are none.
 *
 * @since 0.1.0
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { problemOf } from "./internal/problemOf.ts"
import { quote } from "./internal/quote.ts"
import type { RowReader } from "./Mapping.ts"
import type { Problem } from "./Problem.ts"

type Doubt = readonly [code: string, message: string, suggestion?: string | undefined]

// Most texts are in no doubt, which two tests have to find out: what begins otherwise fails the first at once.
const suspicious =
  /^(?:#|=|\d{15}00+$|-+$|\\n$|[([<]?(?:n\/a|null|none|nil|nan|undefined|blank)[)\]>]?$|\d(?:\.\d+)?e[+-]\d+$)/i
const isAscii = /^[ -~]*$/

// What becomes of UTF-8 read as windows-1252: the second byte is a control, a sign of Latin-1, or one of the characters that windows-1252 has
// in place of the controls.
const mojibake =
  /\ufffd|[\u00c2\u00c3][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018-\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|\u00e2\u20ac|\u00ef\u00bf\u00bd/

const doubtOfText = (text: string): Doubt | undefined => {
  const shown = quote(text)
  if (/^#(n\/a|ref!|value!|name\?|div\/0!|null!|num!|spill!|calc!)$/i.test(text)) {
    return ["spreadsheet_error", `${shown} is an error of a spreadsheet`, "Correct the formula, or empty the cell."]
  }
  if (/^#{3,}$/.test(text)) {
    return ["spreadsheet_error", `${shown} is what a narrow spreadsheet column shows`, "Widen the column, save again."]
  }
  if (/^\d(\.\d+)?e[+-]\d+$/i.test(text)) {
    return [
      "spreadsheet_number",
      `${shown} looks like a long number that a spreadsheet shortened`,
      "Format the column as text before saving.",
    ]
  }
  // Spreadsheets keep 15 digits; two zeros behind them are chance in one id of a hundred.
  if (/^\d{15}00+$/.test(text)) {
    return [
      "spreadsheet_number",
      `${shown} has zeros where a spreadsheet cuts digits off`,
      "Format the column as text before the numbers are entered, or ignore this if they are right.",
    ]
  }
  if (text.startsWith("=")) {
    return ["spreadsheet_formula", `${shown} is a formula, which is sent as it is`, "Export values, not formulas."]
  }
  if (/^(-+|\\n|[([<]?(n\/a|null|none|nil|nan|undefined|blank)[)\]>]?)$/i.test(text)) {
    // A second dash would make it a flag of its own.
    const flag = text.startsWith("--") ? "--null=" : "--null "
    return ["null_like", `${shown} is sent as this text`, `If it means "not set", say ${flag}'${text}'.`]
  }
  if (mojibake.test(text)) {
    return ["mojibake", `${shown} holds characters that were read in the wrong encoding`, "Export it again as UTF-8."]
  }
  return undefined
}

// The joiners of emoji and of Persian stay: names are written with them.
const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

const isPlain = /^[!-~](?:[ -~]*[!-~])?$/

const doubtOfName = (text: string): Doubt | undefined => {
  if (isPlain.test(text)) return undefined
  if (invisible.test(text)) {
    return ["control_character", `${quote(text)} holds a line break or another character that cannot be seen`]
  }
  if (text === text.trim()) return undefined
  return ["surrounding_space", `${quote(text)} begins or ends with a space, which is sent`]
}

const year = 365 * 86_400_000
const distant = 4_102_444_800_000

const isoDay = (value: number) => DateTime.formatIsoDateUtc(DateTime.makeUnsafe(value))

/** What a number would have to count, for its date to be of our time. */
const hintOfDate = (value: number): string | undefined => {
  if (value >= 1e15 && value < distant * 1000) return `If it counts microseconds, write ${Math.trunc(value / 1000)}.`
  if (value >= distant) return undefined
  if (value >= 1e8) return `If it counts seconds, write ${value}000.`
  return value > 0 ? "If it counts days, export it as a date." : undefined
}

const doubtOfDate = (value: number): Doubt | undefined => {
  if (value >= year && value < distant) return undefined
  const limit = 8.64e15
  const shown = Math.abs(value) > limit ? `${value} is no date of any calendar` : `${value} is ${isoDay(value)}`
  return [value >= distant ? "distant_date" : value < 0 ? "date_before_1970" : "date_in_1970", shown, hintOfDate(value)]
}

const zones = new Map<string, boolean>()
const isZone = (name: string) => {
  const known = zones.get(name)
  if (known !== undefined) return known
  const found = Option.isSome(DateTime.zoneMakeNamed(name))
  if (zones.size < 1000) zones.set(name, found)
  return found
}

type Location = NonNullable<NewAccount["location"]>

const isUnitedStates = ({ countryCode = "", countryName = "" }: Location) =>
  /^(us|usa|united states( of america)?)$/i.test(countryCode === "" ? countryName : countryCode)

const doubtsOfLocation = (location: Location): ReadonlyArray<readonly [field: string, doubt: Doubt]> => {
  const { coordinates, countryCode, countryName, postalCode, timeZone } = location
  const doubts: Array<readonly [string, Doubt]> = []
  const add = (field: string, ...doubt: Doubt) => doubts.push([`location.${field}`, doubt])
  if (countryCode !== undefined && !/^[A-Z]{2,3}$/.test(countryCode)) {
    const upper = countryCode.trim().toUpperCase()
    const instead = /^[A-Z]{2,3}$/.test(upper) ? upper : "US or USA"
    add("countryCode", "country_code", `${quote(countryCode)} is no code of ISO 3166`, `Write ${instead}.`)
  } else if (countryCode === "UK") {
    add("countryCode", "country_code", '"UK" is no code of ISO 3166', "Write GB.")
  }
  if (postalCode !== undefined && /^\d{3,4}$/.test(postalCode) && isUnitedStates(location)) {
    const whole = postalCode.padStart(5, "0")
    add("postalCode", "postal_code", `${quote(postalCode)} has lost its leading zero`, `Write ${whole}.`)
  }
  if (countryName !== undefined && /^[A-Z]{2}$/.test(countryName)) {
    add(
      "countryName",
      "country_code",
      `${quote(countryName)} looks like a country code`,
      "Map the column to location.countryCode.",
    )
  }
  if (timeZone !== undefined && !isZone(timeZone)) {
    add("timeZone", "time_zone", `${quote(timeZone)} is no IANA time zone`, "Write America/Los_Angeles.")
  }
  const { latitude = 0, longitude = 0 } = coordinates ?? {}
  if (Math.abs(latitude) > 90) add("coordinates.latitude", "coordinates", `${latitude} is not from -90 to 90`)
  if (Math.abs(longitude) > 180) add("coordinates.longitude", "coordinates", `${longitude} is not from -180 to 180`)
  return doubts
}

const none: ReadonlyArray<Problem> = []

/**
 * What is doubtful about an account. Warnings keep nothing from being sent.
 *
 * @since 0.1.0
 */
export const warningsOf = (
  account: NewAccount,
  place: { readonly row: number; readonly line: number | undefined },
  reader: RowReader,
): ReadonlyArray<Problem> => {
  let warnings: Array<Problem> | undefined
  const warn = (field: string, [code, message, suggestion]: Doubt) =>
    (warnings ??= []).push(
      problemOf(place, field, reader.columnOf(field), undefined, { code, message, suggestion }, "warning"),
    )
  const look = (field: string, value: string) => {
    if (isAscii.test(value) && !suspicious.test(value)) return
    const doubt = doubtOfText(value)
    if (doubt !== undefined) warn(field, doubt)
  }
  const lookAt = (values: object, prefix: string) => {
    for (const name in values) {
      const value: unknown = values[name as never]
      if (typeof value === "string") look(prefix === "" ? name : `${prefix}${name}`, value)
    }
  }
  lookAt(account, "")
  for (const key of account.propertyKeys) look("propertyKeys", key)
  if (account.location !== undefined) lookAt(account.location, "location.")
  if (account.customAttributes !== undefined) lookAt(account.customAttributes, "customAttributes.")
  for (const field of ["id", "name"] as const) {
    const doubt = doubtOfName(account[field])
    if (doubt !== undefined) warn(field, doubt)
  }
  if (account.id === "." || account.id === "..") {
    const message = `"${account.id}" cannot be looked up in PX: no URL carries it. Whether it was created stays unknown when its answer is lost`
    warn("id", ["unaddressable_id", message, "Choose another id."])
  }
  for (const field of ["lastSeenDate", "renewalDate"] as const) {
    const doubt = account[field] === undefined ? undefined : doubtOfDate(account[field])
    if (doubt !== undefined) warn(field, doubt)
  }
  if (account.website !== undefined && !account.website.includes(".")) {
    warn("website", ["website", `${quote(account.website)} is no address of a website`])
  }
  if (account.numberOfEmployees !== undefined && account.numberOfEmployees < 0) {
    warn("numberOfEmployees", ["negative", `${account.numberOfEmployees} is negative`])
  }
  for (const [field, doubt] of account.location === undefined ? [] : doubtsOfLocation(account.location)) {
    warn(field, doubt)
  }
  return warnings ?? none
}
