/**
 * The type that stands behind the name of a custom attribute, as in `customAttributes.seats:number`.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { type AttributeType, attributeTypes } from "../shared/conversion.ts"

const attributes = "customAttributes."
const prefix = /^custom[ _-]?attributes\./i
const typed = /^(.+):([a-z]\w*)$/is

/** What databases and programs call the types. */
const synonyms: Record<AttributeType, string> = {
  text: "string str varchar nvarchar char enum picklist uuid id email url phone",
  number: "num int integer int32 int64 long bigint smallint float double real decimal numeric currency percent money",
  boolean: "bool bit checkbox flag logical",
  date: "datetime timestamp timestamptz time day",
  json: "jsonb object list array map dict",
}

const isType = (word: string): word is AttributeType => attributeTypes.some((type) => type === word)

const meant = (word: string): AttributeType | undefined => {
  const lower = word.toLowerCase()
  return attributeTypes.find((type) => type === lower || synonyms[type].split(" ").includes(lower))
}

/** A path or column as that of a custom attribute, however its group is written; nothing for any other. */
export const attributePath = (text: string): string | undefined => {
  const path = text.replace(prefix, attributes)
  return path.startsWith(attributes) && path.length > attributes.length ? path : undefined
}

export interface TypedName {
  readonly name: string
  readonly type: AttributeType | undefined
}

export interface WrongType {
  /** A phrase that continues the path or column. */
  readonly message: string
  /** The path that says what was probably meant. */
  readonly instead: string
}

/** The name and the type of a custom attribute; what is wrong when there is no such type. */
export const typedName = (path: string): TypedName | WrongType => {
  const whole = path.slice(attributes.length)
  const [, name, word] = typed.exec(whole) ?? []
  if (name === undefined || word === undefined) return { name: whole, type: undefined }
  if (isType(word)) return { name, type: word }
  const type = meant(word)
  return {
    message: `names the type ${visible(word, 40)}; types are ${attributeTypes.join(", ")}`,
    instead: type === undefined ? `${path}:text` : `${attributes}${name}:${type}`,
  }
}

/** The fault of the type that a column names, if there is one. */
export const wrongTypeOf = (column: string): WrongType | undefined => {
  const path = attributePath(column)
  const named = path === undefined ? undefined : typedName(path)
  return named !== undefined && "message" in named ? named : undefined
}
