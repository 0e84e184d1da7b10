/**
 * The forms of the faults, read off the documentation that the sandbox serves of itself: a fault that is added there is here at once.
 */
import type { ActiveFault, Fault, OpenApiDocument } from "./control.ts"

/** What a fault or a trigger takes. */
export interface Field {
  readonly name: string
  readonly kind: "boolean" | "number" | "text" | "choice"
  readonly required: boolean
  readonly choices: ReadonlyArray<string | number>
  readonly min: number | undefined
  readonly max: number | undefined
}

export interface FaultForm {
  readonly name: string
  readonly description: string
  readonly fields: ReadonlyArray<Field>
  readonly operations: ReadonlyArray<string>
}

interface JsonSchema {
  readonly type?: string
  readonly enum?: ReadonlyArray<string | number>
  readonly minimum?: number
  readonly maximum?: number
  readonly description?: string
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly items?: JsonSchema
  readonly required?: ReadonlyArray<string>
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

/** Every fault has these: when it strikes. The page asks for them in its own way. */
const trigger = new Set(["fault", "method", "operation", "accountId", "after", "times", "rate"])

/** What a value may be, apart from not being there. */
const given = (schema: JsonSchema): JsonSchema => schema.anyOf?.find(({ type }) => type !== "null") ?? schema

const kindOf = ({ enum: choices, type }: JsonSchema): Field["kind"] => {
  if (choices !== undefined) return "choice"
  if (type === "boolean") return "boolean"
  return type === "integer" || type === "number" ? "number" : "text"
}

const fieldOf = (name: string, schema: JsonSchema, required: boolean): Field => {
  const { enum: choices = [], maximum, minimum } = given(schema)
  return { name, kind: kindOf(given(schema)), required, choices, min: minimum, max: maximum }
}

const formOf = ({ description = "", properties = {}, required = [] }: JsonSchema): FaultForm => ({
  name: String(properties["fault"]?.enum?.[0] ?? ""),
  description: description.replaceAll("`", ""),
  fields: Object.entries(properties)
    .filter(([name]) => !trigger.has(name))
    .map(([name, schema]) => fieldOf(name, schema, required.includes(name))),
  operations: given(properties["operation"] ?? {}).enum?.map(String) ?? [],
})

/** The faults there are. */
export const formsOf = ({ paths }: OpenApiDocument): ReadonlyArray<FaultForm> => {
  const path = paths["/sandbox/faults"] as {
    readonly put: {
      readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
    }
  }
  return path.put.requestBody.content["application/json"]?.schema.items?.anyOf?.map(formOf) ?? []
}

const valueOf = ({ choices, kind }: Field, text: string): unknown => {
  if (kind === "boolean") return text === "true"
  if (kind === "choice") return choices.find((choice) => String(choice) === text)
  return kind === "number" ? Number(text) : text
}

/** What a form has been filled in with, as the fault to set. */
export const faultOf = (form: FaultForm, values: Readonly<Record<string, string>>): Fault => {
  const parameters = form.fields
    .filter(({ name }) => (values[name] ?? "") !== "")
    .map((field) => [field.name, valueOf(field, values[field.name] ?? "")])
  const amount = Number(values["$amount"] ?? 5)
  return {
    fault: form.name,
    ...Object.fromEntries(parameters),
    ...(values["$of"] === "share" ? { rate: amount / 100 } : { times: amount }),
    ...((values["$operation"] ?? "") === "" ? {} : { operation: values["$operation"] }),
  } as Fault
}

/** How many requests a strike covers. */
const runOf = (fault: Fault) => (fault.fault === "rate-limit-burst" ? (fault.requests ?? 10) : 1)

/** Whether a fault will strike again. */
export const isOver = ({ fault, struck }: ActiveFault): boolean =>
  fault.times !== undefined && fault.times !== null && struck >= fault.times * runOf(fault)

/** The faults as they go on when others are added or taken away: setting them begins their counts anew. */
export const remaining = (faults: ReadonlyArray<ActiveFault>): ReadonlyArray<Fault> =>
  faults
    .filter((each) => !isOver(each))
    .map(({ fault, struck }) =>
      fault.times === undefined || fault.times === null
        ? fault
        : { ...fault, times: fault.times - Math.floor(struck / runOf(fault)) },
    )

/** The faults but one like this, which may have struck since it was seen. */
export const without = (faults: ReadonlyArray<ActiveFault>, { fault }: ActiveFault): ReadonlyArray<ActiveFault> => {
  const stopped = JSON.stringify(fault)
  const place = faults.findIndex((each) => JSON.stringify(each.fault) === stopped)
  // It was set anew with what was left of it.
  const other = faults.findIndex((each) => each.fault.fault === fault.fault)
  return faults.toSpliced(place === -1 ? other : place, place === -1 && other === -1 ? 0 : 1)
}

/** As in `status 502, committed, next 5 requests of create`. */
export const inWords = ({ fault: _name, ...fault }: Fault): string => {
  const { operation, rate, times, ...parameters } = fault
  const said = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([name, value]) => (value === true ? name : `${name} ${String(value)}`))
  const often =
    times !== undefined && times !== null
      ? times === 1
        ? "the next request"
        : `the next ${times} requests`
      : rate !== undefined && rate !== null
        ? `${Number((rate * 100).toFixed(2))} % of requests`
        : "every request"
  return [...said, `${often}${operation === undefined || operation === null ? "" : ` of ${operation}`}`].join(", ")
}
