/**
 * The forms of the faults, read off the documentation that the sandbox serves of itself: a fault that is added there is here at once.
 */
import { visible } from "../shared/format.ts"
import type { ActiveFault, Fault, OpenApiDocument } from "./control.ts"

/** What a fault or its trigger takes. */
export interface Field {
  readonly name: string
  readonly description: string
  /** `open`: a whole number or a text. */
  readonly kind: "boolean" | "number" | "whole" | "text" | "choice" | "open"
  readonly required: boolean
  /** Whether "none" is a value of its own, which is not the default. */
  readonly hasNone: boolean
  readonly choices: ReadonlyArray<string | number>
  readonly min: number | undefined
  readonly max: number | undefined
}

export interface FaultForm {
  readonly name: string
  readonly description: string
  /** What the fault itself takes. */
  readonly fields: ReadonlyArray<Field>
  /** Which requests it strikes, and how often: the same for every fault. */
  readonly trigger: ReadonlyArray<Field>
}

/** A field as it was filled in: an empty text is its default, what is typed holds even when it is empty, null is "none". */
export type Filled = string | { readonly typed: string } | null

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

const triggers = new Set(["method", "operation", "accountId", "after", "times", "rate"])

const kinds: Readonly<Record<string, Field["kind"]>> = { boolean: "boolean", integer: "whole", number: "number" }

const fieldOf = (name: string, schema: JsonSchema, required: boolean): Field => {
  const { anyOf = [schema], description = "" } = schema
  const values = anyOf.filter(({ type }) => type !== "null")
  const { enum: choices = [], maximum, minimum, type = "" } = values[0] ?? {}
  const kind = values.length > 1 ? "open" : choices.length > 0 ? "choice" : (kinds[type] ?? "text")
  // What may be left out is null once; where null means something it is so twice.
  const hasNone = anyOf.length - values.length > 1
  return { name, description, kind, required, hasNone, choices, min: minimum, max: maximum }
}

const formOf = ({ description = "", properties = {}, required = [] }: JsonSchema): FaultForm => {
  const { fault, ...others } = properties
  const fields = Object.entries(others).map(([name, schema]) => fieldOf(name, schema, required.includes(name)))
  return {
    name: String(fault?.enum?.[0] ?? ""),
    description: description.replaceAll("`", ""),
    fields: fields.filter(({ name }) => !triggers.has(name)),
    trigger: fields.filter(({ name }) => triggers.has(name)),
  }
}

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
  if (kind === "open") return /^\d+$/u.test(text) ? Number(text) : text
  return kind === "text" ? text : Number(text)
}

/** What a form has been filled in with, as the fault to set. */
export const faultOf = ({ fields, name, trigger }: FaultForm, filled: Readonly<Record<string, Filled>>): Fault => {
  const given = [...fields, ...trigger].flatMap((field): ReadonlyArray<[string, unknown]> => {
    const value = filled[field.name]
    if (value === undefined || value === "") return []
    if (value === null) return [[field.name, null]]
    return [[field.name, valueOf(field, typeof value === "string" ? value : value.typed)]]
  })
  return { fault: name, ...Object.fromEntries(given) } as Fault
}

const isGiven = <A>(value: A | null | undefined): value is A => value !== undefined && value !== null

/** How many requests a strike covers. */
const runOf = (fault: Fault) => (fault.fault === "rate-limit-burst" ? (fault.requests ?? 10) : 1)

/** Whether a fault will strike again. */
export const isOver = ({ fault, struck }: ActiveFault): boolean =>
  fault.times !== undefined && fault.times !== null && struck >= fault.times * runOf(fault)

/** A fault as it goes on, with what is left of it. */
const leftOf = ({ fault, passed, struck }: ActiveFault): Fault => {
  const { after, times, ...kept } = fault
  const afterLeft = (after ?? 0) - passed
  const waits = afterLeft > 0 ? { after: afterLeft } : {}
  if (!isGiven(times)) return { ...kept, ...waits }
  const run = runOf(fault)
  const left = { ...kept, times: times - Math.floor(struck / run), ...waits }
  // The last burst goes on where it is; one of several is begun anew.
  return left.fault === "rate-limit-burst" && left.times === 1 ? { ...left, requests: run - (struck % run) } : left
}

/** The faults as they go on when others are added or taken away: setting them begins their counts anew. */
export const remaining = (faults: ReadonlyArray<ActiveFault>): ReadonlyArray<Fault> =>
  faults.filter((each) => !isOver(each)).map(leftOf)

/** The faults but one like this, which may have struck since it was seen. */
export const without = (faults: ReadonlyArray<ActiveFault>, { fault }: ActiveFault): ReadonlyArray<ActiveFault> => {
  const stopped = JSON.stringify(fault)
  const place = faults.findIndex((each) => JSON.stringify(each.fault) === stopped)
  // It was set anew with what was left of it.
  const other = faults.findIndex((each) => each.fault.fault === fault.fault)
  return faults.toSpliced(place === -1 ? other : place, place === -1 && other === -1 ? 0 : 1)
}

/** How often a fault strikes, as in `2.5 % of requests of create, 5 at most`. */
const oftenOf = ({ operation, rate, times }: Fault): string => {
  const of = isGiven(operation) ? ` of ${operation}` : ""
  if (isGiven(rate)) {
    const most = isGiven(times) ? `, ${times} at most` : ""
    return `${Number((rate * 100).toFixed(2))} % of requests${of}${most}`
  }
  return `${!isGiven(times) ? "every request" : times === 1 ? "the next request" : `the next ${times} requests`}${of}`
}

/** As in `status 502, committed, the next 5 requests of create`. */
export const inWords = (fault: Fault): string => {
  const { fault: _name, operation: _operation, rate: _rate, times: _times, ...parameters } = fault
  const said = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? name : `${name} ${visible(String(value ?? "none"), 60)}`))
  return [...said, oftenOf(fault)].join(", ")
}
