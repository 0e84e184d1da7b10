/**
 * Builds the account of `accounts create` from its file and its flags, and finds everything that is wrong with it before anything is
 * sent. The library decides what a field may hold; here texts become values of their fields' types.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import { type AccountField, fields } from "@effect-aptrinsic/core/AccountFields"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { exitCodes, Failure, type Problem, usage } from "./Failure.ts"
import * as InputText from "./InputText.ts"
import * as JsonText from "./JsonText.ts"

/** An object under construction. Its prototype is `null`, so no name in it means anything to JavaScript. */
type Draft = { [name: string]: Schema.Json | Draft }

const fieldByPath = new Map(fields.map((field) => [field.path, field]))
const order = new Map(fields.map((field, index) => [field.path, index]))
const forbidden = new Set(["__proto__", "constructor", "prototype"])

const quote = (text: string) => visible(JSON.stringify(text), 80)

const isDate = (field: AccountField) => field.format === "int64"

const compactDay = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/

/** A date as milliseconds: the number itself, `2027-01-31` (midnight UTC) or a time with its zone. */
const parseDate = (text: string): Result.Result<number, string> => {
  // Milliseconds of one morning in 1970, or a day without its dashes.
  if (compactDay.test(text)) return Result.fail("could be a day or a number; write a day as 2027-01-31")
  if (/^-?\d+$/.test(text)) return Result.succeed(Number(text))
  const match = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text)
  const [, day, zone] = match ?? []
  if (day !== undefined && text !== day && zone === undefined) {
    return Result.fail("has no time zone; add Z for UTC, or +02:00")
  }
  const midnight = DateTime.make(`${day}T00:00:00Z`)
  const time = text === day ? midnight : DateTime.make(text)
  // JavaScript takes 30 February for 2 March.
  const isReal = Option.exists(midnight, (date) => DateTime.formatIso(date).startsWith(day!))
  if (match === null || !isReal || Option.isNone(time)) {
    return Result.fail("is not a date; write 2027-01-31, 2027-01-31T09:00:00Z or epoch milliseconds")
  }
  return Result.succeed(DateTime.toEpochMillis(time.value))
}

/** A value of `customAttributes`: a JSON scalar if that is what it says and no digit is lost, else the text itself. */
export const parseAttribute = (text: string): Schema.Json => {
  const json = JsonText.parse(text)
  if (text !== text.trim() || Result.isFailure(json)) return text
  const value = json.success
  if (typeof value === "object" && value !== null) return text
  if (typeof value !== "number" || /^-?\d+$/.test(text)) return value
  // 17 significant digits tell any double from its neighbours; what has more, or vanishes, is not one.
  const digits = text.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "")
  const isDouble = Number.isFinite(value) && (value !== 0 || digits === "") && digits.length <= 17
  return isDouble ? value : text
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

const convert = (field: AccountField, text: string): Result.Result<Schema.Json, string> => {
  if (isDate(field)) return Result.mapError(parseDate(text), (problem) => `${quote(text)} ${problem}`)
  switch (field.type) {
    case "integer":
      return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))
        ? Result.succeed(Number(text))
        : Result.fail(`${quote(text)} is not a whole number`)
    case "number":
      return decimal.test(text) ? Result.succeed(Number(text)) : Result.fail(`${quote(text)} is not a number`)
    case "array":
      return Result.succeed(text.split(",").map((part) => part.trim()))
    case "object":
      return Result.fail(`has names of its own; write ${field.path}.NAME=VALUE`)
    case "string":
      return Result.succeed(text)
  }
}

const groups = new Set(
  fields.flatMap(({ path }) => path.split(".").map((_, index, parts) => parts.slice(0, index).join("."))),
)

/** `FIELD=VALUE`, split at the first `=`. */
const split = (assignment: string) => {
  const at = assignment.indexOf("=")
  return at < 1
    ? Effect.fail(
        usage(
          `--set ${visible(assignment, 60)}: write FIELD=VALUE.`,
          "See 'aptrinsic accounts fields' for the fields.",
        ),
      )
    : Effect.succeed([assignment.slice(0, at), assignment.slice(at + 1)] as const)
}

const put = (draft: Draft, path: ReadonlyArray<string>, value: Schema.Json): void => {
  const [name, ...rest] = path as [string, ...Array<string>]
  if (rest.length === 0) {
    draft[name] = value
    return
  }
  const existing = draft[name]
  const child: Draft =
    typeof existing === "object" && existing !== null && !Array.isArray(existing)
      ? Object.assign(Object.create(null), existing)
      : Object.create(null)
  draft[name] = child
  put(child, rest, value)
}

/** Names that JavaScript gives a meaning, anywhere in what was read. */
const forbiddenNames = (value: Schema.Json, path: string): ReadonlyArray<Problem> => {
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, child]) => {
    const field = path === "" ? name : `${path}.${name}`
    return forbidden.has(name)
      ? [{ field: visible(field, 120), message: "is a name that is not allowed" }]
      : forbiddenNames(child, field)
  })
}

