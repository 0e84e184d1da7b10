/**
 * Which column gives which field, and the reading of a row by it.
 *
 * @since 0.1.0
 */
import { shape } from "@effect-aptrinsic/core/AccountFields"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import * as Conversion from "./Conversion.ts"
import { languagesFor, type Wanted } from "./internal/conversion/languages.ts"
import { languageOf } from "./internal/mapping/columnNames.ts"
import { complete, type Completed } from "./internal/mapping/complete.ts"
import { constantsOf } from "./internal/mapping/constants.ts"
import type { Contract } from "./internal/mapping/draft.ts"
import { problem } from "./internal/mapping/flags.ts"
import { matchColumns } from "./internal/mapping/matchColumns.ts"
import { makeMatches, type PassedOver } from "./internal/mapping/matches.ts"
import { makeCellsReader } from "./internal/mapping/readCells.ts"
import { makeObjectReader } from "./internal/mapping/readObject.ts"
import type { MappingProblem, RowReader, Target } from "./internal/mapping/target.ts"
import { makeTargets, type Targets } from "./internal/mapping/targets.ts"
import type { MappingOptions } from "./MappingOptions.ts"

export type { Wanted } from "./internal/conversion/languages.ts"
export type { Completed } from "./internal/mapping/complete.ts"
export type { PassedOver } from "./internal/mapping/matches.ts"
export type { MappingProblem, ReadColumn, Reading, RowReader, Settled, Target } from "./internal/mapping/target.ts"

/**
 * The columns do not give accounts, or the options contradict them. Nothing was read but the header.
 *
 * @since 0.1.0
 */
export class MappingError extends Data.TaggedError("MappingError")<{
  readonly problems: ReadonlyArray<MappingProblem>
}> {
  override get message() {
    return this.problems.map(({ message, subject }) => `${subject} ${message}`).join("; ")
  }
}

/**
 * A mapping, not yet applied to columns.
 *
 * @since 0.1.0
 */
export interface Mapping {
  /** Applies it to the header of a table. Fails with every column that matches nothing, and every required field without one. */
  readonly forColumns: (columns: ReadonlyArray<string>) => Result.Result<RowReader, MappingError>
  /** Applies it to objects, whose keys are matched as they come. */
  readonly forObjects: () => RowReader
  /** These options with each of these columns in them, as a skeleton to edit, and the columns that match nothing. */
  readonly completed: (columns: ReadonlyArray<string>) => Completed
  /** Those of all columns, or keys, of a file that are passed over because they are standard where it comes from. */
  readonly passedOver: (columns: ReadonlyArray<string>) => PassedOver | undefined
  /**
   * The values of `locale` under each of which all these texts can be read, one for each way to read them; none where other options say as much in
   * as few words. `columns` are all of the file, whose names may show its language.
   */
  readonly languages: (texts: ReadonlyArray<Wanted>, columns: ReadonlyArray<string>) => ReadonlyArray<string>
}

/** The targets of the columns that flags name. */
const declare = (columns: MappingOptions["columns"] = {}, { named }: Targets) => {
  const problems: Array<MappingProblem> = []
  const declared = new Map<string, Target>()
  for (const [column, path] of Object.entries(columns)) {
    const target = named(path)
    if (Result.isSuccess(target)) declared.set(column, target.success)
    else problems.push(problem(path, target.failure))
  }
  return { declared, problems }
}

/**
 * A mapping from its options. Fails with everything that is wrong with them: a field that does not exist, a format that cannot be read,
 * a constant that no account may have.
 *
 * **Details**
 *
 * A column matches the field of its name, whatever its case, spaces and punctuation, and the names that exports of common CRMs use
 * (`Billing City`); `customAttributes.NAME` is a custom attribute, `customAttributes.NAME:date` one of this type. Columns that begin with `_`
 * are passed over, and without `unmapped` so are the standard columns of exports of Salesforce and HubSpot that have no field. A field is given by
 * one column or by a constant, never by both. Fields, groups and ranges are those of `contract`.
 *
 * @since 0.1.0
 */
export const make = (
  options: MappingOptions = {},
  contract: Contract = { shape, check: AccountValidation.check },
): Result.Result<Mapping, MappingError> => {
  const conversion = Conversion.make(options)
  if (Result.isFailure(conversion)) {
    return Result.fail(new MappingError({ problems: [problem(conversion.failure.flag, conversion.failure.message)] }))
  }
  const targets = makeTargets(conversion.success, contract.shape)
  const { declared, problems } = declare(options.columns, targets)
  const constants = constantsOf(options, targets, contract)
  if (Result.isFailure(constants) || problems.length > 0) {
    const more = Result.isFailure(constants) ? constants.failure : []
    return Result.fail(new MappingError({ problems: [...problems, ...more] }))
  }

  const ignored = new Set(options.ignore)
  const matches = makeMatches(options.unmapped, { declared, ignored }, targets)
  const productKeys = options.productKeys ?? []
  const reading = { contract, base: constants.success.base, conversion: conversion.success, productKeys }
  const set = new Set(constants.success.paths)
  if (productKeys.length > 0) set.add("propertyKeys")

  const named = [...declared.keys(), ...ignored]

  return Result.succeed({
    forColumns: (columns) => {
      const { found, problems } = matchColumns(columns, {
        fields: contract.shape.fields,
        ...matches.ofColumns(columns),
        named,
        constants: constants.success.paths,
        given: set,
      })
      return problems.length > 0
        ? Result.fail(new MappingError({ problems }))
        : Result.succeed(makeCellsReader(found, reading, columns))
    },
    forObjects: () => makeObjectReader(matches, named, reading),
    completed: (columns) =>
      complete(columns, options, { fields: contract.shape.fields, taken: set, ...matches.ofColumns(columns) }),
    passedOver: matches.passedOver,
    languages: (texts, columns) =>
      languagesFor(texts, options, { encoding: options.file?.encoding, preferred: languageOf(columns) }),
  })
}

/**
 * The reader of the rows that a first reading of all of them has settled: each column of a custom attribute without a declared type gets the
 * one type that all its cells have.
 *
 * **Details**
 *
 * A column is of numbers when each cell is a number that is written back as it stood, under the marks of the file; of `true` and `false`, or of
 * dates in a declared format, when all cells are; a cell that a workbook says is a number or a date is one. A zero in front, `1.10` or more digits than a number keeps make it text, and so does
 * anything else.
 *
 * Fails with `MappingError`: columns with numbers beside words, keys of objects that match no field, columns and keys that a flag names and no
 * row has.
 *
 * @since 0.1.0
 */
export const settle = (reader: RowReader): Result.Result<RowReader, MappingError> => {
  const settled = reader.settle()
  return settled.problems.length > 0
    ? Result.fail(new MappingError({ problems: settled.problems }))
    : Result.succeed(settled.reader)
}
