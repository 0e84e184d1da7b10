/**
 * How the client introduces itself: with its version and that of its runtime.
 */

/** Compared with the manifest by a test. */
export const version = "0.0.0"

declare const navigator: { readonly userAgent?: string } | undefined

/** Node, Deno and Bun name themselves as `Node.js/24`; what a browser would say of itself it says anyway. */
export const runtime =
  typeof navigator === "undefined" ? "" : (/^(Node\.js|Deno|Bun)\/[\w.-]+/.exec(navigator.userAgent ?? "")?.[0] ?? "")

/** Where whatever a request started ends with it, so that one request cannot wake what another one waits for. */
export const isWorkers = typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers"

export const userAgent = `effect-aptrinsic/${version}${runtime === "" ? "" : ` (${runtime})`}`
