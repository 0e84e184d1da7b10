/**
 * A server in the form of a fetch, for the tests of the packages that bundle core. The manifest names this module for the workspace alone.
 */
export const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"], plan: "pro" }

interface Sent extends Omit<RequestInit, "headers" | "method"> {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly account: unknown
}

export type Answer = (request: Sent) => Response

/** A fetch that keeps what it was asked; `never` answers when it is aborted. */
export const fetching = (answer: Answer | "never") => {
  const requests: Array<Sent> = []
  const fetch: typeof globalThis.fetch = async (url, init = {}) => {
    const { body, headers, method = "GET" } = init
    const text = body instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(body)) : undefined
    const sent = { ...init, url: String(url), method, headers: new Headers(headers), account: text }
    requests.push(sent)
    if (answer !== "never") return answer(sent)
    return new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)))
  }
  return { fetch, requests }
}
