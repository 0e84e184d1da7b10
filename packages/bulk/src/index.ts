/**
 * Files of Gainsight PX accounts: read, mapped, checked and imported.
 *
 * @since 0.1.0
 */
export * as BulkAccounts from "./BulkAccounts.ts"
export * as CheckedRow from "./CheckedRow.ts"
export * as ImportHalted from "./ImportHalted.ts"
export * as Importer from "./Importer.ts"
export * as Journal from "./Journal.ts"
export * as JournalFile from "./JournalFile.ts"
export * as Problem from "./Problem.ts"
export * as RowOutcome from "./RowOutcome.ts"
export * as Source from "./Source.ts"
export * as SourceError from "./SourceError.ts"
export * as SourceRow from "./SourceRow.ts"
export * as TextEncoding from "./TextEncoding.ts"
