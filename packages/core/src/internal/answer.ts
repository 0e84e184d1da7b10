/**
 * Reads an answer whatever the server makes of it: the status first, then as much of the body as is safe, then what it
 * says.
 */
import * as Effect from "effect/Effect"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { FieldIssue } from "../FieldIssue.ts"
import type { TransportFault } from "../Outcome.ts"
import { parseHttpDate } from "./httpDate.ts"
import { type RateHints, readRateHints } from "./rateHeaders.ts"
import { hide, visible } from "./shared/visibleText.ts"
import type { Fault } from "./transport.ts"

export interface Reply extends RateHints {
  readonly status: number
  readonly body: string
  /** Whether the whole body arrived. */
  readonly complete: boolean
  /** The server's clock, in epoch milliseconds, if it says so. */
  readonly date: number | undefined
  /** When the head of the answer came, in epoch milliseconds of our clock. */
  readonly receivedAt: number
}

export type Answer = Reply | Fault

export const isReply = (answer: Answer): answer is Reply => "status" in answer

/** The key of an answer in the table. */
export const kindOf = (answer: Answer): number | TransportFault => (isReply(answer) ? answer.status : answer.fault)

/** Milliseconds the server asked to wait before the next request; 0 when it did not. */
export const askedWait = (answer: Answer): number => (isReply(answer) ? (answer.retryAfter ?? 0) : 0)

/**
 * Whether it counts as an attempt. A 429 does not: after one, the server's pause is kept and a single probe goes first, so that one call meets all
 * the rejections of a long pause, which say nothing about it. Its time bounds them.
 */
export const isAttempt = (answer: Answer): boolean => kindOf(answer) !== 429

/** The most decoded bytes that are read of an answer about one account: far more than this API sends. */
const maxBody = 1024 * 1024

class BodyTooLarge {
  readonly _tag = "BodyTooLarge"
}

const isEmptyBody = (error: HttpClientError | BodyTooLarge) =>
  error._tag === "HttpClientError" && error.reason._tag === "EmptyBodyError"

const collect = (response: HttpClientResponse, most: number): Effect.Effect<string, HttpClientError | BodyTooLarge> => {
  const declared = Number(response.headers["content-length"] ?? Number.NaN)
  if (declared === 0) return Effect.succeed("")
  if (declared <= most && response.headers["content-encoding"] === undefined) return response.text
  const decoder = new TextDecoder()
  let size = 0
  let text = ""
  return response.stream.pipe(
    Stream.runForEach((chunk) => {
      size += chunk.length
      if (size > most) return Effect.fail(new BodyTooLarge())
      text += decoder.decode(chunk, { stream: true })
      return Effect.void
    }),
    Effect.map(() => text),
    Effect.catchIf(isEmptyBody, () => Effect.succeed("")),
  )
}

const dateOf = ({ headers: { date } }: HttpClientResponse): number | undefined =>
  date === undefined ? undefined : parseHttpDate(date)

/** Reads the head of an answer, before its body arrives. `now` in epoch milliseconds, for rate headers that are dates. */
export const headOf = (response: HttpClientResponse, now: number): Reply => ({
  status: response.status,
  body: "",
  complete: false,
  date: dateOf(response),
  receivedAt: now,
  ...readRateHints(response.status, response.headers, now),
})

/** The head with its body; as it is when the body breaks off. */
export const readReply = (response: HttpClientResponse, head: Reply, most = maxBody): Effect.Effect<Reply> =>
  Effect.match(collect(response, most), {
    onSuccess: (body) => ({ ...head, body, complete: true }),
    onFailure: () => head,
  })

export const parseJson = (text: string): unknown => Result.getOrUndefined(Result.try(() => JSON.parse(text) as unknown))

export interface Explanation {
  readonly detail: string
  readonly issues: ReadonlyArray<FieldIssue>
}

/**
 * What an error body says, in any of the shapes seen in public clients: the `externalapierror` envelope,
 * `errorMessage`, the framework's default, plain text; nothing for HTML. No decision may depend on it. `secret` is masked,
 * should a server echo the key.
 */
export const explain = (reply: Reply, secret: string): Explanation => {
  // Hidden after it is parsed: JSON can write the key with escapes.
  const textOf = (value: unknown) => (typeof value === "string" ? hide(value, secret) : "")
  const json = parseJson(reply.body)
  if (!Predicate.isObject(json)) {
    const text = typeof json === "string" ? json : reply.body
    return { detail: /^\s*</.test(text) ? "" : visible(textOf(text).trim(), 2000), issues: [] }
  }
  const { externalapierror } = json
  const { message, errorMessage, error, subErrors } = Predicate.isObject(externalapierror) ? externalapierror : json
  const issueOf = (subError: unknown): ReadonlyArray<FieldIssue> =>
    Predicate.isObject(subError)
      ? [
          {
            path: visible(textOf(subError["field"])),
            code: "refused",
            message: visible(textOf(subError["message"])),
          },
        ]
      : []
  return {
    detail: visible(textOf(message) || textOf(errorMessage) || textOf(error), 2000),
    issues: Array.isArray(subErrors) ? subErrors.slice(0, 100).flatMap(issueOf) : [],
  }
}
