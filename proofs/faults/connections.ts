/**
 * Numbers 25 to 41: connections that fail before, during and after a request, answers that break off, callers that leave.
 */
import { Buffer } from "node:buffer"
import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { closedPort, callElsewhere, fullPort } from "./processes.ts"
import { done, received, response, type Running, type Script, type Step } from "./rawServer.ts"
import {
  acme,
  created,
  type Ending,
  impatient,
  notCreated,
  reconciled,
  type Scenario,
  unknown,
  updated,
} from "./scenario.ts"
import {
  always,
  atHead,
  bytes,
  bytesAndEnd,
  close,
  committed,
  dripping,
  endless,
  first,
  reply,
  reset,
  silence,
} from "./steps.ts"

/** Too large for the buffers of a socket. */
const large: NewAccount = { ...acme, customAttributes: { note: "x".repeat(8_000_000) } }

const certificate = (name: string) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), "utf8")

const trusting = { ca: [certificate("authority")] }

/** A connection is used again at once. */
const restless = { rest: 0 }

const tlsFailure = (name: string, file: string): Scenario => ({
  number: 28,
  name: `TLS: ${name}`,
  server: { raw: { tls: certificate(file) } },
  httpClient: trusting,
  expected: notCreated("Unreachable (tls)", ""),
})

/** Answers that are lost, once after the account was created, once before. */
const lost = (number: number, name: string, step: Step, options: Scenario["options"] = {}): ReadonlyArray<Scenario> => [
  {
    number,
    name: `${name}, account created`,
    server: { raw: { write: first(committed(step)) } },
    options,
    expected: reconciled(),
  },
  {
    number,
    name: `${name}, account not created`,
    server: { raw: { write: first(step) } },
    options,
    expected: created("POST GET GET POST"),
  },
]

/** A call, after which no connection but the one of the lookup is left open. */
const leavingNothingOpen: Scenario["program"] = ({ call, server }) =>
  Effect.gen(function* () {
    const ending = yield* call()
    const closed = Effect.sync(() => server.open() <= 1)
    const isClosed = yield* Effect.repeat(closed, {
      until: (yes) => yes,
      times: 300,
      schedule: Schedule.spaced("10 millis"),
    })
    return isClosed ? ending : { ...ending, result: `${ending.result}, connection left open` }
  })

/** A 201 whose body never comes to an end that can be used. */
const endlessBody = (number: number, name: string, step: Step, rest: Partial<Scenario> = {}): Scenario => ({
  number,
  name,
  server: { raw: { write: first(committed(step)) } },
  program: leavingNothingOpen,
  expected: reconciled(),
  ...rest,
})

const second: NewAccount = { ...acme, id: "second" }

/** Two calls, the second over the connection of the first; the ending is the second's. */
const twice: Scenario["program"] = ({ call }) =>
  Effect.flatMap(call(), ({ outcome, result }) =>
    result === outcome ? call(second) : Effect.die(`the first call ended with ${result}`),
  )

/** Interrupts a call when `when` has come, then lets `after` say what is left. */
const interrupted = (
  script: (reached: () => void) => Script,
  account: NewAccount,
  rest: Pick<Scenario, "name" | "expected"> & { readonly settled?: (server: Running) => boolean },
): Scenario => {
  // One deferred for each run: the script is shared by all.
  const reached: Array<() => void> = []
  return {
    number: 41,
    name: rest.name,
    server: { raw: script(() => reached.shift()?.()) },
    expected: rest.expected,
    program: ({ endingOf, server, write }) =>
      Effect.gen(function* () {
        const arrived = yield* Deferred.make<void>()
        reached.push(() => Deferred.doneUnsafe(arrived, Effect.void))
        const fiber = yield* Effect.forkChild(write(account))
        yield* Deferred.await(arrived)
        yield* Fiber.interrupt(fiber)
        const ending: Ending = endingOf(yield* Fiber.await(fiber), account.id)
        // The server notices that the caller has left.
        const open = Effect.sync(() => server.open())
        yield* Effect.repeat(open, { while: (count) => count > 0, schedule: Schedule.spaced("5 millis") })
        return ending
      }),
  }
}

/** Made once, and not while other scenarios wait. */
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))

const untilReset = Buffer.from("HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{")

