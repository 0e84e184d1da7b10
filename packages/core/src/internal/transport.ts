/**
 * Tells from a client's error whether the request left. Node's clients name a code; Deno's fetch has only the text of
 * its HTTP library, which marks everything that happens before the request with `client error (Connect)`.
 */
import type { HttpClientError } from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import type { TransportFault } from "../Outcome.ts"
import { hide, visible } from "./shared/visibleText.ts"

export interface Fault {
  readonly fault: TransportFault
  readonly detail: string
}

type Known = ReadonlyArray<readonly [RegExp, TransportFault]>

const faultsByCode: Known = [
  // Not the server's doing: this process, or its machine, has too many files open.
  [/^(EMFILE|ENFILE)$/, "too many files"],
  [/^(ENOTFOUND|EAI_[A-Z]+)$/, "dns"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "refused"],
  [/^(UND_ERR_CONNECT_TIMEOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/, "connect timeout"],
  // Only what a handshake can raise: a TLS error later on may follow a request that was processed.
  [/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/, "tls"],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|.*HANDSHAKE_FAILURE)$/, "tls"],
]

const faultsByText: Known = [
  [/client error \(Connect\).*\(os error 2[34]\)/, "too many files"],
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
 * What says that nothing was written, where no other error of the chain says why: a proxy that lets nothing through (`refused`), or something
 * that a client finds wrong with a request or itself (`client`). Not `UND_ERR_DESTROYED`: a client that is destroyed ends the requests that are
 * out in the same way.
 */
const unsentByCode: Known = [
  [new RegExp(`^${notConnected}$`), "refused"],
  [/^UND_ERR_(SOCKS5.*|PRX_(CONN|TLS))$/, "refused"],
  [/^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|CLOSED|MAX_ORIGINS_REACHED|BPL_MISSING_UPSTREAM)$/, "client"],
  [/^ERR_(INVALID_CHAR|INVALID_HTTP_TOKEN|UNESCAPED_CHARACTERS|WEBASSEMBLY_NOT_SUPPORTED)$/, "client"],
]

const unsentByText: Known = [
  // The ports that https://fetch.spec.whatwg.org/#port-blocking forbids.
  [/^(bad port|Fetch failed: Requests to port \d+ are blocked)$/, "refused"],
  [/^Proxy response \(\d+\) !== 200 when HTTP Tunneling$/, "refused"],
  // What the fetch of Node, of Deno, of Bun and of browsers says of its arguments; of an answer they say it in other words.
  [/^(Headers\.\w+|RequestInit|Request constructor): /, "client"],
  [/^Request with GET\/HEAD method cannot have body/, "client"],
  [/^Invalid header (name|value): /, "client"],
  [/^Header '.*' has invalid (name|value)/s, "client"],
  [/^Failed to (execute 'fetch' on|construct '(Request|Headers)')/, "client"],
  // Deno, to a program that may not use the network.
  [/^Requires net access to /, "client"],
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

const find = (links: ReadonlyArray<Link>, byCode: Known, byText: Known): TransportFault | undefined => {
  for (const { code, message } of links) {
    const known = byCode.find(([pattern]) => pattern.test(code)) ?? byText.find(([pattern]) => pattern.test(message))
    if (known !== undefined) return known[1]
  }
  return undefined
}

const faultIn = (links: ReadonlyArray<Link>): TransportFault =>
  find(links, faultsByCode, faultsByText) ?? find(links, unsentByCode, unsentByText) ?? "lost"

/** What OpenSSL says, without the thread, the numbers and the lines of its source around it. */
const opensslWords = /^[\dA-F]+:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):.*$/s

/** A `secret` is hidden before the text is cut, which could leave a part of it. */
export const faultOf = (error: HttpClientError, secret = ""): Fault => {
  const reason = error.reason
  if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError") {
    return { fault: "client", detail: hide(reason.message, secret) }
  }
  const links = chain(reason.cause)
  const told =
    links.find(({ code, message }) => code === notConnected && message !== "") ??
    links.findLast(({ code, message }) => message !== "" || code !== "")
  const words = told?.message.replace(opensslWords, "TLS: $1") || told?.code || reason._tag
  return { fault: faultIn(links), detail: visible(hide(words, secret)) }
}
