/**
 * What the layers of the server learn about the request they handle, for the log. One mutable object per request.
 */
import * as Context from "effect/Context"
import type * as Headers from "effect/http/Headers"
import type { Outcome } from "../RequestLog.ts"

export interface Exchange {
  accountId: string | null
  /** Set by the handler that ran; the status tells otherwise. */
  outcome: Outcome | undefined
  readonly faults: Array<string>
  /** The body of the request, once a handler has read it. */
  sent: Uint8Array | undefined
}

export const make = (): Exchange => ({ accountId: null, outcome: undefined, faults: [], sent: undefined })

export const CurrentExchange = Context.Reference<Exchange>("@effect-aptrinsic/sandbox/internal/CurrentExchange", {
  defaultValue: make,
})

// Only what is known to hold no secret: a caller may have put a key under any name.
const shown = new Set([
  "accept",
  "accept-encoding",
  "b3",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "traceparent",
  "tracestate",
  "transfer-encoding",
  "user-agent",
])

const redacted = "<redacted>"

/** Hides text that holds one of the secrets, which are visible ASCII, in clear, percent-encoded or escaped as in JSON. */
export const conceal = (text: string, secrets: ReadonlyArray<string>): string => {
  const plain = text.replace(/(?:%|\\u00)([2-7][0-9a-f])/giu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return secrets.some((secret) => secret !== "" && plain.includes(secret)) ? redacted : text
}

/** Characters of a body that the log keeps. */
const kept = 4_096

const decoder = new TextDecoder()

/** How a body begins, for the log; nothing where it is empty. */
export const beginning = (body: Uint8Array | undefined, secrets: ReadonlyArray<string>): string | undefined => {
  if (body === undefined || body.byteLength === 0) return undefined
  // A secret that the end would cut in two is looked for whole.
  const more = Math.max(0, ...secrets.map((secret) => secret.length * 6))
  const text = conceal(decoder.decode(body.subarray(0, kept + more)), secrets)
  return body.byteLength <= kept ? text : `${text.slice(0, kept)}…`
}

/** The outcome of a request that no handler took on: its status tells. `null` is a dropped connection. */
export const outcomeOf = (status: number | null): Outcome => {
  if (status === 401) return "unauthorized"
  if (status === 429) return "rate-limited"
  return status === null || status >= 500 ? "failed" : "refused"
}

export const loggedHeaders = (headers: Headers.Headers, secrets: ReadonlyArray<string>): Record<string, string> => {
  const logged: Record<string, string> = {}
  for (const name in headers) logged[name] = shown.has(name) ? conceal(headers[name] ?? "", secrets) : redacted
  return logged
}
