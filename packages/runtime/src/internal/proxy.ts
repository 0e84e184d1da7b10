/**
 * Which requests go through a proxy, and how a message names it.
 */

/** An origin on this machine: no proxy is asked for it, whatever the environment says. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127(\.\d{1,3}){3}$/.test(hostname)

export interface Proxy {
  readonly variable: string
  readonly address: string
}

/** The proxies that the environment names, each for the scheme of the origin. */
export interface Proxies {
  readonly http: Proxy | undefined
  readonly https: Proxy | undefined
  /** The value of `NO_PROXY`. */
  readonly except: string
}

export type ReadVariable = (name: string) => string | undefined

export const readProxy = (name: string, read: ReadVariable): Proxy | undefined => {
  for (const variable of [name.toLowerCase(), name]) {
    const value = read(variable)
    if (value === undefined || value === "") continue
    // An address without a scheme is one of an HTTP proxy, as for curl.
    return { variable, address: value.includes("://") ? value : `http://${value}` }
  }
  return undefined
}

/** Whether the address is one that undici can use: it throws at others, and shows their password. */
export const isUsable = ({ address }: Proxy): boolean =>
  URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol)

/** Where the proxy is and what says so, without its user and password. */
export const nameOf = ({ address, variable }: Proxy): string =>
  URL.canParse(address) ? `${new URL(address).host} (${variable})` : variable

/** The code that tells `@effect-aptrinsic/core` that a request did not leave. */
const code = "ERR_NOT_CONNECTED"

/** An error that came before there was a connection. */
export const notConnected = (message: string, cause?: unknown): Error & { readonly code: typeof code } =>
  Object.assign(new Error(message, { cause }), { code } as const)
