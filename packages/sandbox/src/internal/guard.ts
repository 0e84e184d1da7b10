/**
 * Who may talk to the sandbox: programs on this machine, and pages the sandbox served itself. A web page that reaches it through a name
 * it had rebound to 127.0.0.1, or from another origin, is refused.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"

const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/iu.test(host)

/** The host a request line names itself, which goes before the header (RFC 9112, 3.2.2). */
const authority = (url: string) => /^[a-z]+:\/\/([^/?#]*)/iu.exec(url)?.[1]

/** Why a request is refused, or nothing. The port is not compared: it may have been forwarded. */
export const objection = (request: HttpServerRequest.HttpServerRequest): string | undefined => {
  const host = request.headers["host"]
  const target = authority(request.originalUrl) ?? host
  if (host === undefined || !isLoopback(host) || target === undefined || !isLoopback(target)) {
    return "The sandbox answers to localhost and 127.0.0.1 alone"
  }
  const origin = request.headers["origin"]
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return "The sandbox answers to pages of its own origin alone"
  }
  return undefined
}
