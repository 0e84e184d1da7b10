/**
 * The control endpoints of the sandbox, as the page calls them: what they answer, or why they refuse, in words.
 */
import type { Change, State as StateSchema } from "@effect-aptrinsic/sandbox/Control"
import type { ActiveFault as ActiveFaultSchema, Fault as FaultSchema } from "@effect-aptrinsic/sandbox/Faults"
import type { Settings as LimitsSchema } from "@effect-aptrinsic/sandbox/Limits"
import type { LoggedRequest as LoggedSchema } from "@effect-aptrinsic/sandbox/RequestLog"

export type Event = typeof Change.Encoded
export type State = typeof StateSchema.Encoded
export type Entry = Event["requests"][number]
export type Rate = Event["rates"][number]
export type LoggedRequest = typeof LoggedSchema.Encoded
export type Limits = typeof LimitsSchema.Encoded
export type Fault = typeof FaultSchema.Encoded
export type ActiveFault = typeof ActiveFaultSchema.Encoded

/** As the store keeps them: what a create sent, and when. */
export interface Stored {
  readonly account: { readonly id: string; readonly name: string }
  readonly createDate: number
  readonly lastModifiedDate?: number
}

export interface Account {
  readonly stored: Stored
  readonly read: Readonly<Record<string, unknown>>
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, unknown>>
}

interface Problem {
  readonly detail?: string
  readonly errors?: ReadonlyArray<{ readonly path: ReadonlyArray<string | number>; readonly message: string }>
}

/** Why a request was refused, in the words of the sandbox. */
const reasonOf = (text: string, status: number) => {
  try {
    const { detail, errors = [] } = JSON.parse(text) as Problem
    // The first step of a path says which part of the request it is.
    const reasons = errors.map(({ message, path }) => `${path.slice(1).join(".")} ${message}`.trim())
    return reasons.length > 0 ? reasons.join("; ") : (detail ?? `status ${status}`)
  } catch {
    return `status ${status}`
  }
}

const call = async <A>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<A> => {
  const response = await fetch(path, {
    method,
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(reasonOf(text, response.status))
  return (text === "" ? undefined : JSON.parse(text)) as A
}

const query = (parameters: Readonly<Record<string, string | number | undefined>>) => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "")
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}

export const reset = () => call<void>("POST", "/sandbox/reset")

export const setLatency = (milliseconds: number) => call<void>("PUT", "/sandbox/latency", { milliseconds })

// What the page shows is a moment old, and somebody else may change it too: each change is made of what is in force, one after the other.
let before: Promise<unknown> = Promise.resolve()

const change = (path: string, next: (state: State) => unknown): Promise<unknown> => {
  const changed = before.then(async () => call("PUT", path, next(await call<State>("GET", "/sandbox/state"))))
  before = changed.catch(() => undefined)
  return changed
}

export const changeLimits = (changed: Partial<Limits>) =>
  change("/sandbox/limits", ({ limits }) => ({ ...limits, ...changed }))

export const changeLimit = (name: "perSecond" | "perDay", next: (limit: Limits["perSecond"]) => Limits["perSecond"]) =>
  change("/sandbox/limits", ({ limits }) => ({ ...limits, [name]: next(limits[name]) }))

export const changeFaults = (next: (faults: ReadonlyArray<ActiveFault>) => ReadonlyArray<Fault>) =>
  change("/sandbox/faults", ({ faults }) => next(faults))

/** A search that is given up ends in the sandbox too. */
export const accounts = (
  options: { readonly skip?: number; readonly limit: number; readonly search?: string },
  signal: AbortSignal,
) => call<ReadonlyArray<Stored>>("GET", `/sandbox/accounts?${query(options)}`, undefined, signal)

export const account = (id: string) => call<Account>("GET", `/sandbox/accounts/${encodeURIComponent(id)}`)

export const request = async (sequence: number): Promise<LoggedRequest | undefined> => {
  const found = await call<ReadonlyArray<LoggedRequest>>(
    "GET",
    `/sandbox/requests?${query({ after: sequence - 1, limit: 1 })}`,
  )
  return found.find((each) => each.sequence === sequence)
}

export const openApi = () => call<OpenApiDocument>("GET", "/sandbox/openapi.json")
