/**
 * Files of Gainsight PX accounts: read, mapped and checked, row by row.
 *
 * @since 0.1.0
 */
export * as Check from "./Check.ts"
export * as CheckedRow from "./CheckedRow.ts"
export * as FailedRows from "./FailedRows.ts"
export * as Format from "./Format.ts"
export * as Mapping from "./Mapping.ts"
export * as MappingError from "./MappingError.ts"
export * as MappingOptions from "./MappingOptions.ts"
export * as Problem from "./Problem.ts"
export * as Source from "./Source.ts"
export * as SourceError from "./SourceError.ts"
export * as SourceRow from "./SourceRow.ts"
