/**
 * Why there is no plan, or why one may not be carried out.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * There is no plan, or it may not be carried out: `message` says why, `hint` the way out. The `kind` is one of
 *
 * - `InvalidOptions`: an option does not work, such as a field that does not exist
 * - `Unavailable`: the disk refuses the file that holds what differs
 * - `TooManyChanges`: more accounts would be overwritten than the limits allow
 * - `TooManyCreates`: more accounts would be created than the limits allow
 *
 * **Example** (Telling an operator what to do)
 *
 * ```ts
 * import { Plan } from "@effect-aptrinsic/bulk"
 * import { Effect } from "effect"
 *
 * const counts = { create: 2, change: 900, unchanged: 100, incomparable: 0, fields: { plan: 900 } }
 * const error = await Effect.runPromise(Effect.flip(Plan.checkLimits(counts, { maxChangeShare: 0.2 })))
 *
 * console.log(error.message) // 900 of 1,000 accounts would be overwritten, 90 %; 20 % are allowed. Fields: plan 900.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class PlanError extends Schema.TaggedError<PlanError>()("PlanError", {
  kind: Schema.Literals(["InvalidOptions", "Unavailable", "TooManyChanges", "TooManyCreates"]),
  message: Schema.String,
  hint: Schema.String,
}) {}

/**
 * Tells that there is no plan from any other value.
 *
 * **Example** (Telling it from other failures)
 *
 * ```ts
 * import { PlanError } from "@effect-aptrinsic/bulk"
 *
 * console.log(PlanError.isPlanError(new Error("something else"))) // false
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isPlanError = (value: unknown): value is PlanError => value instanceof PlanError
