/**
 * Files of Gainsight PX accounts: read, mapped and checked, row by row.
 *
 * @since 0.1.0
 */
export * as Check from "./Check.ts"
export * as CheckedRow from "./CheckedRow.ts"
export * as Conversion from "./Conversion.ts"
export * as DifferingRows from "./DifferingRows.ts"
export * as Duplicates from "./Duplicates.ts"
export * as FailedRows from "./FailedRows.ts"
export * as FieldText from "./FieldText.ts"
export * as Format from "./Format.ts"
export * as Mapping from "./Mapping.ts"
export * as MappingOptions from "./MappingOptions.ts"
export * as Preview from "./Preview.ts"
export * as Problem from "./Problem.ts"
export * as ProblemGroups from "./ProblemGroups.ts"
export * as Source from "./Source.ts"
export * as SourceError from "./SourceError.ts"
export * as SourceRow from "./SourceRow.ts"
export * as TextEncoding from "./TextEncoding.ts"
export * as Warnings from "./Warnings.ts"
