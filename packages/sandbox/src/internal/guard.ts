/**
 * Who may talk to the sandbox: programs on this machine, and pages the sandbox served itself. A web page that reaches it through a name
 * it had rebound to 127.0.0.1, or from another origin, is refused; it may link to it.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"

const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/u.test(host)

/** The host that the request line names by itself, which goes before the header (RFC 9112, 3.2.2). */
const authority = (url: string) => /^[a-z]+:\/\/([^/?#]*)/iu.exec(url)?.[1]

/** Whether a page of another origin asks, and be it for an image: what browsers say about every request, with Origin or without. */
const isFromElsewhere = ({ headers, method }: HttpServerRequest.HttpServerRequest) =>
  ["cross-site", "same-site"].includes(headers["sec-fetch-site"] ?? "") &&
  !(method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document")

/** Why a request is refused, or nothing. The port of the host is not looked at: it may have been forwarded. */
export const objection = (request: HttpServerRequest.HttpServerRequest): string | undefined => {
  const { headers, originalUrl } = request
  const host = headers["host"]?.toLowerCase() ?? ""
  if (!isLoopback(host) || !isLoopback(authority(originalUrl)?.toLowerCase() ?? host)) {
    return "The sandbox answers to localhost and 127.0.0.1 alone"
  }
  const origin = headers["origin"]?.toLowerCase() ?? `http://${host}`
  return origin === `http://${host}` && !isFromElsewhere(request)
    ? undefined
    : "The sandbox answers to pages of its own origin alone"
}
