/**
 * The accounts API on a bare socket, which can break every rule of HTTP and TCP. It remembers what it was sent and what it holds.
 */
import { Buffer } from "node:buffer"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import type { Account, NewAccount } from "@effect-aptrinsic/core/Account"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

export interface Received {
  readonly method: string
  readonly path: string
  /** The request line and the headers as they came. */
  readonly head: string
  readonly body: string
}

/** A request and what a step may do with it. */
export interface Turn {
  readonly socket: Socket
  readonly request: Received
  /** Does what the request asks for: creates its account, false when the id is taken; or changes it, false when there is none. */
  readonly commit: () => boolean
  /** The account a GET asks for, or one with the id of a write. */
  readonly held: () => Account | undefined
  /** The origin of another server, where nobody has any business. */
  readonly elsewhere: string
}

/** What the server does with one request. With `atHead` it does so before it has read the body. */
export type Step = ((turn: Turn) => void) & { readonly atHead?: boolean }
/** The step of the request with this index, or nothing when the server shall do its duty. */
export type Steps = (index: number) => Step | undefined

export interface Script {
  /** What creates and updates meet. */
  readonly write?: Steps
  readonly get?: Steps
  readonly list?: Steps
  /** Accounts that were there before. */
  readonly seed?: ReadonlyArray<NewAccount>
  /** Handles a connection by itself when it returns true. */
  readonly onConnection?: (socket: Socket, index: number) => boolean
  /** Sees a connection before TLS does. */
  readonly onSocket?: (socket: Socket, index: number) => void
  /** A certificate and its key. */
  readonly tls?: string
}

export interface Running {
  readonly url: string
  readonly requests: () => ReadonlyArray<Received>
  /** How many accounts were created or changed here. */
  readonly written: () => number
  /** Connections that were accepted. */
  readonly connections: () => number
  /** Sockets that are open. */
  readonly open: () => number
}

const reasonPhrase = "Whatever"

