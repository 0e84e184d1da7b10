import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as Conversion from "@effect-aptrinsic/files/internal/shared/conversion"
import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"

const read = (path: string, text: string, formats: Conversion.Formats) => {
  const field = fields.find((field) => field.path === path)!
  const value = Result.getOrThrow(Conversion.make({ timeZone: "UTC", ...formats })).ofField(field)(text)
  return value instanceof Conversion.Unconvertible ? value.code : value
}

const [day, noon] = [Date.UTC(2027, 1, 3), Date.UTC(2027, 1, 3, 14, 5)]

describe("the language of a file", () => {
  it.effect.each<readonly [locale: string, text: string, number: unknown]>([
    ["de", "1.250,5", 1250.5],
    ["de", "1250.5", "not_a_number"],
    ["de-CH", "1’250.5", 1250.5],
    ["de-AT", "1 250,5", 1250.5],
    ["fr", "1\u202f250,5", 1250.5],
    ["en-US", "1,250.5", 1250.5],
    ["en", "1,250.5", 1250.5],
    ["en-US", "1.250,5", "not_a_number"],
    ["pt-BR", "1.250,5", 1250.5],
    ["ar", "1,250.5", 1250.5],
  ])("is %s, and says the marks of numbers: %s", ([locale, text, expected]) =>
    Effect.sync(() => assert.deepStrictEqual(read("location.coordinates.latitude", text, { locale }), expected)),
  )

  it.effect.each<readonly [locale: string, text: string, date: unknown]>([
    ["de", "03.02.2027", day],
    ["de", "3.2.27", day],
    ["de", "3.2.2027 14:05", noon],
    ["de", "03.02.2027, 14:05:00", noon],
    ["de", "3. Februar 2027", day],
    ["de", "3/2/2027", "not_a_date"],
    ["de", "31.02.2027", "not_a_date"],
    ["de", "2027-02-03", day],
    ["en-US", "2/3/2027", day],
    ["en-US", "02/03/2027 2:05 PM", noon],
    ["en-US", "2/3/2027 14:05", noon],
    ["en-US", "Feb 3, 2027", day],
    ["en-US", "13/2/2027", "not_a_date"],
    ["en-GB", "03/02/2027", day],
    ["en-GB", "3 February 2027", day],
    ["fr", "03/02/2027", day],
    ["fr", "3 févr. 2027", day],
    ["nl", "3-2-2027", day],
    ["cs", "3. 2. 2027", day],
    ["cs", "3.2.2027", day],
    ["ja", "2027/2/3", day],
    ["hu", "2027. 02. 03.", "not_a_date"],
    ["hu", "2027. 02. 03", day],
    ["bg", "3.02.2027", day],
  ])("is %s, and says the order of days: %s", ([locale, text, expected]) =>
    Effect.sync(() => assert.deepStrictEqual(read("renewalDate", text, { locale }), expected)),
  )

  it.effect("is English without a country, whose days and months change places, and says no order of them", () =>
    Effect.sync(() => {
      assert.strictEqual(read("renewalDate", "2/3/2027", { locale: "en" }), "not_a_date")
      assert.strictEqual(read("renewalDate", "Feb 3, 2027", { locale: "en" }), day)
    }),
  )

  it.effect("gives way to what is said of a single form", () =>
    Effect.sync(() => {
      const number = (text: string, formats: Conversion.Formats) => read("location.coordinates.latitude", text, formats)
      assert.strictEqual(number("1250.5", { locale: "de", decimal: "." }), 1250.5)
      assert.strictEqual(number("1 250,5", { locale: "de", grouping: " " }), 1250.5)
      assert.strictEqual(number("1,250.5", { locale: "de", grouping: ",", decimal: "." }), 1250.5)
      assert.strictEqual(read("renewalDate", "3/2/2027", { locale: "de", dates: ["D/M/YYYY"] }), day)
      assert.strictEqual(read("renewalDate", "3.2.2027", { locale: "de", dates: ["D/M/YYYY"] }), "not_a_date")
    }),
  )
})

