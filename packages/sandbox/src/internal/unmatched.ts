/**
 * What Spring answers by itself to a path or method that has no handler.
 */
import { AccountsApi } from "@effect-aptrinsic/core/AccountsApi"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as responses from "./responses.ts"

const endpoints = Object.values(AccountsApi.groups)
  .flatMap((group) => Object.values(group.endpoints))
  .map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replaceAll(/:[a-z]+/giu, "[^/]+")}$`, "u") }))

/** The methods a path has, as an `Allow` header names them; none when no handler has the path. */
const methodsOf = (path: string): ReadonlyArray<string> => {
  const methods = endpoints.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
  if (methods.length === 0) return []
  return [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"]
}

const decode = Option.liftThrowable(decodeURIComponent)

export const pathOf = (request: HttpServerRequest.HttpServerRequest): string => request.url.split("?", 1)[0] ?? ""

export const notFound = responses.frameworkError(404, "No message available")

export const answer = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
  const path = pathOf(request)
  if (Option.isNone(decode(path))) return responses.frameworkError(400, "The path is not percent-encoded correctly")
  const allow = methodsOf(path).join(",")
  if (allow === "") return notFound
  return request.method === "OPTIONS"
    ? Effect.succeed(HttpServerResponse.empty({ status: 200, headers: { allow } }))
    : responses.frameworkError(405, `Request method '${request.method}' not supported`, { allow })
})
