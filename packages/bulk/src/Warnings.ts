/**
 * Values the contract takes and a person would look at twice: what spreadsheets made of them, dates in 1970, codes that are none.
 *
 * @since 0.1.0
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { problemOf } from "./internal/problemOf.ts"
import type { RowReader } from "./Mapping.ts"
import type { Problem } from "./Problem.ts"

type Doubt = readonly [code: string, message: string, suggestion?: string]

const quote = (text: string) => visible(JSON.stringify(text), 60)

// One test for most texts, which are in no doubt.
const suspicious =
  /^(?:#|-+$|n\/a$|null$|none$|nil$|undefined$|\d+(?:\.\d+)?e[+-]?\d+$)|[\p{Cc}\u00c3\u00e2\u00ef\ufffd]/iu

const doubtOfText = (text: string): Doubt | undefined => {
  const shown = quote(text)
  if (/^#(n\/a|ref!|value!|name\?|div\/0!|null!|num!)$/i.test(text)) {
    return ["spreadsheet_error", `${shown} is an error of a spreadsheet`, "Correct the formula, or empty the cell."]
  }
  if (/^#{3,}$/.test(text)) {
    return ["spreadsheet_error", `${shown} is what a narrow spreadsheet column shows`, "Widen the column, save again."]
  }
  if (/^\d+(\.\d+)?e[+-]?\d+$/i.test(text)) {
    return [
      "spreadsheet_number",
      `${shown} looks like a long number that a spreadsheet shortened`,
      "Format the column as text before saving.",
    ]
  }
  if (/^(-+|n\/a|null|none|nil|undefined)$/i.test(text)) {
    return ["null_like", `${shown} is sent as this text`, `If it means "not set", say --null '${text}'.`]
  }
  if (/\ufffd|Ã[\u0080-\u00bf]|â€|ï¿½/.test(text)) {
    return ["mojibake", `${shown} holds characters that were read in the wrong encoding`, "Export it again as UTF-8."]
  }
  return undefined
}

const doubtOfName = (text: string): Doubt | undefined => {
  if (/\p{Cc}/u.test(text)) return ["control_character", `${quote(text)} holds a line break or control character`]
  if (text === text.trim()) return undefined
  return ["surrounding_space", `${quote(text)} begins or ends with a space, which is sent`]
}

const year = 365 * 86_400_000
const distant = 4_102_444_800_000

const doubtOfDate = (value: number): Doubt | undefined => {
  if (value <= 0 || (value >= year && value < distant)) return undefined
  const shown = `${value} is ${DateTime.formatIsoDateUtc(DateTime.makeUnsafe(Math.min(8.64e15, value)))}`
  if (value >= distant) return ["distant_date", shown]
  const isSeconds = value >= 1e8
  return [
    "date_in_1970",
    shown,
    isSeconds ? `If it counts seconds, write ${value}000.` : "If it counts days, export it as a date.",
  ]
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

const doubtsOfLocation = (location: Location): ReadonlyArray<readonly [field: string, doubt: Doubt]> => {
  const { coordinates, countryCode, countryName, timeZone } = location
  const doubts: Array<readonly [string, Doubt]> = []
  const add = (field: string, ...doubt: Doubt) => doubts.push([`location.${field}`, doubt])
  if (countryCode !== undefined && !/^[A-Z]{2,3}$/.test(countryCode)) {
    add("countryCode", "country_code", `${quote(countryCode)} is no code of ISO 3166`, "Write US or USA.")
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
  const look = (values: object, prefix: string) => {
    for (const name in values) {
      const value: unknown = values[name as never]
      if (typeof value !== "string" || !suspicious.test(value)) continue
      const doubt = doubtOfText(value)
      if (doubt !== undefined) warn(`${prefix}${name}`, doubt)
    }
  }
  look(account, "")
  if (account.location !== undefined) look(account.location, "location.")
  if (account.customAttributes !== undefined) look(account.customAttributes, "customAttributes.")
  for (const field of ["id", "name"] as const) {
    const doubt = doubtOfName(account[field])
    if (doubt !== undefined) warn(field, doubt)
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

const none: ReadonlyArray<Problem> = []