export const connections: ReadonlyArray<Scenario> = [
  {
    number: 25,
    name: "a name that does not resolve",
    server: { raw: {} },
    options: { baseUrl: "https://no-such-host.invalid" },
    expected: notCreated("Unreachable (dns)", ""),
  },
  {
    number: 26,
    name: "a connection that is refused",
    server: { port: closedPort },
    expected: notCreated("Unreachable (refused)", ""),
  },
  {
    number: 26,
    name: "a port that fetch refuses to use",
    server: { raw: {} },
    options: { baseUrl: "http://127.0.0.1:1" },
    expected: notCreated("Unreachable (refused)", ""),
  },
  {
    number: 28,
    name: "TLS: the connection closed in the handshake, then a good one",
    server: { raw: { tls: certificate("valid"), onSocket: (socket, index) => void (index === 0 && socket.destroy()) } },
    httpClient: trusting,
    expected: created(),
  },
  tlsFailure("a certificate that has expired", "expired"),
  tlsFailure("a certificate of another host", "wrong-host"),
  tlsFailure("a certificate that nobody signed", "self-signed"),
  {
    number: 28,
    name: "TLS: a certificate of an unknown authority",
    server: { raw: { tls: certificate("unknown-authority") } },
    expected: notCreated("Unreachable (tls)", ""),
  },
  {
    number: 28,
    name: "TLS: a certificate that is good",
    server: { raw: { tls: certificate("valid") } },
    httpClient: trusting,
    expected: created(),
  },
  {
    number: 29,
    name: "the first connection closed when it is accepted",
    server: { raw: { onConnection: (socket, index) => index === 0 && socket.end() !== undefined } },
    expected: created("GET GET POST"),
  },
  {
    number: 29,
    name: "every connection closed when it is accepted",
    server: { raw: { onConnection: (socket) => socket.end() !== undefined } },
    expected: unknown("", 0),
  },
  ...lost(30, "closed after the request was read", close),
  ...lost(30, "reset after the request was read", reset),
  {
    number: 31,
    name: "reset while the body is written",
    server: { raw: { write: first(atHead(reset)) } },
    account: large,
    expected: created("POST GET GET POST"),
    update: null,
  },
  {
    number: 31,
    name: "413 and a close while the body is written",
    server: { raw: { write: always(atHead(bytesAndEnd(response(413, "", { connection: "close" })))) } },
    account: large,
    expected: notCreated("RequestRefused (413)"),
  },
  {
    number: 32,
    name: "eight calls over kept connections",
    server: { raw: {} },
    httpClient: restless,
    program: ({ call }) =>
      Effect.map(
        Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8], (n) => call({ ...acme, id: `${n}` })),
        (endings) => endings.at(-1)!,
      ),
    // The next request may leave in the moment before the pool has the connection of the last one back.
    objection: (_, server) => (server.connections() <= 2 ? undefined : `${server.connections()} connections`),
    expected: created("POST x8", 8),
  },
  {
    number: 32,
    name: "a kept connection closed when the next request comes, account not created",
    server: { raw: { write: first(undefined, close) } },
    program: twice,
    httpClient: restless,
    expected: created("POST POST GET GET POST", 2),
  },
  {
    number: 32,
    name: "a kept connection closed when the next request comes, account created",
    server: { raw: { write: first(undefined, committed(close)) } },
    program: twice,
    httpClient: restless,
    expected: reconciled("POST POST GET", 2),
  },
  {
    number: 32,
    name: "a kept connection reset when the next request comes, account created",
    server: { raw: { write: first(undefined, committed(reset)) } },
    program: twice,
    httpClient: restless,
    expected: reconciled("POST POST GET", 2),
  },
  {
    number: 32,
    name: "a kept connection closed after its answer",
    server: { raw: { write: first(committed(({ request, socket }) => void socket.end(done(request)))) } },
    program: twice,
    httpClient: { connections: 1 },
    expected: created("POST POST", 2),
  },
  ...lost(33, "no answer at all", silence, impatient),
  {
    number: 33,
    name: "no answer to anything",
    server: { raw: { write: always(silence), get: always(silence) } },
    options: { attemptTimeout: "300 millis", totalTimeout: "1 second" },
    takes: [900],
    expected: unknown("any", 0),
  },
  ...lost(34, "headers of one byte a second", dripping(response(201, "{}"), 1000), impatient),
  endlessBody(35, "201 whose body stalls", bytes(untilReset), { options: impatient }),
  {
    number: 35,
    name: "201 whose body stalls, and the lookup fails",
    server: { raw: { write: first(committed(bytes(untilReset))), get: always(reply(500)) } },
    options: impatient,
    expected: created("POST GET"),
  },
  {
    number: 35,
    name: "401 whose body stalls",
    server: { raw: { write: always(bytes("HTTP/1.1 401 No\r\ncontent-length: 99\r\n\r\n{")) } },
    options: impatient,
    expected: notCreated("Unauthorized"),
  },
  endlessBody(36, "201 with a body without an end", endless("HTTP/1.1 201 Created\r\n\r\n", "x")),
  endlessBody(36, "201 with a body over the cap", reply(201, "x".repeat(2_000_000))),
  endlessBody(
    37,
    "201 with a gzip bomb of 64 MB",
    bytes(`HTTP/1.1 201 Created\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`, bomb),
    {
      expected: {
        node: created(),
        deno: reconciled(),
        because: "undici leaves a body that nobody asked to be compressed as it is; fetch inflates it, up to the cap",
      },
    },
  ),
  {
    number: 37,
    name: "201 with a corrupt gzip",
    server: { raw: { write: first(committed(reply(201, "this is not gzip", { "content-encoding": "gzip" }))) } },
    expected: {
      node: created(),
      deno: reconciled(),
      because: "undici leaves a body that nobody asked to be compressed as it is; fetch tries to inflate it",
    },
  },
  ...lost(38, "a head of 2 MB", bytes(`HTTP/1.1 201 Created\r\n${`x: ${"y".repeat(1000)}\r\n`.repeat(2000)}\r\n`)),
  ...lost(38, "bytes that are not HTTP", bytesAndEnd("220 mail.example ESMTP\r\n\r\n")),
  ...lost(38, "binary bytes", bytesAndEnd(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]))),
  {
    number: 39,
    name: "two answers to one request",
    server: {
      raw: { write: first(committed(({ request, socket }) => void socket.write(done(request) + response(401)))) },
    },
    program: twice,
    httpClient: restless,
    expected: created("POST POST", 2),
  },
  {
    number: 40,
    name: "the first connection of a process closed when it is accepted",
    server: { raw: { onConnection: (socket, index) => index === 0 && socket.end() !== undefined } },
    program: ({ server, ...bench }) =>
      Effect.gen(function* () {
        const { reported } = yield* callElsewhere(bench, server.url)
        const { outcome, result } = (yield* reported) ?? { outcome: "unknown", result: "nothing" }
        return { outcome, result, seen: [] }
      }),
    expected: created("GET GET POST"),
  },
  {
    number: 27,
    name: "a connection that nobody accepts",
    server: { port: fullPort },
    options: { maxAttempts: 1 },
    httpClient: { connectTimeout: "300 millis" },
    expected: {
      node: notCreated("Unreachable (connect timeout)", ""),
      deno: unknown("", 0),
      because: "fetch does not tell a connection that is not made from an answer that does not come",
    },
  },
  {
    number: 41,
    name: "interrupted before it is sent",
    server: { raw: {} },
    options: { requestsPerSecond: 1 },
    program: ({ call, endingOf, write }) =>
      Effect.gen(function* () {
        yield* call()
        const fiber = yield* Effect.forkChild(write(second), { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        return endingOf(yield* Fiber.await(fiber), second.id)
      }),
    expected: notCreated("interrupted", "POST", 1),
  },
  interrupted((reached) => ({ write: always(atHead(reached)) }), large, {
    name: "interrupted while it is sent",
    expected: unknown("POST", 0, "interrupted"),
  }),
  interrupted((reached) => ({ write: always(committed(reached)) }), acme, {
    name: "interrupted after it was sent",
    expected: unknown("POST", 1, "interrupted"),
  }),
  {
    number: 41,
    name: "interrupted after it was sent, then called again",
    server: { raw: { write: first(committed(silence)) } },
    program: ({ call, server, write }) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(write())
        yield* received(server)
        yield* Fiber.interrupt(fiber)
        return yield* call()
      }),
    expected: notCreated("PossibleDuplicate (same)", "POST POST GET", 1),
    update: updated("PUT PUT"),
  },
]