export interface Given {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly set: ReadonlyArray<string>
  readonly file: string | undefined
  /** Product keys of the flags, which override those of the file. */
  readonly productKeys: ReadonlyArray<string> | undefined
  /** Product keys to fall back on. */
  readonly defaultProductKeys: ReadonlyArray<string> | undefined
}

export interface Input {
  readonly account: NewAccount
  /** Dates that were written as such: the field, what was written, what will be sent. */
  readonly dates: ReadonlyArray<readonly [field: string, written: string, sent: number]>
}

const invalid = (problems: ReadonlyArray<Problem>, hints: ReadonlyArray<string> = []) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code: "invalid",
    message: "The account is not valid. Nothing was sent.",
    problems,
    hints,
  })

const readFile = Effect.fnUntraced(function* (file: string) {
  const label = InputText.label(file)
  const json = JsonText.parse(yield* InputText.read(file))
  if (Result.isFailure(json)) {
    const { line, column, message } = json.failure
    return yield* new Failure({
      exitCode: exitCodes.invalid,
      code: "invalid",
      message: `${label} is not valid JSON. Nothing was sent.`,
      problems: [{ field: `line ${line}, column ${column}`, message: visible(message) }],
      extra: { line, column },
    })
  }
  const value = json.success
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as { readonly [name: string]: Schema.Json }
  }
  const found = Array.isArray(value)
    ? `holds a list of ${value.length}`
    : `holds ${value === null ? "null" : `a ${typeof value}`}`
  return yield* new Failure({
    exitCode: exitCodes.invalid,
    code: "invalid",
    message: `${label} ${found}; this command creates one account. Nothing was sent.`,
    hints: ["Give it one JSON object with the fields of the account."],
  })
})

/** Reads, merges, converts and validates; fails with every problem at once. */
export const build = Effect.fn("AccountInput.build")(function* (given: Given) {
  const assignments = yield* Effect.forEach(given.set, split)
  const settings = [
    ...(given.id === undefined ? [] : [["id", given.id] as const]),
    ...(given.name === undefined ? [] : [["name", given.name] as const]),
    ...assignments,
  ]
  const twice = settings.find(([path], index) => settings.findIndex(([other]) => other === path) < index)
  if (twice !== undefined) return yield* usage(`${visible(twice[0], 60)} is given twice.`)
  if (given.productKeys !== undefined && settings.some(([path]) => path === "propertyKeys")) {
    return yield* usage("propertyKeys is given twice: with --set and with --product-key.")
  }

  const fromFile = given.file === undefined ? {} : yield* readFile(given.file)
  const problems: Array<Problem> = [...forbiddenNames(fromFile, "")]
  const dates: Array<Input["dates"][number]> = []
  const draft: Draft = Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(fromFile).filter(([name]) => !forbidden.has(name))),
  )
  if (given.productKeys !== undefined) draft["propertyKeys"] = given.productKeys
  else if (given.defaultProductKeys !== undefined) draft["propertyKeys"] ??= given.defaultProductKeys

  for (const [path, text] of settings) {
    const complain = (message: string) => problems.push({ field: visible(path, 120), message })
    const parts = path.split(".")
    const field = fieldByPath.get(path)
    if (parts.some((part) => forbidden.has(part))) complain("is a name that is not allowed")
    else if (path.startsWith("customAttributes.")) {
      put(draft, ["customAttributes", path.slice("customAttributes.".length)], parseAttribute(text))
    } else if (groups.has(path)) complain(`has fields of its own; write ${path}.FIELD=VALUE`)
    // The library knows the nearest name.
    else if (field === undefined) put(draft, parts, text)
    else {
      const converted = convert(field, text)
      if (Result.isFailure(converted)) complain(converted.failure)
      else put(draft, parts, converted.success)
      if (Result.isSuccess(converted) && isDate(field) && !/^-?\d+$/.test(text)) {
        dates.push([path, text, converted.success as number])
      }
    }
  }

  const validated = yield* Effect.result(AccountValidation.validate(draft))
  if (Result.isFailure(validated)) {
    const { reason } = validated.failure
    if (reason._tag === "InvalidAccount") {
      const known = new Set(problems.map(({ field }) => field))
      problems.push(
        ...reason.issues
          .filter(({ path }) => !known.has(path))
          .map(({ path, message }) => ({ field: path, message: visible(message) })),
      )
    }
  }
  if (problems.length > 0 || Result.isFailure(validated)) {
    const rank = ({ field }: Problem) => order.get(field) ?? order.get(field.replace(/\.\d+$/, "")) ?? fields.length
    const needsKey = problems.some(({ field }) => field === "propertyKeys")
    return yield* invalid(
      problems.toSorted((one, other) => rank(one) - rank(other)),
      needsKey ? ["Give the product's tag key with --product-key AP-…, APTRINSIC_PRODUCT_KEY or a profile."] : [],
    )
  }
  return { account: validated.success, dates } satisfies Input
})
