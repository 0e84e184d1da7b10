/**
 * Codes of countries and zones that do not exist, postal codes without their zeros, points off the earth.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { Location } from "../../Account.ts"
import { type Finding, finding, quote } from "./doubt.ts"

const zones = new Map<string, boolean>()
const isZone = (name: string) => {
  const known = zones.get(name)
  if (known !== undefined) return known
  const found = Option.isSome(DateTime.zoneMakeNamed(name))
  if (zones.size < 1000) zones.set(name, found)
  return found
}

const isUnitedStates = ({ countryCode = "", countryName = "" }: Location) =>
  /^(us|usa|united states( of america)?)$/i.test(countryCode === "" ? countryName : countryCode)

const doubtOfCountryCode = (code: string): Finding | undefined => {
  const found = (instead: string) =>
    finding("country_code", `${quote(code)} is not a code of ISO 3166`, `Write ${instead}.`)
  if (code === "UK") return found("GB")
  if (/^[A-Z]{2,3}$/.test(code)) return undefined
  const upper = code.trim().toUpperCase()
  return found(/^[A-Z]{2,3}$/.test(upper) ? upper : "US or USA")
}

export const doubtsOfLocation = (location: Location): ReadonlyArray<readonly [field: string, finding: Finding]> => {
  const { coordinates, countryCode, countryName, postalCode, timeZone } = location
  const doubts: Array<readonly [string, Finding]> = []
  const add = (field: string, doubt: Finding | undefined) => {
    if (doubt !== undefined) doubts.push([`location.${field}`, doubt])
  }
  if (countryCode !== undefined) add("countryCode", doubtOfCountryCode(countryCode))
  if (postalCode !== undefined && /^\d{3,4}$/.test(postalCode) && isUnitedStates(location)) {
    const instead = `Write ${postalCode.padStart(5, "0")}.`
    add("postalCode", finding("postal_code", `${quote(postalCode)} has lost its leading zero`, instead))
  }
  if (countryName !== undefined && /^[A-Z]{2}$/.test(countryName)) {
    const message = `${quote(countryName)} looks like a country code`
    add("countryName", finding("country_code", message, "Give it as location.countryCode."))
  }
  if (timeZone !== undefined && !isZone(timeZone)) {
    const message = `${quote(timeZone)} is not an IANA time zone`
    add("timeZone", finding("time_zone", message, "Write America/Los_Angeles."))
  }
  const { latitude = 0, longitude = 0 } = coordinates ?? {}
  if (Math.abs(latitude) > 90) {
    add("coordinates.latitude", finding("coordinates", `${latitude} is not from -90 to 90`))
  }
  if (Math.abs(longitude) > 180) {
    add("coordinates.longitude", finding("coordinates", `${longitude} is not from -180 to 180`))
  }
  return doubts
}
