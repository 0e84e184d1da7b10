/**
 * Numbers 61 to 63: answers that belong to no request, servers that speak HTTP/2, proxies.
 */
import { readFileSync } from "node:fs"
import { createSecureServer, constants } from "node:http2"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { fileURLToPath } from "node:url"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Effect from "effect/Effect"
import { closedPort, callElsewhere } from "./processes.ts"
import { done, type Step } from "./rawServer.ts"
import { acme, created, type Expected, notCreated, type Scenario, unknown } from "./scenario.ts"
import { first } from "./steps.ts"

const certificate = (name: string) => fileURLToPath(new URL(`certificates/${name}.pem`, import.meta.url))
const read = (name: string) => readFileSync(certificate(name), "utf8")

/** Makes a process trust one more authority. */
const trusting = (name: string) => ({ NODE_EXTRA_CA_CERTS: certificate(name), DENO_CERT: certificate(name) })

const second: NewAccount = { ...acme, id: "second" }

/** Does its duty and answers; answers a second time in the same packet, or when so many milliseconds have passed. */
const answeredTwice =
  (milliseconds?: number): Step =>
  ({ commit, request, socket }) => {
    commit()
    const answer = done(request)
    if (milliseconds === undefined) return void socket.write(answer + answer)
    socket.write(answer)
    setTimeout(() => {
      if (socket.writable) socket.write(answer)
    }, milliseconds)
  }

/** No answer of its own, for longer than a stray one takes to come. */
const unanswered: Step = ({ socket }) => void setTimeout(() => socket.end(), 1000)

/** The second write is not stored and not answered; the stray answer to the first must not be taken for its own. */
const stray = (milliseconds: number | undefined, name: string, httpClient?: Scenario["httpClient"]): Scenario => ({
  number: 61,
  name,
  server: { raw: { write: first(answeredTwice(milliseconds), unanswered) } },
  ...(httpClient === undefined ? {} : { httpClient }),
  program: ({ call }) => Effect.andThen(call(), call(second)),
  expected: created("POST POST GET GET POST", 2),
})

/** Rests long enough for a busy machine to deliver what was sent. */
const patient = { connections: 1, rest: "500 millis" } as const

/** Ids whose first write was left without an answer, by the port of the server. */
const left = new Set<string>()

/** Of many creates at once a fourth is not stored and not answered at first, and every other one is answered twice. */
const strays: Scenario = {
  number: 61,
  name: "100 creates at once, most of them answered twice, some not at all",
  server: {
    raw: {
      write: () => (turn) => {
        const { id } = JSON.parse(turn.request.body) as NewAccount
        const key = `${turn.socket.localPort} ${id}`
        if (left.has(key) || !id.startsWith("lost")) return answeredTwice(40)(turn)
        left.add(key)
        unanswered(turn)
      },
    },
  },
  options: { requestsPerSecond: 1000 },
  httpClient: { rest: patient.rest },
  program: ({ call, server }) =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 100 }, (_, index) => (index % 4 === 3 ? `lost${index}` : `kept${index}`))
      const endings = yield* Effect.forEach(ids, (id) => call({ ...acme, id }), { concurrency: "unbounded" })
      const told = endings.filter(({ outcome }) => outcome === "created").length
      return { result: `${told} said, ${server.written()} there`, outcome: "created", seen: endings }
    }),
  expected: { result: "100 said, 100 there", outcome: "created", requests: "any", holds: 100 },
  update: null,
}

const listen = (server: Server, sockets: Set<Socket>) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.on("connection", (socket: Socket) => {
        sockets.add(socket.on("error", () => {}))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      }),
  )

/** A server that answers over HTTP/1.1; over HTTP/2 it keeps the account and refuses the stream, so that a client may send it again. */
const http2: Scenario = {
  number: 62,
  name: "a server that offers HTTP/2, and refuses the stream of what it has stored",
  server: { raw: {} },
  program: (bench) =>
    Effect.gen(function* () {
      let writes = 0
      const server = createSecureServer({ key: read("valid"), cert: read("valid"), allowHTTP1: true })
      server.on("request", (request, reply) => {
        if (request.method !== "GET") writes++
        if (request.httpVersion === "2.0") return reply.stream.close(constants.NGHTTP2_REFUSED_STREAM)
        return reply.writeHead(request.method === "POST" ? 201 : 204).end()
      })
      const port = yield* listen(server as unknown as Server, new Set())
      const { reported } = yield* callElsewhere(bench, `https://127.0.0.1:${port}`, trusting("authority"))
      const { outcome, result, text } = (yield* reported)!
      return { result: `${result}, ${writes} sent`, outcome, seen: [text] }
    }),
  expected: { result: "created, 1 sent", outcome: "created", requests: "", holds: 0 },
}

