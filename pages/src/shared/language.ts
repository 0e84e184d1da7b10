/**
 * All pages are in English, whatever the language of the browser. The plots ask for that as they are loaded, and fail where it is no language tag,
 * as with the locale C: this goes before them.
 */
Object.defineProperty(navigator, "language", { configurable: true, value: "en" })
