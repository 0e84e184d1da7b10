/**
 * Checks an account before anything is sent and says everything that is wrong with it at once.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { Location, NewAccount } from "./Account.ts"
import { fields, nearest } from "./AccountFields.ts"
import { AccountsError, type FieldIssue, InvalidAccount } from "./AccountsError.ts"
import { maxDepth } from "./internal/nesting.ts"
import { visible } from "./VisibleText.ts"

// The contract's own example writes the postal code as the number 94010 though it is typed string.
const PostalCode = Schema.Union([
  Location.fields.postalCode.schema,
  Schema.Finite.pipe(
    Schema.decodeTo(Schema.String, SchemaTransformation.transform({ decode: String, encode: Number })),
  ),
])

const Input = NewAccount.mapFields((account) => ({
  ...account,
  location: Schema.optionalKey(
    Location.mapFields((location) => ({ ...location, postalCode: Schema.optionalKey(PostalCode) })),
  ),
}))

const decode = Schema.decodeUnknownResult(Input, { errors: "all", onExcessProperty: "error" })

const expectations: Record<string, string> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  array: "a list",
  object: "an object",
}
const types = new Map(fields.map((field) => [field.path, field.type]))
const groups = ["location", "location.coordinates"]

const dotted = (path: ReadonlyArray<PropertyKey>) => path.map(String).join(".")

const valueAt = (input: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((value, key) => (Predicate.isObjectOrArray(value) ? value[key as never] : undefined), input)

const show = (value: unknown): string => {
  if (typeof value === "string") return visible(JSON.stringify(value), 60)
  if (typeof value === "number" || typeof value === "boolean" || Predicate.isNullish(value)) return String(value)
  return Array.isArray(value) ? "a list" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`
}

const wrongType = (path: string, value: unknown): string => {
  const type = types.get(path) ?? (groups.includes(path) ? "object" : "string")
  const expected = expectations[type]!
  if (value === null) return "must not be null; leave the field out"
  if (value === undefined) return "must not be undefined; leave the field out"
  const quoted = typeof value === "string" && type !== "string" && value.trim() !== "" && Number.isFinite(Number(value))
  if (quoted) return `${show(value)} is text, not ${expected}; remove the quotes`
  if (type === "string" && typeof value === "number") return `${show(value)} is a number, not text; put it in quotes`
  return `${show(value)} is not ${expected}`
}

const unknownField = (path: ReadonlyArray<PropertyKey>): string => {
  const parent = dotted(path.slice(0, -1))
  const prefix = parent === "" ? "" : `${parent}.`
  const siblings = [...types.keys(), ...groups].filter((field) => field.startsWith(prefix))
  const suggestion = nearest(
    String(path.at(-1)),
    siblings.map((field) => field.slice(prefix.length)),
  )
  if (suggestion !== undefined) return `is not an account field; did you mean ${prefix}${suggestion}?`
  return "is not an account field; values of your own go into customAttributes"
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => issue._tag,
})

const describe = (input: unknown, path: ReadonlyArray<PropertyKey>, problem: string): FieldIssue => {
  const field = dotted(path)
  const value = valueAt(input, path)
  const message = (): string => {
    switch (problem) {
      case "MissingKey":
        return "is required"
      case "UnexpectedKey":
        return unknownField(path)
      case "InvalidType":
        if (path[0] !== "customAttributes" || path.length === 1) return wrongType(field, value)
    }
    if (path[0] === "customAttributes") return `${show(value)} is not a JSON value`
    if (value === "") return "must not be empty"
    if (Array.isArray(value) && value.length === 0) return "must hold at least one product tag key"
    const expected = problem.replace(/^Expected /, "")
    return `${show(value)} is not ${Number.isInteger(value) ? expected : expected.replace(/ from .*/, "")}`
  }
  return { path: visible(field, 120), message: message() }
}

const hasUndefined = (input: object): boolean =>
  Object.values(input).some((value) => value === undefined || (Predicate.isObject(value) && hasUndefined(value)))

// `{ plan: undefined }` is how JavaScript says "no plan"; JSON would drop it as well.
const withoutUndefined = (input: object, path = ""): object =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const isGroup = groups.includes(`${path}${name}`) && Predicate.isObject(value)
        return [name, isGroup ? withoutUndefined(value, `${path}${name}.`) : value]
      }),
  )

const isDeeper = (value: unknown, levels: number): boolean =>
  Predicate.isObjectOrArray(value) &&
  (levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1)))

const invalid = (input: unknown, issues: ReadonlyArray<FieldIssue>) => {
  const id = valueAt(input, ["id"])
  return new AccountsError({
    operation: "create",
    ...(typeof id === "string" && id !== "" ? { accountId: id } : {}),
    outcome: "not created",
    attempts: 0,
    elapsed: 0,
    history: [],
    reason: new InvalidAccount({ issues }),
  })
}

/**
 * Checks an input of unknown origin against the contract, all fields at once, and returns it as it will be sent or everything that is
 * wrong with it: `validate` without an Effect, for a million rows in a loop.
 *
 * @since 0.1.0
 */
export const check = (input: unknown): Result.Result<NewAccount, ReadonlyArray<FieldIssue>> => {
  if (!Predicate.isObject(input)) {
    return Result.fail([{ path: "", message: `${show(input)} is not an object with the fields of an account` }])
  }
  if (isDeeper(input, maxDepth)) {
    const deep = Object.entries(input).find(([, value]) => isDeeper(value, maxDepth - 1))!
    return Result.fail([
      { path: visible(deep[0], 120), message: `is nested more than ${maxDepth} levels deep, or holds itself` },
    ])
  }
  const decoded = decode(hasUndefined(input) ? withoutUndefined(input) : input)
  if (Result.isSuccess(decoded)) return Result.succeed(decoded.success)
  const issues = new Map<string, FieldIssue>()
  for (const { path, message } of format(decoded.failure.issue).issues) {
    const issue = describe(input, (path ?? []) as ReadonlyArray<PropertyKey>, message)
    if (!issues.has(issue.path)) issues.set(issue.path, issue)
  }
  return Result.fail([...issues.values()])
}

/**
 * Checks an input of unknown origin against the contract, all fields at once, and returns it as it will be sent.
 *
 * **Details**
 *
 * A `location.postalCode` given as a number becomes text; a field that is `undefined` counts as left out. Unknown
 * fields are refused with the nearest name, since a misspelt field would be lost without a word. What the contract does
 * not forbid passes.
 *
 * Fails with the reason `InvalidAccount`.
 *
 * @since 0.1.0
 */
export const validate = (input: unknown): Effect.Effect<NewAccount, AccountsError> =>
  Effect.fromResult(Result.mapError(check(input), (issues) => invalid(input, issues)))
