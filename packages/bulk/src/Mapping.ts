/**
 * Which column gives which field, and the reading of a row by it.
 *
 * @since 0.1.0
 */
import { type AccountField, fields, nearest } from "@effect-aptrinsic/core/AccountFields"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Conversion from "./Conversion.ts"
import { known, normalize } from "./internal/columnNames.ts"
import { makeCellsReader } from "./internal/readCells.ts"
import { makeObjectReader } from "./internal/readObject.ts"
import type { MappingOptions } from "./MappingOptions.ts"
import type { Problem } from "./Problem.ts"
import type { SourceRow } from "./SourceRow.ts"

/**
 * One thing that is wrong with a mapping.
 *
 * @since 0.1.0
 */
export interface MappingProblem {
  /** The column, key, field or option it is about. */
  readonly subject: string
  /** A phrase that continues it. */
  readonly message: string
  /** Flags that would help, to paste; alternatives. */
  readonly flags: ReadonlyArray<string>
}

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
 * What a row says, before it is checked as an account.
 *
 * @since 0.1.0
 */
export interface Reading {
  readonly input: { readonly [name: string]: unknown }
  /** What could not be converted. */
  readonly problems: ReadonlyArray<Problem>
  /** Every value is of its field's type and in its range; only then need the account not be checked once more. */
  readonly certain: boolean
}

/**
 * Reads rows by a mapping.
 *
 * @since 0.1.0
 */
export interface RowReader {
  readonly read: (row: SourceRow) => Reading
  /** The column that gives a field, as the source names it. */
  readonly columnOf: (field: string) => string | undefined
  /** Keys of objects that match no field, each with the row it was first seen in; columns are matched before a row is read. */
  readonly unmatched: ReadonlyMap<string, number>
}

/**
 * Where a column's value goes: a field, or a custom attribute.
 *
 * @since 0.1.0
 */
export type Target =
  | { readonly _tag: "Field"; readonly field: AccountField; readonly convert: Conversion.Convert }
  | { readonly _tag: "Attribute"; readonly path: string; readonly name: string; readonly convert: Conversion.Convert }

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
}

const byPath = new Map(fields.map((field) => [field.path, field]))
const forbidden = new Set(["__proto__", "constructor", "prototype"])
const attributes = "customAttributes."
const attributeTypes = /^(.+):(text|number|boolean|date|json)$/

