/**
 * Who may talk to the sandbox: programs on this machine, and pages the sandbox served itself. A web page that reaches it through a name
 * it had rebound to 127.0.0.1, or from another origin, is refused.
 */
import type * as Headers from "effect/http/Headers"

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/u

/** Why a request is refused, or nothing. The port is not compared: it may have been forwarded. */
export const objection = (headers: Headers.Headers): string | undefined => {
  const host = headers["host"]?.toLowerCase()
  if (host === undefined || !loopbackNames.test(host.replace(/:\d+$/u, ""))) {
    return "The sandbox answers to localhost and 127.0.0.1 alone"
  }
  const origin = headers["origin"]?.toLowerCase()
  if (origin !== undefined && origin !== `http://${host}`) return "The sandbox answers to pages of its own origin alone"
  return undefined
}
