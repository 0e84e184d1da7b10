/**
 * As much of PX as an import needs, which goes away on demand: nobody listens, connections are reset, every answer is 503, or its certificate
 * has expired.
 */
import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import { createServer as createTlsServer, type Server } from "node:https"
import type { AddressInfo, Socket } from "node:net"

export const ways = ["refused", "reset", "503", "expired certificate"] as const
export type Way = (typeof ways)[number]

const certificates = new URL("../faults/certificates/", import.meta.url)
const certificate = (name: string) => readFileSync(new URL(`${name}.pem`, certificates), "utf8")
const valid = certificate("valid")
const expired = certificate("expired")
/** The authority that signed them. */
export const authority = new URL("authority.pem", certificates)

const bodyOf = async (request: IncomingMessage) => {
  let body = ""
  for await (const chunk of request) body += String(chunk)
  return body
}

const answer = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))

/** The accounts, and who waits for how many of them. */
const makeAccounts = () => {
  const accounts = new Map<string, unknown>()
  /** Ids for which a POST came though the account was there. */
  const repeated: Array<string> = []
  let posts = 0
  let stored = (): void => undefined
  return {
    accounts,
    repeated,
    posts: () => posts,
    /** Resolves once so many accounts are there. */
    holds: (count: number) =>
      new Promise<void>((resolve) => {
        stored = () => {
          if (accounts.size >= count) resolve()
        }
      }),
    /** Says whether the account was created. */
    post: (body: string) => {
      posts++
      const account = JSON.parse(body) as { readonly id: string }
      if (accounts.has(account.id)) {
        repeated.push(account.id)
        return false
      }
      accounts.set(account.id, account)
      stored()
      return true
    },
  }
}

export const startPx = async (way: Way) => {
  const { accounts, holds, post, posts, repeated } = makeAccounts()
  let isAway = false
  let failed = 0

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    if (isAway) {
      // Every other account is created nevertheless, and only its answer is lost.
      if (request.method === "POST" && ++failed % 2 === 0) post(body)
      return way === "reset" ? request.socket.destroy() : answer(response, 503, {})
    }
    if (request.method === "POST") {
      return post(body) ? answer(response, 201, {}) : answer(response, 400, { externalapierror: {} })
    }
    const found = accounts.get(decodeURIComponent(request.url!.split("/").at(-1)!))
    return found === undefined ? answer(response, 404, {}) : answer(response, 200, found)
  }
  const listener: RequestListener = (request, response) => void serve(request, response).catch(() => response.destroy())
  const isTls = way === "expired certificate"
  const server = isTls ? createTlsServer({ key: valid, cert: valid }, listener) : createServer(listener)
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => undefined))
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  const hangUp = () => sockets.forEach((socket) => socket.destroy())
  await listen(0)
  const { port } = server.address() as AddressInfo

  return {
    url: `${isTls ? "https" : "http"}://127.0.0.1:${port}`,
    accounts,
    repeated,
    posts,
    holds,
    leave: () => {
      isAway = true
      if (way === "refused") server.close()
      if (isTls) (server as Server).setSecureContext({ key: expired, cert: expired })
      if (way !== "503") hangUp()
    },
    comeBack: async () => {
      isAway = false
      if (isTls) (server as Server).setSecureContext({ key: valid, cert: valid })
      if (way === "refused") await listen(port)
      else hangUp()
    },
    close: () => {
      hangUp()
      server.close()
    },
  }
}
