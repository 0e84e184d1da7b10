/**
 * Tells from a client's error whether the request left. Node's clients name a code; Deno's fetch has only the text of
 * its HTTP library, which marks everything that happens before the request with `client error (Connect)`.
 */
import type { HttpClientError } from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import type { TransportFault } from "../Outcome.ts"
import { visible } from "../VisibleText.ts"

export interface Fault {
  readonly fault: TransportFault
  readonly detail: string
}

const faultsByCode: ReadonlyArray<readonly [RegExp, TransportFault]> = [
  [/^(ENOTFOUND|EAI_[A-Z]+)$/, "dns"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "refused"],
  [/^(UND_ERR_CONNECT_TIMEOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/, "connect timeout"],
  // Only what a handshake can raise: a TLS error later on may follow a request that was processed.
  [/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/, "tls"],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|.*HANDSHAKE_FAILURE)$/, "tls"],
]

const faultsByText: ReadonlyArray<readonly [RegExp, TransportFault]> = [
  // A connection that breaks off in the handshake is the network's fault, not the certificate's.
  [/before secure TLS connection was established/, "refused"],
  // The ports that https://fetch.spec.whatwg.org/#port-blocking forbids.
  [/^(bad port|Fetch failed: Requests to port \d+ are blocked)$/, "refused"],
  [/client error \(Connect\): dns error/, "dns"],
  [/client error \(Connect\): tcp connect error.*(timed out|deadline)/, "connect timeout"],
  [/client error \(Connect\): tcp connect error/, "refused"],
  [/client error \(Connect\): (tls handshake eof|.*\(os error \d+\)$)/, "refused"],
  [/client error \(Connect\)/, "tls"],
]

/** The error and its causes, outermost first; a failed connection attempt to several addresses holds one error for each. */
const chain = (error: unknown, depth = 0): ReadonlyArray<{ readonly code: string; readonly message: string }> => {
  if (depth > 8 || !Predicate.isObject(error)) return []
  const { code, message, cause, errors } = error as Record<string, unknown>
  const self = { code: typeof code === "string" ? code : "", message: typeof message === "string" ? message : "" }
  const nested = [cause, ...(Array.isArray(errors) ? errors : [])]
  return [self, ...nested.flatMap((inner) => chain(inner, depth + 1))]
}

export const faultOf = (error: HttpClientError): Fault => {
  const reason = error.reason
  if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError") {
    return { fault: "refused", detail: reason.message }
  }
  const links = chain(reason.cause)
  const innermost = links.findLast((link) => link.message !== "" || link.code !== "")
  const detail = visible(innermost?.message || innermost?.code || reason._tag)
  for (const { code, message } of links) {
    const known =
      faultsByCode.find(([pattern]) => pattern.test(code)) ?? faultsByText.find(([pattern]) => pattern.test(message))
    if (known !== undefined) return { fault: known[1], detail }
  }
  return { fault: "lost", detail }
}
