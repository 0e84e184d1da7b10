/**
 * What a Spring service makes of the body of a request, and how the vendor shows an account again. Both are derived from the schema of
 * the contract, so a new field needs no change here.
 */
import { NewAccount } from "@effect-aptrinsic/core/Account"
import type { BadRequest } from "@effect-aptrinsic/core/AccountsApi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import type { StoredAccount } from "./StoredAccount.ts"

type ApiError = (typeof BadRequest.Type)["externalapierror"]
export type SubError = NonNullable<ApiError["subErrors"]>[number]

/** Why a body is refused. Malformed ones have no `subErrors`: nothing in them could be looked at field by field. */
export interface Refusal {
  readonly message: string
  readonly debugMessage: string | null
  readonly subErrors: ReadonlyArray<SubError> | null
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isMap = (ast: SchemaAST.AST): boolean => ast._tag === "Objects" && ast.indexSignatures.length > 0

/**
 * Jackson's reading of a body: unknown fields are ignored, `null` is a field that is not set, a number or boolean given for text is
 * taken as text. The contract's own example needs the last one: it shows `postalCode` as a number.
 */
const reader = (ast: SchemaAST.AST): ((value: unknown) => unknown) => {
  if (ast._tag === "String") {
    return (value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value)
  }
  if (ast._tag === "Arrays" && ast.rest[0] !== undefined) {
    const item = reader(ast.rest[0])
    return (value) => (Array.isArray(value) ? value.map(item) : value)
  }
  if (ast._tag !== "Objects" || isMap(ast)) return (value) => value
  const fields = ast.propertySignatures.map(({ name, type }) => [String(name), reader(type)] as const)
  return (value) => {
    if (!isRecord(value)) return value
    const read: Record<string, unknown> = {}
    for (const [name, field] of fields) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined
      if (given !== undefined && given !== null) read[name] = field(given)
    }
    return read
  }
}

/** How a read shows a field: what was set, or `""` for text, 0 for numbers and dates, `null` for a map that was not. */
const writer = (ast: SchemaAST.AST): ((value: unknown) => unknown) => {
  if (ast._tag === "String") return (value) => value ?? ""
  if (ast._tag === "Number") return (value) => value ?? 0
  if (ast._tag !== "Objects" || isMap(ast)) return (value) => value ?? null
  const fields = ast.propertySignatures.map(({ name, type }) => [String(name), writer(type)] as const)
  return (value) =>
    Object.fromEntries(fields.map(([name, field]) => [name, field(isRecord(value) ? value[name] : undefined)]))
}

const writeAccount = writer(NewAccount.ast)

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

const articles: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  object: "an object",
  array: "an array",
}

/** The words of bean validation. */
const complaint = (message: string): string => {
  if (message === "Missing key") return "must not be null"
  const expected = message.replace(/^Expected /u, "")
  return `must be ${articles[expected] ?? expected}`
}

const toSubError = (body: unknown, path: ReadonlyArray<PropertyKey>, message: string): SubError => {
  const rejected = path.reduce<unknown>(
    (value, key) => (isRecord(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined),
    body,
  )
  return {
    object: "account",
    field: path
      .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
      .join("")
      .slice(1),
    // It came out of JSON.parse.
    rejectedValue: (rejected ?? null) as Schema.Json,
    message,
  }
}

const malformed = (detail: string): Refusal => ({
  message: "Malformed JSON request",
  debugMessage: `JSON parse error: ${detail}`,
  subErrors: null,
})

/** Jackson's limit. A document this deep has at least twice as many characters, so most are never searched. */
const maxNesting = 1_000

const isTooDeep = (value: unknown, left: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (left === 0 || Object.values(value).some((inner) => isTooDeep(inner, left - 1)))

const utf8 = new TextDecoder("utf-8", { fatal: true })

const detailOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

/** A body that is a JSON object. */
const parse = (body: ArrayBuffer): Result.Result<Readonly<Record<string, unknown>>, Refusal> => {
  if (body.byteLength === 0) {
    return Result.fail({
      message: "Malformed JSON request",
      debugMessage: "Required request body is missing",
      subErrors: null,
    })
  }
  const json = Result.try({ try: (): unknown => JSON.parse(utf8.decode(body)), catch: detailOf })
  if (Result.isFailure(json)) return Result.fail(malformed(json.failure))
  if (!isRecord(json.success)) return Result.fail(malformed("an account is a JSON object"))
  return body.byteLength > maxNesting * 2 && isTooDeep(json.success, maxNesting)
    ? Result.fail(malformed(`nested more than ${maxNesting} levels deep`))
    : Result.succeed(json.success)
}

/** The complaints about the values of a body. A value can fail more than one check; its first says enough. */
const complaintsOf = (body: unknown, issue: SchemaIssue.Issue): ReadonlyArray<SubError> => {
  const complaints = new Map<string, SubError>()
  for (const { message, path = [] } of formatIssues(issue).issues) {
    const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment))
    const subError = toSubError(body, keys, complaint(message))
    if (!complaints.has(subError.field)) complaints.set(subError.field, subError)
  }
  return [...complaints.values()]
}

/** Reads the bodies of an endpoint: what its schema takes, or everything that is wrong with it. */
export const makeReader = <A>(schema: Schema.Decoder<A>): ((body: ArrayBuffer) => Result.Result<A, Refusal>) => {
  const read = reader(schema.ast)
  // oxlint-disable-next-line aptrinsic/no-inline-schema-compile -- compiled once for each endpoint, when its reader is made
  const decode = Schema.decodeUnknownResult(schema, { errors: "all" })
  return (body) =>
    Result.flatMap(parse(body), (json) =>
      Result.mapError(decode(read(json)), ({ issue }) => ({
        message: "Validation error",
        debugMessage: null,
        subErrors: complaintsOf(json, issue),
      })),
    )
}

/** The account as a read returns it. */
export const toRead = ({ account, createDate, lastModifiedDate = createDate }: StoredAccount) => ({
  ...(writeAccount(account) as Record<string, unknown>),
  numberOfUsers: 0,
  createDate,
  lastModifiedDate,
})
