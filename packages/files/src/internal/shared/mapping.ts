/**
 * The mapping as the command needs it: its application to columns and objects, the skeleton of one to edit, the languages that would help.
 * `Mapping` publishes the part for programs.
 */
import { AccountPart, NewAccount } from "@effect-aptrinsic/core/Account"
import { shape, shapeOf } from "@effect-aptrinsic/core/AccountFields"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import * as Result from "effect/Result"
import { MappingError, type MappingProblem } from "../../MappingError.ts"
import type { MappingOptions } from "../../MappingOptions.ts"
import { languagesFor, type Wanted } from "../conversion/languages.ts"
import { languageOf } from "../mapping/columnNames.ts"
import { complete, type Completed } from "../mapping/complete.ts"
import { constantsOf } from "../mapping/constants.ts"
import type { Contract } from "../mapping/draft.ts"
import { problem } from "../mapping/flags.ts"
import { matchColumns } from "../mapping/matchColumns.ts"
import { makeMatches, type PassedOver } from "../mapping/matches.ts"
import { makeCellsReader } from "../mapping/readCells.ts"
import { makeObjectReader } from "../mapping/readObject.ts"
import type * as Sealed from "../mapping/rowReader.ts"
import type { RowReader, Target } from "../mapping/target.ts"
import { makeTargets, type Targets } from "../mapping/targets.ts"
import * as Conversion from "./conversion.ts"

export type { Wanted } from "../conversion/languages.ts"
export type { Completed } from "../mapping/complete.ts"
export { ignore as ignoreFlag, map as mapFlag } from "../mapping/flags.ts"
export type { PassedOver } from "../mapping/matches.ts"
export type { Reading, RowReader, Settled } from "../mapping/target.ts"

/** A mapping, not yet applied to columns. */
export interface Mapping {
  /** Applies it to the header of a table, or to objects. Fails with every column that matches nothing, and every required field without one. */
  readonly forColumns: (columns: ReadonlyArray<string> | undefined) => Result.Result<RowReader, MappingError>
  /** Applies it to objects, whose keys are matched as they come. */
  readonly forObjects: () => RowReader
  /** These options with each of these columns in them, as a skeleton to edit, and the columns that match nothing. */
  readonly completed: (columns: ReadonlyArray<string>) => Completed
  readonly formsOf: Conversion.Conversion["formsOf"]
  /** The columns, or keys, of a file that are skipped because they are standard where it comes from. */
  readonly passedOver: (columns: ReadonlyArray<string>) => PassedOver | undefined
  /**
   * The values of `locale` under each of which all these texts can be read, one for each way to read them; none where other options say as much in
   * as few words. `columns` are all of the file, whose names may show its language.
   */
  readonly languages: (texts: ReadonlyArray<Wanted>, columns: ReadonlyArray<string>) => ReadonlyArray<string>
}

/** The problems as users know them. */
const failed = (problems: ReadonlyArray<MappingProblem>) =>
  Result.fail(
    new MappingError({ problems: problems.map(({ flags, message, subject }) => ({ subject, message, flags })) }),
  )

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
 * The contract of rows that change accounts: an id, and whatever they set. Their accounts may lack a name and product keys, whatever the type of
 * a checked row says; a plan says which of them would create an account and cannot.
 */
export const ofChanges: Contract = /* @__PURE__ */ (() => {
  const schema = AccountPart.mapFields((part) => ({ ...part, id: NewAccount.fields.id }))
  return { shape: shapeOf(schema), check: AccountValidation.make(schema).check as Contract["check"] }
})()

/** A mapping from its options. Fields, groups and ranges are those of `contract`. */
export const make = (
  options: MappingOptions = {},
  contract: Contract = { shape, check: AccountValidation.check },
): Result.Result<Mapping, MappingError> => {
  const conversion = Conversion.make(options)
  if (Result.isFailure(conversion)) {
    return failed([problem(conversion.failure.flag, conversion.failure.message)])
  }
  const targets = makeTargets(conversion.success, contract.shape)
  const { declared, problems } = declare(options.columns, targets)
  const constants = constantsOf(options, targets, contract)
  if (Result.isFailure(constants) || problems.length > 0) {
    const more = Result.isFailure(constants) ? constants.failure : []
    return failed([...problems, ...more])
  }

  const ignored = new Set(options.ignore)
  const matches = makeMatches(options.unmapped, { declared, ignored }, targets)
  const productKeys = options.productKeys ?? []
  const reading = { contract, base: constants.success.base, conversion: conversion.success, productKeys }
  const set = new Set(constants.success.paths)
  if (productKeys.length > 0) set.add("propertyKeys")

  const named = [...declared.keys(), ...ignored]
  const forObjects = () => makeObjectReader(matches, named, reading)

  return Result.succeed({
    forColumns: (columns) => {
      if (columns === undefined) return Result.succeed(forObjects())
      const { found, problems } = matchColumns(columns, {
        fields: contract.shape.fields,
        ...matches.ofColumns(columns),
        named,
        constants: constants.success.paths,
        given: set,
      })
      return problems.length > 0 ? failed(problems) : Result.succeed(makeCellsReader(found, reading, columns))
    },
    forObjects,
    completed: (columns) =>
      complete(columns, options, { fields: contract.shape.fields, taken: set, ...matches.ofColumns(columns) }),
    formsOf: conversion.success.formsOf,
    passedOver: matches.passedOver,
    languages: (texts, columns) =>
      languagesFor(texts, options, { encoding: options.file?.encoding, preferred: languageOf(columns) }),
  })
}

/** A reader as this package made it. */
export const opened = (reader: Sealed.RowReader): RowReader => reader as RowReader

/** The reader of rows that were all read once. */
export const settle = (reader: Sealed.RowReader): Result.Result<RowReader, MappingError> => {
  const settled = opened(reader).settle()
  return settled.problems.length > 0 ? failed(settled.problems) : Result.succeed(settled.reader)
}
