/**
 * Builds the account of a command about one account from its file and its flags, and finds everything that is wrong with it before anything is
 * sent. The library decides what a field may hold; here texts become values of their fields' types.
 */
import { NewAccount } from "@effect-aptrinsic/core/Account"
import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { Operation, WriteOperation } from "@effect-aptrinsic/core/Outcome"
import * as FieldText from "@effect-aptrinsic/files/internal/shared/fieldText"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { exitCodes, Failure, type Problem, usage } from "../output/Failure.ts"
import { table } from "../output/Output.ts"
import * as InputText from "./InputText.ts"
import * as JsonText from "./JsonText.ts"

/** An object under construction. Its prototype is `null`, so no name in it means anything to JavaScript. */
type Draft = { [name: string]: Schema.Json | Draft }

const dates = new Set(fields.flatMap(({ format, path }) => (format === "int64" ? [path] : [])))
const order = new Map(fields.map((field, index) => [field.path, index]))
const forbidden = new Set(["__proto__", "constructor", "prototype"])

/** Texts as a column without formats has them. */
const readText = Result.getOrThrow(FieldText.make())

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

/** The name of a custom attribute may hold dots. */
const partsOf = (path: string): ReadonlyArray<string> => {
  const [, attribute] = /^customAttributes\.(.*)$/s.exec(path) ?? []
  return attribute === undefined ? path.split(".") : ["customAttributes", attribute]
}

/** No value takes away what the file gives. */
const put = (draft: Draft, path: ReadonlyArray<string>, value: Schema.Json | undefined): void => {
  const [name, ...rest] = path as [string, ...Array<string>]
  if (rest.length === 0) {
    if (value === undefined) delete draft[name]
    else draft[name] = value
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
  /** Whether an account that exists is changed: product keys that nobody asked for would replace its own. */
  readonly mayChange?: boolean | undefined
}

export interface Input<Account> {
  readonly account: Account
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

const readFile = Effect.fnUntraced(function* (file: string, { verb }: Operation) {
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
    message: `${label} ${found}; this command ${verb}s one account. Nothing was sent.`,
    hints: ["Give it one JSON object with the fields of the account."],
  })
})

const keyHint = "Give the product's tag key with --product-key AP-…, APTRINSIC_PRODUCT_KEY or a profile."
const changingKeyHint =
  "Give the product's tag key with --product-key AP-…. That of APTRINSIC_PRODUCT_KEY or of a profile is not taken here: it would replace those of an account that exists."

/** Reads, merges, converts and validates as an operation takes it; fails with every problem at once. */
export const build = Effect.fn("AccountInput.build")(function* <O extends WriteOperation>(given: Given, operation: O) {
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

  const fromFile = given.file === undefined ? {} : yield* readFile(given.file, operation)
  const problems: Array<Problem> = [...forbiddenNames(fromFile, "")]
  const written: Array<Input<never>["dates"][number]> = []
  const draft: Draft = Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(fromFile).filter(([name]) => !forbidden.has(name))),
  )
  if (given.productKeys !== undefined) draft["propertyKeys"] = given.productKeys
  else if (given.defaultProductKeys !== undefined) draft["propertyKeys"] ??= given.defaultProductKeys

  for (const [path, text] of settings) {
    const assigned = readText(path, text)
    if (Result.isFailure(assigned)) {
      problems.push({ field: visible(path, 120), message: assigned.failure.message })
      continue
    }
    const { path: field, value } = assigned.success
    if (value === undefined && operation.isPartial) {
      problems.push({ field: visible(path, 120), message: "is empty, which changes nothing: no call clears a field" })
    }
    put(draft, partsOf(field), value)
    if (dates.has(field) && typeof value === "number" && !/^-?\d+$/.test(text)) written.push([field, text, value])
  }

  const validated = AccountValidation.make(NewAccount, operation).check(draft)
  if (Result.isFailure(validated)) {
    const known = new Set(problems.map(({ field }) => field))
    problems.push(
      ...validated.failure
        .filter(({ path }) => !known.has(path))
        .map(({ path, message }) => ({ field: path, message: visible(message) })),
    )
  }
  if (problems.length > 0 || Result.isFailure(validated)) {
    const rank = ({ field }: Problem) => order.get(field) ?? order.get(field.replace(/\.\d+$/, "")) ?? fields.length
    const needsKey = problems.some(({ field }) => field === "propertyKeys")
    return yield* invalid(
      problems.toSorted((one, other) => rank(one) - rank(other)),
      needsKey ? [given.mayChange === true ? changingKeyHint : keyHint] : [],
    )
  }
  return { account: validated.success, dates: written }
})

const isoDate = (milliseconds: number) =>
  Option.match(DateTime.make(milliseconds), { onNone: () => String(milliseconds), onSome: DateTime.formatIso })

/** How dates were understood, as notes. */
export const understood = (dates: Input<never>["dates"]): ReadonlyArray<string> =>
  table(dates.map(([field, written, sent]) => [field, `${written} is ${isoDate(sent)} (${sent})`] as const))
