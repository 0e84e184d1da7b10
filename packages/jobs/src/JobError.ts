/**
 * What keeps jobs from being kept or told of.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A job cannot be taken, told of or run: `message` is a sentence that names it and the problem, `hint` the way out. The `kind` is one of
 *
 * - `Unavailable`: the database refuses or is away; the same again later may work
 * - `NewerSchema`: a later version of this package made its tables
 * - `Busy`: another process runs the jobs of this file
 * - `NotFound`: there is no job of this id
 * - `Conflict`: the id belongs to a job of other rows, or the job is not in a state in which this can be done
 * - `InvalidOptions`: an option does not work
 *
 * **Example** (Telling what to do)
 *
 * ```ts
 * import { JobError } from "@effect-aptrinsic/jobs"
 *
 * const error = new JobError.JobError({
 *   kind: "NotFound",
 *   message: "There is no job april.",
 *   hint: "See the jobs there are.",
 * })
 *
 * console.log(`${error.message} ${error.hint}`) // There is no job april. See the jobs there are.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class JobError extends Schema.TaggedError<JobError>()("JobError", {
  kind: Schema.Literals(["Unavailable", "NewerSchema", "Busy", "NotFound", "Conflict", "InvalidOptions"]),
  message: Schema.String,
  hint: Schema.String,
}) {}

/**
 * Tells the failure of a job from any other value.
 *
 * **Example** (Telling it from other failures)
 *
 * ```ts
 * import { JobError } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobError.isJobError({ _tag: "JobError" })) // false
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isJobError = (value: unknown): value is JobError => value instanceof JobError
