/**
 * The shape of an account as a tree, read off its schema: which names hold values, which hold fields of their own, which hold what users
 * name themselves; and for each value the test that says whether the contract takes it. Nothing else lists them.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import type { Code } from "../FieldIssue.ts"

/**
 * One field. `path` is dotted (`location.coordinates.latitude`); `type` and `format` are those of the contract.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface AccountField {
  readonly path: string
  readonly type: "string" | "integer" | "number" | "array" | "object"
  readonly format: "int32" | "int64" | "float" | "double" | undefined
  readonly required: boolean
  readonly description: string
  readonly example: Schema.Json
}

/** Why a value of the right type is not taken. */
export interface Fault {
  readonly code: Code
  readonly expected: string
}

/** A field that holds one value, or a list of them. */
export interface Leaf {
  readonly _tag: "Leaf"
  readonly path: string
  readonly field: AccountField
  readonly isRequired: boolean
  /** Whether the value has the type of the field, whatever it says. */
  readonly isOfType: (value: unknown) => boolean
  /** The first check that a value of the right type fails. */
  readonly faultOf: (value: unknown) => Fault | undefined
  /** The elements of a list. */
  readonly element: Leaf | undefined
  /** Whether a program may give it as a `Date` or `DateTime`. */
  readonly isTime: boolean
  /** Whether a number is taken for the text it is written as. */
  readonly takesNumbers: boolean
  /** Whether a server may change the case of the text. */
  readonly ignoresCase: boolean
}

/** A field that holds fields. */
export interface Group {
  readonly _tag: "Group"
  readonly path: string
  readonly isRequired: boolean
  readonly members: ReadonlyMap<string, Member>
}

/** A field that holds names of the user's own, and JSON under each. */
export interface JsonMap {
  readonly _tag: "JsonMap"
  readonly path: string
  readonly field: AccountField
  readonly isRequired: boolean
}

export type Member = Leaf | Group | JsonMap

const filters = (
  checks: ReadonlyArray<SchemaAST.Check<unknown>> | undefined,
): ReadonlyArray<SchemaAST.Filter<unknown>> =>
  (checks ?? []).flatMap((check) => (check._tag === "Filter" ? [check] : filters(check.checks)))

const filtersOf = ({ checks }: SchemaAST.AST) => filters(checks as ReadonlyArray<SchemaAST.Check<unknown>> | undefined)

/** An annotation, wherever it was given: a later check may have been added by another hand. */
const annotation = <A>(ast: SchemaAST.AST, name: string): A | undefined =>
  [ast, ...filtersOf(ast)].findLast(({ annotations }) => annotations?.[name] !== undefined)?.annotations?.[name] as
    | A
    | undefined

const typeTests: { readonly [tag: string]: (value: unknown) => boolean } = {
  String: (value) => typeof value === "string",
  Number: (value) => typeof value === "number",
  Boolean: (value) => typeof value === "boolean",
  Arrays: Array.isArray,
}

const parseOptions: SchemaAST.ParseOptions = {}

const faultOf = (ast: SchemaAST.AST): Leaf["faultOf"] => {
  const checks = filtersOf(ast).map((filter) => ({
    filter,
    fault: {
      code: (filter.annotations?.["code"] as Code | undefined) ?? (ast._tag === "Number" ? "out_of_range" : "invalid"),
      expected: filter.annotations?.expected ?? "what the contract allows",
    },
  }))
  return (value) => {
    for (const { fault, filter } of checks) {
      if (filter.run(value, ast, parseOptions) !== undefined) return fault
    }
    return undefined
  }
}

const typeOf = (ast: SchemaAST.AST, format: AccountField["format"]): AccountField["type"] => {
  if (ast._tag === "Arrays") return "array"
  if (ast._tag === "String") return "string"
  if (ast._tag === "Number") return format?.startsWith("int") === true ? "integer" : "number"
  return "object"
}

const isOf = (ast: SchemaAST.AST): Leaf["isOfType"] => {
  // oxlint-disable-next-line aptrinsic/no-inline-schema-compile -- the schema is only known here, and is compiled once for each field when a shape is read, not for each value
  const decode = SchemaParser.decodeUnknownResult(Schema.make<Schema.Codec<unknown>>(ast))
  return (value) => Result.isSuccess(decode(value))
}

const leafOf = (path: string, ast: SchemaAST.AST, isRequired: boolean): Leaf => {
  const [element] = ast._tag === "Arrays" ? ast.rest : []
  const hasTest = typeTests[ast._tag]
  const field = fieldOf(path, ast, isRequired)
  return {
    _tag: "Leaf",
    path,
    field,
    isTime: field.format === "int64",
    takesNumbers: annotation(ast, "takesNumbers") ?? false,
    isRequired,
    isOfType: hasTest ?? isOf(ast),
    faultOf: hasTest === undefined ? () => undefined : faultOf(ast),
    element: element === undefined ? undefined : leafOf(`${path}.0`, element, true),
    ignoresCase: annotation(ast, "ignoresCase") ?? false,
  }
}

const fieldOf = (path: string, ast: SchemaAST.AST, isRequired: boolean): AccountField => {
  const format = annotation<AccountField["format"]>(ast, "numberFormat")
  return {
    path,
    type: typeOf(ast, format),
    format,
    required: isRequired && !path.includes("."),
    description: annotation(ast, "description") ?? "",
    example: annotation<ReadonlyArray<Schema.Json>>(ast, "examples")?.[0] ?? null,
  }
}

const memberOf = (path: string, ast: SchemaAST.AST): Member => {
  const isRequired = ast.context?.isOptional !== true
  if (ast._tag !== "Objects") return leafOf(path, ast, isRequired)
  if (ast.indexSignatures.length > 0) {
    return { _tag: "JsonMap", path, field: fieldOf(path, ast, isRequired), isRequired }
  }
  return { _tag: "Group", path, isRequired, members: membersOf(ast, `${path}.`) }
}

const membersOf = (ast: SchemaAST.Objects, prefix: string): ReadonlyMap<string, Member> =>
  new Map(ast.propertySignatures.map(({ name, type }) => [String(name), memberOf(`${prefix}${String(name)}`, type)]))

/** The tree of a schema of an account, or of a part of one. */
export const treeOf = ({ ast }: { readonly ast: SchemaAST.Objects }): Group => ({
  _tag: "Group",
  path: "",
  isRequired: true,
  members: membersOf(ast, ""),
})

/** All members in their order, those of a group behind it. */
export const walk = (group: Group): ReadonlyArray<Member> =>
  [...group.members.values()].flatMap((member) => (member._tag === "Group" ? [member, ...walk(member)] : [member]))

/** Whether the contract takes a value, which has to be data: no getter, no `Map`. */
export const accepts = (member: Leaf, value: unknown): boolean => {
  if (!member.isOfType(value) || member.faultOf(value) !== undefined) return false
  const { element } = member
  return element === undefined || (value as ReadonlyArray<unknown>).every((each) => accepts(element, each))
}
