/**
 * Errors of the file system in words: the ones this package uses, for programs that read or write files beside an import.
 *
 * @since 0.1.0
 */

export { phraseOf } from "./internal/fileErrors.ts"