/** A whole response, after which the connection stays open. */
export const response = (status: number, body = "", headers: Readonly<Record<string, string>> = {}) => {
  const all = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${reasonPhrase}\r\n${head.join("")}\r\n${body}`
}

const duplicate = JSON.stringify({ externalapierror: { status: "BAD_REQUEST", message: "no", subErrors: null } })
const notFound = JSON.stringify({ externalapierror: { status: "NOT_FOUND", message: "not found", subErrors: null } })

/** What says that a write is done. */
export const done = ({ method }: Received): string =>
  method === "POST" ? response(201, "{}") : "HTTP/1.1 204 No Content\r\n\r\n"

/** The accounts that are listed, and a page of them; the id of a scroll is how many come before it. */
const listed = ["a", "b", "c", "d", "e"].map((id) => ({ id }))
export const pageOf = ({ path }: Pick<Received, "path">) => {
  const { searchParams } = new URL(path, "http://localhost")
  const start = Number(searchParams.get("scrollId") ?? 0)
  const end = start + Number(searchParams.get("pageSize"))
  return { accounts: listed.slice(start, end), scrollId: String(end), totalHits: listed.length }
}

const duty: Step = ({ commit, held, request, socket }) => {
  if (kindOf(request) === "list") return void socket.write(response(200, JSON.stringify(pageOf(request))))
  if (request.method !== "GET") {
    const refusal = request.method === "POST" ? response(400, duplicate) : response(404, notFound)
    return void socket.write(commit() ? done(request) : refusal)
  }
  const account = held()
  return void socket.write(account === undefined ? response(404, notFound) : response(200, JSON.stringify(account)))
}

const idOf = ({ body, method, path }: Received): string => {
  if (method === "GET") return decodeURIComponent(path.slice("/v1/accounts/".length))
  return body === "" ? "" : (JSON.parse(body) as NewAccount).id
}

const kindOf = ({ method, path }: Pick<Received, "method" | "path">) => {
  if (method !== "GET") return "write"
  return path.startsWith("/v1/accounts?") ? "list" : "get"
}

/** Splits what a socket receives into requests; a step may take one over as soon as its head is there. */
const serve = (
  socket: Socket,
  start: (request: Omit<Received, "body">) => { readonly atHead: boolean; readonly run: (body: string) => void },
) => {
  let pending = Buffer.alloc(0)
  const read = (): void => {
    const end = pending.indexOf("\r\n\r\n")
    if (end < 0) return
    const head = pending.subarray(0, end).toString("latin1")
    const length = Number(/^content-length: *(\d+)$/imu.exec(head)?.[1] ?? 0)
    const bodyStart = end + 4
    const [method = "", path = ""] = head.split(" ", 2)
    const complete = pending.length >= bodyStart + length
    if (!complete && !started) {
      started = start({ method, path, head })
      if (started.atHead) {
        socket.off("data", onData)
        return started.run("")
      }
    }
    if (!complete) return
    const body = pending.subarray(bodyStart, bodyStart + length).toString("utf8")
    pending = pending.subarray(bodyStart + length)
    const { run } = started ?? start({ method, path, head })
    started = undefined
    run(body)
    return read()
  }
  let started: ReturnType<typeof start> | undefined
  const onData = (chunk: Buffer | string) => {
    pending = Buffer.concat([pending, typeof chunk === "string" ? Buffer.from(chunk) : chunk])
    read()
  }
  socket.on("data", onData)
}

const listen = (server: Server, sockets: Set<Socket>) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      }),
  )

const open = (
  onConnection: (socket: Socket, index: number) => void,
  { onSocket, tls }: Pick<Script, "onSocket" | "tls"> = {},
): { readonly server: Server; readonly sockets: Set<Socket>; readonly connections: () => number } => {
  const sockets = new Set<Socket>()
  let connections = 0
  const accept = (socket: Socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => {})
    onConnection(socket, connections++)
  }
  if (tls === undefined) return { server: createServer(accept), sockets, connections: () => connections }
  const server = createTlsServer({ key: tls, cert: tls }, accept)
  server.on("tlsClientError", () => {})
  let rawConnections = 0
  server.prependListener("connection", (socket) => void onSocket?.(socket, rawConnections++))
  return { server, sockets, connections: () => connections }
}

/** Starts the server, and stops it with the scope. It holds the accounts of the seed, or one for every id. */
export const start = Effect.fnUntraced(function* (
  script: Script,
  elsewhere: string,
  before?: ((id: string) => Account) | undefined,
) {
  const requests: Array<Received> = []
  const accounts = new Map<string, Account>((script.seed ?? []).map((account) => [account.id, account]))
  const find = (id: string) => accounts.get(id) ?? before?.(id)
  const written = new Set<string>()
  const counts = { write: 0, get: 0, list: 0 }

  const onConnection = (socket: Socket, index: number) => {
    if (script.onConnection?.(socket, index) === true) return
    serve(socket, (head) => {
      const kind = kindOf(head)
      const step = script[kind]?.(counts[kind]++) ?? duty
      return {
        atHead: step.atHead === true,
        run: (body) => {
          const request = { ...head, body }
          requests.push(request)
          const id = idOf(request)
          const commit = () => {
            if (kind !== "write") return false
            const held = find(id)
            if ((held === undefined) !== (head.method === "POST")) return false
            accounts.set(id, { ...held, ...(JSON.parse(body) as NewAccount) })
            written.add(id)
            return true
          }
          step({ socket, request, commit, held: () => find(id), elsewhere })
        },
      }
    })
  }
  const { server, sockets, connections } = open(onConnection, script)
  const port = yield* listen(server, sockets)
  const running: Running = {
    url: `${script.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    requests: () => requests,
    written: () => written.size,
    connections,
    open: () => sockets.size,
  }
  return running
})

/** A server that nobody should talk to, and how often somebody did. */
export const startElsewhere = Effect.gen(function* () {
  let visits = 0
  const { server, sockets } = open((socket) => {
    visits++
    socket.end(response(200, "{}"))
  })
  const port = yield* listen(server, sockets)
  return { url: `http://127.0.0.1:${port}`, visits: () => visits }
})

/** Waits until the server has received a request. */
export const received = ({ requests }: Running): Effect.Effect<void> =>
  Effect.asVoid(
    Effect.repeat(
      Effect.sync(() => requests().length),
      { while: (count) => count === 0, schedule: Schedule.spaced("5 millis") },
    ),
  )
