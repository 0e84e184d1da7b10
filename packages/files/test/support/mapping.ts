/** Mappings and the readers they give, for tests that expect them to be right. */
import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { SourceRow } from "@effect-aptrinsic/files/SourceRow"
import * as Result from "effect/Result"

export const cells = (...cells: ReadonlyArray<string>): SourceRow => ({ _tag: "Cells", row: 1, line: 2, cells })

export const mapping = (options?: MappingOptions) => Result.getOrThrow(Mapping.make(options))

export const required = ["id", "name", "propertyKeys"]

export const keys = { productKeys: ["AP-1"] }

export const reader = (columns: ReadonlyArray<string>, options?: MappingOptions) =>
  Result.getOrThrow(mapping(options).forColumns(columns))
