/**
 * Why columns give no accounts: everything that is wrong with a mapping at once.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One thing that is wrong with a mapping.
 *
 * **Example** (A problem as data)
 *
 * ```ts
 * import { MappingError } from "@effect-aptrinsic/files"
 * import { Schema } from "effect"
 *
 * const problem = { subject: "Notes", message: "does not match an account field", flags: ["--ignore Notes"] }
 *
 * console.log(Schema.is(MappingError.MappingProblem)(problem)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const MappingProblem = Schema.Struct({
  /** The column, key, field or option it is about. */
  subject: Schema.String,
  /** A phrase that continues it. */
  message: Schema.String,
  /** Flags of `aptrinsic accounts import` that would help, to paste; alternatives. Each is an option of the mapping too. */
  flags: Schema.Array(Schema.String),
})
/** @since 0.1.0 */
export interface MappingProblem extends Schema.Schema.Type<typeof MappingProblem> {}

/**
 * The columns do not give accounts, or the options contradict them. Nothing was read but the header. A second try fails in the same way
 * until the options or the file change.
 *
 * **Example** (A column that matches nothing)
 *
 * ```ts
 * import { Mapping } from "@effect-aptrinsic/files"
 * import { Result } from "effect"
 *
 * const mapping = Result.getOrThrow(Mapping.make({ productKeys: ["AP-1-2"] }))
 * const reader = mapping.forColumns(["id", "name", "Remarks"])
 *
 * console.log(Result.isFailure(reader) && reader.failure.message) // Remarks does not match an account field
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class MappingError extends Schema.TaggedError<MappingError>()("MappingError", {
  /** All of them. */
  problems: Schema.Array(MappingProblem),
}) {
  /** Them as one sentence without its end. */
  override get message() {
    return this.problems.map(({ message, subject }) => `${subject} ${message}`).join("; ")
  }
}

/**
 * Whether a value is a `MappingError`.
 *
 * **Example** (Telling it from other causes)
 *
 * ```ts
 * import { MappingError } from "@effect-aptrinsic/files"
 *
 * console.log(MappingError.isMappingError(new Error("broken"))) // false
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isMappingError = (value: unknown): value is MappingError => value instanceof MappingError