/** The bytes of texts in code pages that have one byte for a character. */
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

const namesIn = (content: Uint8Array, size: number, options: Source.Options) =>
  Effect.gen(function* () {
    const chunks = Array.from({ length: Math.ceil(content.length / size) }, (_, at) =>
      content.subarray(at * size, (at + 1) * size),
    )
    const source = yield* Source.open(Stream.fromIterable(chunks).pipe(Stream.rechunk(1)), options)
    const rows = yield* Stream.runCollect(source.rows)
    return rows.map((row) => (row._tag === "Cells" ? row.cells[1] : row._tag))
  })

describe("a file of a language", () => {
  const utf8 = new TextEncoder()
  const long = `id,name\n${"1,Acme\n".repeat(20_000)}`

  it.effect.each<readonly [what: string, content: Uint8Array, locale: string, name: string]>([
    ["that is UTF-8", utf8.encode("id,name\n1,Müller\n"), "de", "Müller"],
    ["that is UTF-8 with a mark", utf8.encode("\ufeffid,name\n1,Müller\n"), "de", "Müller"],
    ["that is not UTF-8", bytes("id,name\n1,M\xfcller\n"), "de", "Müller"],
    ["that ends in a letter of its own", bytes("id,name\n1,Wei\xdf"), "de", "Weiß"],
    ["of Poland", bytes("id,name\n1,\xa3\xf3d\x9f\n"), "pl", "Łódź"],
    ["of Russia", bytes("id,name\n1,\xcc\xee\xf1\xea\xe2\xe0\n"), "ru", "Москва"],
    ["of Serbia in Cyrillic", bytes("id,name\n1,\xcd\xe8\xf8\n"), "sr", "Ниш"],
    ["of Serbia in Latin letters", bytes("id,name\n1,Ni\x9a\n"), "sr-Latn", "Niš"],
    ["of Japan", bytes("id,name\n1,\x93\x8c\x8b\x9e\n"), "ja", "東京"],
    ["of Taiwan", bytes("id,name\n1,\xa5\x78\xa5\x5f\n"), "zh-TW", "台北"],
    ["of China", bytes("id,name\n1,\xb1\xb1\xbe\xa9\n"), "zh-CN", "北京"],
  ])("%s is read, however its bytes fall into chunks", ([, content, locale, name]) =>
    Effect.gen(function* () {
      for (const size of [1, 2, 3, 1024]) {
        assert.deepStrictEqual(yield* namesIn(content, size, { locale }), [name])
      }
    }),
  )

  it.effect.each([1, 7, 4096])(
    "is read where the first letter of its own stands far behind, in chunks of %i bytes",
    (size) =>
      Effect.gen(function* () {
        const names = yield* namesIn(bytes(`${long}2,Wei\xdf & S\xf6hne\n`), size === 1 ? 50_001 : size * 1000 + 1, {
          locale: "de",
        })
        assert.strictEqual(names.at(-1), "Weiß & Söhne")
        const other = yield* namesIn(utf8.encode(`${long}2,Weiß\n`), size * 1000 + 1, { locale: "de" })
        assert.strictEqual(other.at(-1), "Weiß")
      }),
  )

  it.effect("is refused where UTF-8 and other bytes stand in one text", () =>
    Effect.gen(function* () {
      const content = bytes(`${long}2,M\xc3\xbcller\n3,M\xfcller\n`)
      const error = yield* Effect.flip(namesIn(content, 1024, { locale: "de" }))
      assert.strictEqual(error._tag === "SourceError" && error.kind, "Encoding")
    }),
  )

  it.effect("is in the encoding that is declared, and refused without a word about either", () =>
    Effect.gen(function* () {
      const content = bytes("id,name\n1,\xcc\xee\n")
      assert.deepStrictEqual(yield* namesIn(content, 1024, { locale: "de", encoding: "windows-1251" }), ["Мо"])
      assert.include((yield* Effect.flip(namesIn(content, 1024, {}))).message, "is not UTF-8 text: line 2")
    }),
  )
})
