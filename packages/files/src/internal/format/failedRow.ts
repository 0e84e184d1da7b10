/**
 * What a file of failed rows says beside the row itself.
 */

/** Columns and keys that begin so are skipped by an import. */
export const place = "_line"
export const problem = "_problem"

/** What an earlier file of failed rows said takes the place of nothing. */
export const ours: ReadonlySet<string> = new Set([place, problem])

/** For the spreadsheets that take a text without one for another encoding, and for the import that is told the encoding of the source. */
export const mark = "\ufeff"
