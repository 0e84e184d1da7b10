/**
 * Everything that is doubtful about an account.
 */
import * as Predicate from "effect/Predicate"
import type { AccountPart } from "../../Account.ts"
import { type Shape, shape } from "../../AccountFields.ts"
import type { Code, Doubt } from "../../Doubt.ts"
import { doubtAt } from "./date.ts"
import { at, finding, quote } from "./doubt.ts"
import { doubtsOfLocation } from "./location.ts"
import { doubtOfDigits, doubtOfName, doubtOfText } from "./text.ts"

/** With such an id no system finds its account again. */
const seriousInId: ReadonlySet<Code> = new Set([
  "blank",
  "control_character",
  "spreadsheet_error",
  "spreadsheet_number",
  "spreadsheet_formula",
  "null_like",
])

const isSerious = (path: string, code: Code) => (path === "id" && seriousInId.has(code)) || code === "blank"

/** `update` is a path of the API itself; `.` and `..` vanish from every path. */
const unaddressable = new Set([".", "..", "update"])

const doubtOfKey = (key: string) =>
  key.startsWith("AP-")
    ? undefined
    : finding("product_key", `${quote(key)} is not like a product tag key`, "Write it as PX shows it: AP-XXXXXXXXXX-2.")

/** Looks at every text of an account, but not inside the lists and objects of custom attributes. */
const lookAtTexts = (doubts: Array<Doubt>, maps: ReadonlySet<string>, values: object, prefix = "") => {
  for (const name in values) {
    const value: unknown = values[name as never]
    if (typeof value === "string") {
      const doubt = doubtOfText(value)
      const path = `${prefix}${name}`
      if (doubt !== undefined) doubts.push(at(path, doubt, isSerious(path, doubt.code)))
    } else if (Predicate.isObject(value) && !maps.has(prefix.slice(0, -1))) {
      lookAtTexts(doubts, maps, value, `${prefix}${name}.`)
    }
  }
}

const lookAtNames = (doubts: Array<Doubt>, { id, name }: AccountPart) => {
  for (const [path, text] of [
    ["id", id],
    ["name", name],
  ] as const) {
    const doubt = text === undefined ? undefined : doubtOfName(text)
    if (doubt !== undefined) doubts.push(at(path, doubt, isSerious(path, doubt.code)))
  }
  if (id === undefined || !unaddressable.has(id)) return
  const message = `${quote(id)} cannot be looked up in PX: no URL carries it. When an answer is lost, nothing tells what became of the account`
  doubts.push(at("id", finding("unaddressable_id", message, "Give a new account another id."), false))
}

/** The number of digits that these numbers have, zeros included. */
const digits = [
  ["dunsNumber", 9],
  ["sicCode", 4],
] as const

const valueAt = (account: object, path: string): unknown =>
  path.split(".").reduce<unknown>((at, name) => (Predicate.isObject(at) ? at[name] : undefined), account)

const makeDoubts = ({ fields, maps }: Shape) => {
  const dates = fields.filter(({ format }) => format === "int64").map(({ path }) => path)
  return (account: AccountPart): ReadonlyArray<Doubt> => {
    const doubts: Array<Doubt> = []
    lookAtTexts(doubts, maps, account)
    for (const [index, key] of account.propertyKeys?.entries() ?? []) {
      const doubt = doubtOfText(key) ?? doubtOfKey(key)
      if (doubt !== undefined) doubts.push(at(`propertyKeys.${index}`, doubt, false))
    }
    lookAtNames(doubts, account)
    for (const path of dates) {
      const value = path.includes(".") ? valueAt(account, path) : account[path as never]
      const doubt = typeof value === "number" ? doubtAt(path, value) : undefined
      if (doubt !== undefined) doubts.push(doubt)
    }
    for (const [name, length] of digits) {
      const doubt = account[name] === undefined ? undefined : doubtOfDigits(account[name], length)
      if (doubt !== undefined) doubts.push(at(name, doubt, false))
    }
    if (account.website !== undefined && account.website !== "" && !account.website.includes(".")) {
      doubts.push(at("website", finding("website", `${quote(account.website)} is not the address of a website`), false))
    }
    if (account.numberOfEmployees !== undefined && account.numberOfEmployees < 0) {
      doubts.push(at("numberOfEmployees", finding("negative", `${account.numberOfEmployees} is negative`), false))
    }
    for (const [path, doubt] of account.location === undefined ? [] : doubtsOfLocation(account.location)) {
      doubts.push(at(path, doubt, false))
    }
    return doubts
  }
}

/** Made when it is first asked for: most programs never do. */
let made: ((account: AccountPart) => ReadonlyArray<Doubt>) | undefined

export const doubtsOf = (account: AccountPart): ReadonlyArray<Doubt> => (made ??= makeDoubts(shape))(account)
