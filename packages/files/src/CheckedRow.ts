/**
 * A row after it was read as an account and checked.
 *
 * @since 0.1.0
 */
import { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Schema from "effect/Schema"
import { Problem } from "./Problem.ts"
import { SourceRow } from "./SourceRow.ts"

interface Place {
  /** Counts the rows of data from 1. */
  readonly row: number
  /** The line it starts on, from 1; `undefined` where lines mean nothing. */
  readonly line?: number | undefined
  /** The row as the source holds it. */
  readonly source: SourceRow
}

/**
 * A row that may be sent. Its warnings keep nothing from being sent.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Valid extends Place {
  readonly _tag: "Valid"
  readonly account: NewAccount
  readonly warnings: ReadonlyArray<Problem>
}

/**
 * A row that may not be sent, and why.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Invalid extends Place {
  readonly _tag: "Invalid"
  /** The id of its account, where it names one. */
  readonly id?: string | undefined
  /** Every error of the row; never empty. */
  readonly problems: ReadonlyArray<Problem>
}

const place = { row: Schema.Int, line: Schema.optional(Schema.Int), source: SourceRow }

/**
 * A row that may be sent, or one that may not and why.
 *
 * **Example** (A row that goes to another process)
 *
 * ```ts
 * import { CheckedRow } from "@effect-aptrinsic/files"
 * import { Schema } from "effect"
 *
 * const account = { id: "0042", name: "Duff Brewery", propertyKeys: ["AP-1-2"] }
 * const source = { _tag: "Object", row: 1, value: account } as const
 * const wire = Schema.fromJsonString(Schema.toCodecJson(CheckedRow.CheckedRow))
 *
 * const sent = Schema.encodeSync(wire)({ _tag: "Valid", row: 1, source, account, warnings: [] })
 * const received = Schema.decodeSync(wire)(sent)
 * console.log(received._tag === "Valid" && received.account.name) // Duff Brewery
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const CheckedRow = Schema.Union([
  Schema.TaggedStruct("Valid", { ...place, account: NewAccount, warnings: Schema.Array(Problem) }),
  Schema.TaggedStruct("Invalid", {
    ...place,
    id: Schema.optional(Schema.String),
    problems: Schema.Array(Problem),
  }),
]) satisfies Schema.Schema<CheckedRow>
/**
 * A row that may be sent, or one that may not and why.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CheckedRow = Valid | Invalid

/**
 * Whether a row may be sent.
 *
 * **Example** (The accounts of a file)
 *
 * ```ts
 * import { Check, CheckedRow, Mapping, Source } from "@effect-aptrinsic/files"
 * import { Effect, Stream } from "effect"
 *
 * const file = "id,name,propertyKeys\n1,Duff,AP-1-2\n2,,AP-1-2\n"
 *
 * const program = Effect.gen(function* () {
 *   const source = yield* Source.open(Stream.make(new TextEncoder().encode(file)))
 *   const mapping = yield* Effect.fromResult(Mapping.make())
 *   const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
 *   return yield* source.rows.pipe(Check.check(reader), Stream.filter(CheckedRow.isValid), Stream.runCollect)
 * })
 *
 * const valid = await Effect.runPromise(program)
 * console.log(valid.map(({ account }) => account.name)) // [ 'Duff' ]
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isValid = (row: CheckedRow): row is Valid => row._tag === "Valid"

/**
 * Whether a row may not be sent.
 *
 * **Example** (The rows to correct)
 *
 * ```ts
 * import { Check, CheckedRow, Mapping, Source } from "@effect-aptrinsic/files"
 * import { Effect, Stream } from "effect"
 *
 * const file = "id,name,propertyKeys\n1,Duff,AP-1-2\n2,,AP-1-2\n"
 *
 * const program = Effect.gen(function* () {
 *   const source = yield* Source.open(Stream.make(new TextEncoder().encode(file)))
 *   const mapping = yield* Effect.fromResult(Mapping.make())
 *   const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
 *   return yield* source.rows.pipe(Check.check(reader), Stream.filter(CheckedRow.isInvalid), Stream.runCollect)
 * })
 *
 * const invalid = await Effect.runPromise(program)
 * console.log(invalid.map(({ line }) => line)) // [ 3 ]
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isInvalid = (row: CheckedRow): row is Invalid => row._tag === "Invalid"
