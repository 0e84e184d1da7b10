/**
 * Who may talk to a page that is served: those that have its token, from the page itself. The token is random and dies with the process. It stands
 * in the fragment of the address, which no browser sends and no server logs, and comes back in a header, which no page of another origin can set;
 * a cookie would go to every port of this machine.
 */
import type { HttpServerRequest } from "effect/http/HttpServerRequest"

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")

export const makeToken = (): string => hex(crypto.getRandomValues(new Uint8Array(16)))

/** Whether two texts are the same, in a time that does not depend on where they differ. */
const isSame = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length
  for (let index = 0; index < other.length; index++) difference |= one.charCodeAt(index) ^ other.charCodeAt(index)
  return difference === 0
}

/** Whether somebody follows a link to a page: without the token it is empty. */
const isVisit = ({ headers, method }: HttpServerRequest): boolean =>
  method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document"

/** Whether a request comes from this machine and from no other page, unless that links here; `port` is ours. */
export const isOurs = (request: HttpServerRequest, port: number): boolean => {
  const { headers } = request
  const host = headers["host"] ?? ""
  const isHere = [`127.0.0.1:${port}`, `localhost:${port}`].includes(host)
  const origin = headers["origin"] ?? `http://${host}`
  const site = headers["sec-fetch-site"] ?? "none"
  return isHere && origin === `http://${host}` && (["none", "same-origin"].includes(site) || isVisit(request))
}

/** Whether it has the token. */
export const hasToken = ({ headers }: HttpServerRequest, token: string): boolean =>
  isSame(headers["authorization"] ?? "", `Bearer ${token}`)
