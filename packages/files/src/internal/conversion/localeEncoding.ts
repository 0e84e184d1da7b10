/**
 * The encoding in which programs of a language write what is not UTF-8.
 */

// The HTML Standard's suggested default encodings, without those of the ISO: files come from Windows, whose code pages differ from them.
const encodings: Record<string, string> = {
  gbk: "zh-Hans",
  big5: "zh-Hant",
  "euc-kr": "ko",
  shift_jis: "ja",
  "windows-874": "th",
  "windows-1250": "bs cs hr hu pl ro sk sl sq sr-Latn",
  "windows-1251": "ba be bg kk ky mk ru sah sr tg tt uk",
  "windows-1253": "el",
  "windows-1254": "az ku tr",
  "windows-1255": "he",
  "windows-1256": "ar fa ur",
  "windows-1257": "et lt lv",
  "windows-1258": "vi",
}

const byLanguage = new Map(
  Object.entries(encodings).flatMap(([encoding, languages]) =>
    languages.split(" ").map((language) => [language, encoding] as const),
  ),
)

/** The encoding for a locale that the runtime knows. */
export const encodingOf = (locale: string): string => {
  const { language, script } = new Intl.Locale(locale).maximize()
  return byLanguage.get(`${language}-${script}`) ?? byLanguage.get(language) ?? "windows-1252"
}