/** A text as one argument of a shell. */
const shell = (text: string) => (/^[\w.=:/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)

const camelCase = (name: string) =>
  name
    .replaceAll(/[^\p{L}\p{N}]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? "")
    .replace(/^./u, (first) => first.toLowerCase())

const isSkipped = (column: string) => column.startsWith("_")

const problem = (subject: string, message: string, ...flags: ReadonlyArray<string>): MappingProblem => ({
  subject: visible(subject, 80),
  message,
  flags,
})

const unmatched = (column: string): MappingProblem => {
  const near = nearest(column, byPath.keys())
  return problem(
    column,
    "does not match an account field",
    ...(near === undefined ? [] : [`--map ${shell(`${column}=${near}`)}`]),
    `--map ${shell(`${column}=${attributes}${camelCase(column)}`)}`,
    `--ignore ${shell(column)}`,
  )
}

/** The value every row begins with. */
const putConstant = (base: Record<string, unknown>, path: string, value: Schema.Json) => {
  const parts = path.startsWith(attributes) ? ["customAttributes", path.slice(attributes.length)] : path.split(".")
  let at = base
  for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>
  at[parts.at(-1)!] = value
}

/**
 * A mapping from its options. Fails with everything that is wrong with them: a field that does not exist, a format that is none.
 *
 * **Details**
 *
 * A column matches the field of its name, whatever its case, spaces and punctuation, and the names that exports of common CRMs use
 * (`Billing City`); `customAttributes.NAME` is a custom attribute. Columns that begin with `_` are passed over.
 *
 * @since 0.1.0
 */
export const make = (options: MappingOptions = {}): Result.Result<Mapping, MappingError> => {
  const problems: Array<MappingProblem> = []
  const conversion = Conversion.make(options)
  if (Result.isFailure(conversion)) {
    return Result.fail(new MappingError({ problems: [problem("A format", conversion.failure)] }))
  }
  const { isNull, ofAttribute, ofField } = conversion.success

  const targetOf = (path: string): Target | undefined => {
    if (path.split(".").some((part) => forbidden.has(part))) return undefined
    if (path.startsWith(attributes) && path.length > attributes.length) {
      const [, typed, type] = attributeTypes.exec(path) ?? []
      const convert = ofAttribute(type as Conversion.AttributeType | undefined)
      return { _tag: "Attribute", path: typed ?? path, name: (typed ?? path).slice(attributes.length), convert }
    }
    const field = byPath.get(path)
    return field === undefined ? undefined : { _tag: "Field", field, convert: ofField(field) }
  }

  const declared = new Map<string, Target>()
  for (const [column, path] of Object.entries(options.columns ?? {})) {
    const target = targetOf(path)
    if (target !== undefined) declared.set(column, target)
    else {
      const near = nearest(path, byPath.keys())
      const instead = near === undefined ? [] : [`--map ${shell(`${column}=${near}`)}`]
      problems.push(problem(path, "is not an account field", ...instead))
    }
  }
  const base: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(options.set ?? {})) {
    const target = targetOf(path)
    if (target === undefined) problems.push(problem(path, "is not an account field"))
    else putConstant(base, target._tag === "Field" ? path : target.path, value)
  }
  if (problems.length > 0) return Result.fail(new MappingError({ problems }))

  const ignored = new Set(options.ignore)
  const match = (column: string): Target | undefined => {
    const chosen = declared.get(column)
    if (chosen !== undefined) return chosen
    const exact = targetOf(column)
    if (exact !== undefined) return exact
    const path = known.get(normalize(column))
    return path === undefined ? undefined : targetOf(path)
  }
  const pathOf = (target: Target) => (target._tag === "Field" ? target.field.path : target.path)
  const reading = { base, isNull, productKeys: options.productKeys ?? [] }

  return Result.succeed({
    forColumns: (columns) => {
      const found: Array<{ readonly index: number; readonly column: string; readonly target: Target }> = []
      const problems: Array<MappingProblem> = []
      for (const [index, column] of columns.entries()) {
        if (ignored.has(column) || (isSkipped(column) && !declared.has(column))) continue
        const target = match(column)
        if (target === undefined) problems.push(unmatched(column))
        else found.push({ index, column, target })
      }
      for (const name of [...declared.keys(), ...ignored]) {
        if (columns.includes(name)) continue
        const near = nearest(name, columns)
        problems.push(
          problem(name, `is not a column${near === undefined ? "" : `; did you mean ${visible(near, 60)}?`}`),
        )
      }
      const sources = Map.groupBy(found, ({ target }) => pathOf(target))
      for (const [path, columns] of sources) {
        const [first, second] = columns
        if (second !== undefined) {
          const flags = [`--ignore ${shell(second.column)}`, `--ignore ${shell(first!.column)}`]
          problems.push(problem(second.column, `gives ${path}, as ${visible(first!.column, 60)} does`, ...flags))
        } else if (path in (options.set ?? {})) {
          problems.push(
            problem(first!.column, `gives ${path}, which is set for every row`, `--ignore ${shell(first!.column)}`),
          )
        }
      }
      for (const { path, required } of fields) {
        const isGiven = sources.has(path) || path in base || (path === "propertyKeys" && reading.productKeys.length > 0)
        const isOffered = problems.some(({ flags }) => flags.some((flag) => flag.includes(`=${path}`)))
        if (!required || isGiven || isOffered) continue
        problems.push(
          path === "propertyKeys"
            ? problem(path, "is required and no column gives it", "--product-key AP-…")
            : problem(path, "is required and no column gives it", `--map COLUMN=${path}`),
        )
      }
      return problems.length > 0
        ? Result.fail(new MappingError({ problems }))
        : Result.succeed(makeCellsReader(found, reading))
    },
    forObjects: () => makeObjectReader((key) => (ignored.has(key) || isSkipped(key) ? "ignored" : match(key)), reading),
  })
}

/**
 * The error for keys of objects that matched no field.
 *
 * @since 0.1.0
 */
export const unmatchedKeys = (keys: ReadonlyMap<string, number>): MappingError =>
  new MappingError({ problems: [...keys.keys()].map(unmatched) })
