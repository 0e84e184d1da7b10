/**
 * One problem of one field or option: where, a code for programs, words for people. The codes stand here once; `docs/codes.md` is printed
 * from them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A word for what is wrong with a field of an account or an option of the client.
 *
 * **Example** (Whether a text is a code)
 *
 * ```ts
 * import { FieldIssue } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(FieldIssue.Code)("out_of_range")) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Code = Schema.Literals([
  "required",
  "empty",
  "unknown_field",
  "wrong_type",
  "out_of_range",
  "broken_text",
  "not_json",
  "too_deep",
  "unreadable",
  "unaddressable_id",
  "not_set",
  "malformed",
  "insecure",
  "refused",
  "invalid",
])
/**
 * A word for what is wrong with a field of an account or an option of the client.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Code = typeof Code.Type

/**
 * What each code says.
 *
 * **Example** (What a code means)
 *
 * ```ts
 * import { FieldIssue } from "@effect-aptrinsic/core"
 *
 * console.log(FieldIssue.codes.unknown_field) // The contract has no field of this name.
 * ```
 *
 * @stability stable
 * @category constants
 * @since 0.1.0
 */
export const codes: { readonly [Name in Code]: string } = {
  required: "A field every account needs is missing.",
  empty: "A text or list that must hold something is empty.",
  unknown_field: "The contract has no field of this name.",
  wrong_type: "The value has another type than the field, or is null.",
  out_of_range: "A number is outside the range of its field or option.",
  broken_text: "A text holds a lone UTF-16 surrogate, which has no UTF-8 form.",
  not_json: "A value has no form in JSON: a Map, a function, a bigint, a hole in a list.",
  too_deep: "A value is nested more than 100 levels deep, or holds itself.",
  unreadable: "A property threw when it was read.",
  unaddressable_id: "No URL path carries the id, so the account cannot be looked up.",
  not_set: "A required option or variable is not set.",
  malformed: "An option or variable is not of the form it must have.",
  insecure: "An option would send the API key in the clear.",
  refused: "The server complained about the field; the words are its own.",
  invalid: "A value is not what the contract allows, for a reason that has no code of its own.",
}

/**
 * One problem of one field: the dotted path (`location.city`, `propertyKeys.0`, empty for the whole input), its code, and a phrase that
 * continues the path.
 *
 * **Example** (An issue as data)
 *
 * ```ts
 * import { FieldIssue } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const issue: FieldIssue.FieldIssue = { path: "location.city", code: "wrong_type", message: "must be text" }
 *
 * console.log(Schema.is(FieldIssue.FieldIssue)(issue)) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const FieldIssue = Schema.Struct({
  path: Schema.String,
  code: Code,
  message: Schema.String,
  /** The value that was wanted, as a noun: `a whole number from 0 to 100`. The message then says that the value is not one. */
  expected: Schema.optionalKey(Schema.String),
})
/** @since 0.1.0 */
export interface FieldIssue extends Schema.Schema.Type<typeof FieldIssue> {}

/**
 * Issues as one sentence without its end: `id must not be empty; plan is required`.
 *
 * **Example** (A sentence about two issues)
 *
 * ```ts
 * import { FieldIssue } from "@effect-aptrinsic/core"
 *
 * const id = { path: "id", code: "empty", message: "must not be empty" } as const
 * const name = { path: "name", code: "required", message: "is required" } as const
 *
 * console.log(FieldIssue.format([id, name])) // id must not be empty; name is required
 * ```
 *
 * @stability stable
 * @category formatting
 * @since 0.1.0
 */
export const format = (issues: ReadonlyArray<FieldIssue>): string =>
  issues.map(({ message, path }) => (path === "" ? message : `${path} ${message}`)).join("; ")
