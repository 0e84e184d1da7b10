/**
 * The fields of an account as a list, read off the schema: what `accounts fields`, `--set` and column mappings know.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { distance } from "fastest-levenshtein"
import { NewAccount } from "./Account.ts"

/**
 * One field. `path` is dotted (`location.coordinates.latitude`); `type` and `format` are those of the contract.
 *
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

/** The part of a JSON Schema node that the account's schema uses. */
interface Node {
  readonly $ref?: string
  readonly type?: AccountField["type"]
  readonly format?: AccountField["format"]
  readonly description?: string
  readonly examples?: ReadonlyArray<Schema.Json>
  readonly properties?: Record<string, Node>
  readonly required?: ReadonlyArray<string>
}

const document = Schema.toJsonSchemaDocument(NewAccount)

const resolve = (node: Node): Node =>
  node.$ref === undefined ? node : (document.definitions[node.$ref.slice(node.$ref.lastIndexOf("/") + 1)] as Node)

const leaves = (node: Node, prefix: string): ReadonlyArray<AccountField> =>
  Object.entries(node.properties ?? {}).flatMap(([name, reference]) => {
    const child = resolve(reference)
    const path = `${prefix}${name}`
    if (child.properties !== undefined) return leaves(child, `${path}.`)
    return [
      {
        path,
        type: child.type!,
        format: child.format,
        required: prefix === "" && (node.required ?? []).includes(name),
        description: child.description ?? "",
        example: child.examples?.[0] ?? null,
      },
    ]
  })

/**
 * Every field that holds a value, the required ones first: 20 of the account, 10 of its location, 2 of its coordinates.
 * `customAttributes` is one field of type `object`.
 *
 * @since 0.1.0
 */
export const fields: ReadonlyArray<AccountField> = leaves(resolve(document.schema as Node), "")

/**
 * The candidate nearest to what was written, ignoring case; `undefined` when none is within a third of its length.
 *
 * @since 0.1.0
 */
export const nearest = (written: string, candidates: Iterable<string>): string | undefined => {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.ceil(written.length / 3)) + 1
  for (const candidate of candidates) {
    const found = distance(written.toLowerCase(), candidate.toLowerCase())
    if (found < bestDistance) {
      best = candidate
      bestDistance = found
    }
  }
  return best
}
