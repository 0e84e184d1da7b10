/**
 * Many Gainsight PX accounts at once: rows to known outcomes, journaled.
 *
 * @since 0.1.0
 */
export * as BulkAccounts from "./BulkAccounts.ts"
export * as Estimate from "./Estimate.ts"
export * as ImportHalted from "./ImportHalted.ts"
export * as ImportSummary from "./ImportSummary.ts"
export * as Importer from "./Importer.ts"
export * as Journal from "./Journal.ts"
export * as JournalFile from "./JournalFile.ts"
export * as JournalReader from "./JournalReader.ts"
export * as Plan from "./Plan.ts"
export * as PlanError from "./PlanError.ts"
export * as PlannedRow from "./PlannedRow.ts"
export * as Revert from "./Revert.ts"
export * as Row from "./Row.ts"
export * as RowHistory from "./RowHistory.ts"
export * as Run from "./Run.ts"
