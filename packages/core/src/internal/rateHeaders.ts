/**
 * What the headers of an answer say about the rate: how long to wait. PX documents none of them; what comes is read, in the forms seen in
 * the wild: `Retry-After` (RFC 9110), `RateLimit` (draft-ietf-httpapi-ratelimit-headers), `RateLimit-*` and `X-RateLimit-*`.
 */
import type * as Headers from "effect/http/Headers"
import { parseHttpDate } from "./httpDate.ts"

export interface RateHints {
  /** Milliseconds the server asked to wait before the next request; more than 0. */
  readonly retryAfter: number | undefined
  /** Milliseconds until the window that this request used up is over; at most a minute. */
  readonly exhaustedFor: number | undefined
}

const wholeNumber = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined

/** A clock or a header that is wrong must not stop a key for good: beyond it the next request finds out. */
const longestWindow = 60_000
/** A wait of a century is one for ever, and still a date. */
const century = 100 * 365 * 86_400_000

/** Some servers send the seconds that are left, some the epoch second, some the epoch millisecond. */
const untilReset = (value: number, now: number): number => {
  if (value > 1e11) return value - now
  if (value > 1e9) return value * 1000 - now
  return value * 1000
}

const parameter = (header: string | undefined, name: string): number | undefined =>
  wholeNumber(
    header?.split(";").flatMap((part) => (part.trim().startsWith(`${name}=`) ? [part.trim().slice(2)] : []))[0],
  )

const first = (headers: Headers.Headers, ...names: ReadonlyArray<string>): number | undefined =>
  names.map((name) => wholeNumber(headers[name]?.trim())).find((value) => value !== undefined)

const parseRetryAfter = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
  const date = parseHttpDate(value)
  return date === undefined ? undefined : date - now
}

/**
 * No wait, or one that is over by our clock, says nothing: what is sent at once would be rejected again.
 */
const ahead = (wait: number | undefined): number | undefined =>
  wait === undefined || wait <= 1 ? undefined : Math.min(wait, century)

/** `now` in epoch milliseconds, for headers that hold a date. */
export const readRateHints = (status: number, headers: Headers.Headers, now: number): RateHints => {
  const retryAfter = ahead(parseRetryAfter(headers["retry-after"], now))
  const remaining =
    parameter(headers["ratelimit"], "r") ?? first(headers, "ratelimit-remaining", "x-ratelimit-remaining")
  const reset =
    parameter(headers["ratelimit"], "t") ??
    first(headers, "ratelimit-reset", "x-ratelimit-reset-after", "x-ratelimit-reset")
  const wait = ahead(reset === undefined ? undefined : untilReset(reset, now))
  return {
    retryAfter: retryAfter ?? (status === 429 ? wait : undefined),
    exhaustedFor: status !== 429 && remaining === 0 && wait !== undefined ? Math.min(wait, longestWindow) : undefined,
  }
}
