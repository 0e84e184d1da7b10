/**
 * Imports of Gainsight PX accounts as durable jobs, and one rate budget for all who share a key.
 *
 * @since 0.1.0
 */
export * as Database from "./Database.ts"
export * as JobError from "./JobError.ts"
export * as JournalSql from "./JournalSql.ts"
export * as RateBudget from "./RateBudget.ts"