/** What a proxy does with a connection: the port it leads to, or what it does instead. */
type Tunnel = number | ((socket: Socket) => void)

const startProxy = Effect.fnUntraced(function* (tunnel: Tunnel) {
  const heads: Array<string> = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.once("data", (head: Buffer) => {
      heads.push(head.toString("latin1"))
      if (typeof tunnel === "function") return tunnel(socket)
      const upstream = connect(tunnel, "127.0.0.1").on("error", () => {})
      sockets.add(upstream)
      socket.write("HTTP/1.1 200 OK\r\n\r\n")
      socket.pipe(upstream)
      upstream.pipe(socket)
    })
  })
  const port = yield* listen(server, sockets)
  return { port, heads }
})

const environmentOf = (port: number) => {
  const proxy = `http://user:sesame@127.0.0.1:${port}`
  return { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, https_proxy: "", http_proxy: "", NO_PROXY: "", no_proxy: "" }
}

const refusing = (status: number) => (socket: Socket) =>
  void socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)

interface Proxied extends Pick<Scenario, "name" | "expected"> {
  /** Leads to the server when it is not given; `null` is a proxy that is down. */
  readonly tunnel?: Tunnel | null | undefined
  /** The server is on loopback, without TLS. */
  readonly isNear?: boolean
  readonly environment?: Readonly<Record<string, string>>
  /** What the proxy is asked for. */
  readonly asked: ReadonlyArray<string>
}

/** A call by a process that goes through a proxy, to a server whose name nothing else resolves. */
const proxied = ({ asked, environment, expected, name, isNear = false, tunnel }: Proxied): Scenario => ({
  number: 63,
  name: `a proxy: ${name}`,
  server: { raw: isNear ? {} : { tls: read("proxied") } },
  program: ({ server, ...bench }) =>
    Effect.gen(function* () {
      const proxy =
        tunnel === null
          ? { port: yield* closedPort, heads: [] }
          : yield* startProxy(tunnel ?? Number(new URL(server.url).port))
      const { reported } = yield* callElsewhere(bench, isNear ? server.url : "https://px.test", {
        ...trusting("proxied-authority"),
        // Deno would look for a newer version of itself.
        DENO_NO_UPDATE_CHECK: "1",
        ...environmentOf(proxy.port),
        ...environment,
      })
      const { outcome, result, text } = (yield* reported)!
      const lines = new Set(proxy.heads.map((head) => head.split("\r\n", 1)[0]!))
      const wrong = [
        JSON.stringify([...lines]) === JSON.stringify(asked) ? "" : `, asked for ${[...lines].join(" ")}`,
        proxy.heads.every((head) => /^proxy-authorization: basic/im.test(head)) ? "" : ", without user and password",
        text.includes("sesame") ? ", the password of the proxy can be seen" : "",
        result.startsWith("Unreachable") && !text.includes(`127.0.0.1:${proxy.port} (HTTPS_PROXY)`) && asked.length > 0
          ? ", the proxy is not named"
          : "",
      ]
      return { result: `${result}${wrong.join("")}`, outcome, seen: [text] }
    }),
  expected,
})

const refused: Expected = notCreated("Unreachable (refused)", "")
const tunnelled = ["CONNECT px.test:443 HTTP/1.1"]

export const doors: ReadonlyArray<Scenario> = [
  stray(0, "a second answer in the same moment"),
  stray(undefined, "a second answer in the same packet, to a client that reuses connections at once", {
    rest: 0,
    connections: 1,
  }),
  stray(40, "a second answer 40 ms later"),
  stray(40, "a second answer 40 ms later, on the only connection", patient),
  stray(300, "a second answer 300 ms later, to a client that keeps no connection", { keepAlive: 0, connections: 1 }),
  strays,
  http2,
  proxied({ name: "that leads to the server", asked: tunnelled, expected: created() }),
  proxied({ name: "that wants another password", tunnel: refusing(407), asked: tunnelled, expected: refused }),
  proxied({ name: "that is down", tunnel: null, asked: [], expected: refused }),
  proxied({
    name: "that does not answer",
    tunnel: () => {},
    environment: { CONNECT_TIMEOUT: "500", TOTAL_TIMEOUT: "10000" },
    asked: tunnelled,
    expected: { node: refused, deno: unknown("", 0), because: "fetch has no bound on opening a connection" },
  }),
  proxied({
    name: "that a host is excepted from",
    environment: { NO_PROXY: "px.test" },
    asked: [],
    expected: notCreated("Unreachable (dns)", ""),
  }),
  proxied({ name: "that nothing on loopback is sent to", isNear: true, asked: [], expected: created() }),
]
