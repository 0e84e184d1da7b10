/**
 * What Spring answers by itself to a path or method that has no handler.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as responses from "./responses.ts"
import * as routes from "./routes.ts"

const decode = Option.liftThrowable(decodeURIComponent)

export const pathOf = (request: HttpServerRequest.HttpServerRequest): string => request.url.split("?", 1)[0] ?? ""

export const notFound = responses.frameworkError(404, "No message available")

export const answer = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
  const path = pathOf(request)
  if (Option.isNone(decode(path))) return responses.frameworkError(400, "The path is not percent-encoded correctly")
  const allow = routes.methodsOf(path).join(",")
  if (allow === "") return notFound
  return request.method === "OPTIONS"
    ? Effect.succeed(HttpServerResponse.empty({ status: 200, headers: { allow } }))
    : responses.frameworkError(405, `Request method '${request.method}' not supported`, { allow })
})
