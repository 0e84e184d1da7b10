/**
 * The names of the months as a language writes them, long, short and in three letters.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

const styles: ReadonlyArray<Intl.DateTimeFormatOptions> = [
  { month: "long" },
  { month: "short" },
  // In many languages a month has another form beside its day.
  { month: "long", day: "numeric" },
  { month: "short", day: "numeric" },
]

const plain = (name: string) => name.toLowerCase().replace(/\.$/, "")

const middleOf = (month: number) => DateTime.toEpochMillis(DateTime.makeUnsafe({ year: 2027, month, day: 15 }))

const namesIn = (locale: string): ReadonlyMap<string, number> => {
  const named = new Map<string, number>()
  const short = new Map<string, Array<number>>()
  for (const style of styles) {
    const format = new Intl.DateTimeFormat(locale, { ...style, timeZone: "UTC" })
    for (let month = 1; month <= 12; month++) {
      const found = format.formatToParts(middleOf(month)).find(({ type }) => type === "month")
      if (found === undefined) continue
      const name = plain(found.value)
      named.set(name, month)
      const start = name.slice(0, 3)
      short.set(start, [...(short.get(start) ?? []), month])
    }
  }
  for (const [start, months] of short) if (new Set(months).size === 1 && !named.has(start)) named.set(start, months[0]!)
  return named
}

/** What ICU does not say: how the British shorten September, and Excel the German March. */
const others: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map([
  ["en", new Map([["sept", 9]])],
  ["de", new Map([["mrz", 3]])],
])

const supported = Option.liftThrowable((locale: string) => Intl.DateTimeFormat.supportedLocalesOf(locale))

/** Whether the runtime knows the language. */
export const isLocale = (locale: string): boolean => Option.exists(supported(locale), ({ length }) => length > 0)

/** The number of a month by its name in English or in the language of a locale, which goes before. */
export const monthOf = (locale: string | undefined): ((name: string) => string | undefined) => {
  let names: ReadonlyMap<string, number> | undefined
  return (name) => {
    names ??= new Map(
      ["en", ...(locale === undefined ? [] : [locale])].flatMap((language) => [
        ...namesIn(language),
        ...(others.get(language.slice(0, 2)) ?? []),
      ]),
    )
    const month = names.get(plain(name))
    return month === undefined ? undefined : String(month)
  }
}
