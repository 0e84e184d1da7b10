/**
 * Reads the dates of HTTP headers (RFC 9110, 5.6.7): those of today and the two obsolete forms. Effect's reader would be a hundredth of a
 * browser's bundle.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

// Sun, 06 Nov 1994 08:49:37 GMT · Sunday, 06-Nov-94 08:49:37 GMT · Sun Nov  6 08:49:37 1994
const forms =
  /^[a-z]{3,9}(?:, (\d\d)[ -]([a-z]{3})[ -](\d\d(?:\d\d)?) (\d\d:\d\d:\d\d) gmt| ([a-z]{3}) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4}))$/i

/** In epoch milliseconds. */
export const parseHttpDate = (text: string): number | undefined => {
  const [
    ,
    ofNow,
    monthOfNow,
    yearOfNow,
    timeOfNow,
    month = monthOfNow,
    of = ofNow,
    time = timeOfNow,
    year = yearOfNow,
  ] = forms.exec(text.trim()) ?? []
  if (of === undefined || year === undefined) return undefined
  const day = of.replace(" ", "0")
  // A year of two digits is one from 1970 to 2069.
  const century = year.length === 4 ? "" : year < "70" ? "20" : "19"
  const date = DateTime.make(`Thu, ${day} ${month} ${century}${year} ${time} GMT`)
  // The last of February rolls over into March.
  return Option.isSome(date) && DateTime.formatIso(date.value).includes(`-${day}T`)
    ? DateTime.toEpochMillis(date.value)
    : undefined
}
