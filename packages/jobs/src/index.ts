/**
 * Imports of Gainsight PX accounts as durable jobs, and one rate budget for all who share a key.
 *
 * @since 0.1.0
 */
export * as ApiKeys from "./ApiKeys.ts"
export * as Database from "./Database.ts"
export * as ImportJob from "./ImportJob.ts"
export * as JobError from "./JobError.ts"
export * as JobMetrics from "./JobMetrics.ts"
export * as JobWorker from "./JobWorker.ts"
export * as JournalSql from "./JournalSql.ts"
export * as RateBudget from "./RateBudget.ts"
