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
  [/client error \(Connect\): dns error/, "dns"],
  [/client error \(Connect\): tcp connect error.*(timed out|deadline)/, "connect timeout"],
  [/client error \(Connect\): tcp connect error/, "refused"],
  [/client error \(Connect\): (tls handshake eof|.*\(os error \d+\)$)/, "refused"],
  // A proxy refused CONNECT, or broke off in the middle of it.
  [/client error \(Connect\): (proxy |unsuccessful tunnel|.*while tunneling)/, "refused"],
  [/client error \(Connect\)/, "tls"],
  // Bun, whose code for it is one that other errors have too.
  [/^EPROTO: The TLS handshake failed/, "tls"],
]

/** The code of an error that `@effect-aptrinsic/runtime` has seen before there was a connection. */
const notConnected = "ERR_NOT_CONNECTED"

/**
 * What a client finds wrong with a request, a proxy or itself before it writes anything. Not `UND_ERR_DESTROYED`: a client
 * that is destroyed ends the requests that are out in the same way.
 */
const unsentByCode: ReadonlyArray<RegExp> = [
  new RegExp(`^${notConnected}$`),
  /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|CLOSED|MAX_ORIGINS_REACHED|BPL_MISSING_UPSTREAM|SOCKS5.*|PRX_(CONN|TLS))$/,
  /^ERR_(INVALID_CHAR|INVALID_HTTP_TOKEN|UNESCAPED_CHARACTERS|WEBASSEMBLY_NOT_SUPPORTED)$/,
]

const unsentByText: ReadonlyArray<RegExp> = [
  // The ports that https://fetch.spec.whatwg.org/#port-blocking forbids.
  /^(bad port|Fetch failed: Requests to port \d+ are blocked)$/,
  /^Proxy response \(\d+\) !== 200 when HTTP Tunneling$/,
  // How the fetch of Node, Deno, Bun and browsers refuses its arguments; about answers they use other words.
  /^(Headers\.\w+|RequestInit|Request constructor): /,
  /^Request with GET\/HEAD method cannot have body/,
  /^Invalid header (name|value): /,
  /^Header '.*' has invalid (name|value)/s,
  /^Failed to (execute 'fetch' on|construct '(Request|Headers)')/,
  // Deno, to a program that may not use the network.
  /^Requires net access to /,
]

interface Link {
  readonly code: string
  readonly message: string
}

/** The error and its causes, outermost first; a failed connection attempt to several addresses holds one error for each. */
const chain = (error: unknown, depth = 0): ReadonlyArray<Link> => {
  if (depth > 8 || !Predicate.isObject(error)) return []
  const { code, message, cause, errors } = error as Record<string, unknown>
  const self = { code: typeof code === "string" ? code : "", message: typeof message === "string" ? message : "" }
  const nested = [cause, ...(Array.isArray(errors) ? errors : [])]
  return [self, ...nested.flatMap((inner) => chain(inner, depth + 1))]
}

const faultIn = (links: ReadonlyArray<Link>): TransportFault => {
  for (const { code, message } of links) {
    const known =
      faultsByCode.find(([pattern]) => pattern.test(code)) ?? faultsByText.find(([pattern]) => pattern.test(message))
    if (known !== undefined) return known[1]
  }
  const isUnsent = links.some(
    ({ code, message }) =>
      unsentByCode.some((pattern) => pattern.test(code)) || unsentByText.some((pattern) => pattern.test(message)),
  )
  return isUnsent ? "refused" : "lost"
}

export const faultOf = (error: HttpClientError): Fault => {
  const reason = error.reason
  if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError") {
    return { fault: "refused", detail: reason.message }
  }
  const links = chain(reason.cause)
  const told =
    links.find(({ code, message }) => code === notConnected && message !== "") ??
    links.findLast(({ code, message }) => message !== "" || code !== "")
  return { fault: faultIn(links), detail: visible(told?.message || told?.code || reason._tag) }
}
