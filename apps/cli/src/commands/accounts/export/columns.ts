/** The columns of an export, and the values of an account in them. */
import type { Account } from "@effect-aptrinsic/core/Account"
import { fields } from "@effect-aptrinsic/core/AccountFields"
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { AttributeType } from "@effect-aptrinsic/files/internal/shared/conversion"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { type Failure, usage } from "../../../output/Failure.ts"
import { isUnset, ownFields } from "../held.ts"

export interface Column {
  readonly header: string
  /** The names under which its value is found, from the account on. */
  readonly names: ReadonlyArray<string>
  /** How the values of a custom attribute are written. */
  readonly type?: AttributeType | undefined
}

const fieldColumn = (path: string): Column => ({ header: path, names: path.split(".") })

const paths = [...fields.map(({ path }) => path), ...ownFields]

/** Every field that an import takes. The custom attributes are one column of JSON: their names show only at the end of the list. */
const all: ReadonlyArray<Column> = fields.map(({ path }) => fieldColumn(path))

const attribute = /^customAttributes\.(.+?)(?::(text|number|boolean|date|json))?$/s

const columnOf = (header: string): Effect.Effect<Column, Failure> => {
  const [, name, type] = attribute.exec(header) ?? []
  if (name !== undefined) {
    // The expression has checked it.
    return Effect.succeed({ header, names: ["customAttributes", name], type: type as AttributeType | undefined })
  }
  if (paths.includes(header)) return Effect.succeed(fieldColumn(header))
  const near = nearest(header, paths)
  return usage(
    `--columns "${visible(header, 60)}" is not a field of an account.`,
    near === undefined ? "'aptrinsic accounts fields' lists them." : `Did you mean ${near}?`,
  )
}

/** The columns that a flag names. */
export const parse = (text: string | undefined): Effect.Effect<ReadonlyArray<Column>, Failure> => {
  if (text === undefined) return Effect.succeed(all)
  const headers = text.split(",").map((header) => header.trim())
  const twice = headers.find((header, at) => headers.indexOf(header) < at)
  if (twice !== undefined) return usage(`--columns names ${visible(twice, 60)} twice.`)
  return Effect.forEach(headers, columnOf)
}

const ownValue = (value: Schema.Json | undefined, name: string): Schema.Json | undefined =>
  Predicate.isObject(value) && Object.hasOwn(value, name) ? (value as Schema.JsonObject)[name] : undefined

/** The value of an account in a column; nothing where PX shows none. */
export const valueOf = (account: Account, { names }: Column): Schema.Json | undefined => {
  const value = names.reduce<Schema.Json | undefined>(ownValue, account as unknown as Schema.Json)
  if (isUnset(names.join("."), value)) return undefined
  if (names.join() !== "customAttributes") return value
  const set = Object.entries(value as Schema.JsonObject).filter(
    ([name, each]) => !isUnset(`customAttributes.${name}`, each),
  )
  return set.length === 0 ? undefined : Object.fromEntries(set)
}
