/**
 * The answers of the vendor's service. Its own errors come in the envelope of the contract; what its framework answers by itself
 * (unknown path, wrong method) has the framework's shape. The texts of 400, 401 and 429 are published nowhere; these are ours.
 */
import type { BadRequest, CreatedBody } from "@effect-aptrinsic/core/AccountsApi"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Refusal } from "./payload.ts"

const apiStatus = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  404: "NOT_FOUND",
  415: "UNSUPPORTED_MEDIA_TYPE",
  429: "TOO_MANY_REQUESTS",
} as const

const apiError = (
  status: keyof typeof apiStatus,
  { message, debugMessage = null, subErrors = null }: Partial<Refusal> & Pick<Refusal, "message">,
  headers?: Readonly<Record<string, string>>,
) => {
  const body: typeof BadRequest.Type = {
    externalapierror: { status: apiStatus[status], message, debugMessage, subErrors },
  }
  return HttpServerResponse.jsonUnsafe(body, { status, headers })
}

// The contract gives `body` no fields and its example none either, so a client finds nothing here to rely on.
const createdBody: typeof CreatedBody.Type = { body: {}, statusCode: "201", statusCodeValue: 201 }

export const created = HttpServerResponse.jsonUnsafe(createdBody, { status: 201 })

export const found = (body: unknown) => HttpServerResponse.jsonUnsafe(body)

export const invalid = (refusal: Refusal) => apiError(400, refusal)

export const duplicate = (id: string) => apiError(400, { message: `Account already exists for parameters {id=${id}}` })

/** The second text is what the vendor's own loader looks for. */
export const unauthorized = apiError(401, {
  message: "Unauthorized or bad API Key",
  debugMessage: "Authentication failed in loginAwareAuthentication",
})

/** A page, as clients have seen it. */
export const forbidden = HttpServerResponse.text("<!doctype html><title>403</title><h1>403 Forbidden</h1>", {
  status: 403,
  contentType: "text/html",
})

export const notFound = (id: string) => apiError(404, { message: `Account was not found for parameters {id=${id}}` })

export const unsupportedMediaType = (mediaType: string) =>
  apiError(415, { message: `${mediaType} media type is not supported. Supported media types are application/json` })

/** `retryAfter` in seconds, or a text as it is; without one the header is not sent. */
export const tooManyRequests = (retryAfter: number | string | undefined) =>
  apiError(
    429,
    { message: "Rate limit exceeded" },
    retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
  )

const reasonPhrases = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Payload Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
} as const

/** What the framework answers when no handler does. */
export const frameworkError = Effect.fnUntraced(function* (
  status: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const now = yield* Clock.currentTimeMillis
  return HttpServerResponse.jsonUnsafe(
    {
      timestamp: DateTime.formatIso(DateTime.makeUnsafe(now)),
      status,
      error: Object.entries(reasonPhrases).find(([code]) => code === String(status))?.[1] ?? "Unknown",
      message,
      path: request.url.split("?", 1)[0],
    },
    { status, headers },
  )
})
