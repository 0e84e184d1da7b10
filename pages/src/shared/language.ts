/**
 * All pages are in English, whatever the language of the browser. The plots ask for it when they are loaded and fail with one that `Intl` refuses, as
 * that of the locale C, so this goes before them.
 */
Object.defineProperty(navigator, "language", { configurable: true, value: "en" })
