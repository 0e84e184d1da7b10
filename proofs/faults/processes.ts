/**
 * Processes of the same runtime: a program with the client of `core`, and a listener that accepts nobody.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { type AddressInfo, connect, createServer } from "node:net"
import process from "node:process"
import { fileURLToPath } from "node:url"
import type { Outcome } from "@effect-aptrinsic/core/Outcome"
import * as Effect from "effect/Effect"
import { runtime } from "./runtime.ts"
import type { Bench } from "./scenario.ts"

type Environment = Readonly<Record<string, string>>

const child = (file: string, args: ReadonlyArray<string>, input: string, environment: Environment = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = fileURLToPath(new URL(file, import.meta.url))
      const all = runtime === "deno" ? ["run", "-A", "--quiet", path, ...args] : [path, ...args]
      const started = spawn(process.execPath, all, {
        stdio: ["pipe", "pipe", "inherit"],
        env: { ...process.env, ...environment },
      })
      started.stdin.end(input)
      return started
    }),
    (started) => Effect.sync(() => started.kill("SIGKILL")),
  )

/** The first line a process prints, or nothing when it ends without one. */
const firstLine = ({ stdout }: ChildProcess) =>
  Effect.callback<string | void>((resume) => {
    let text = ""
    stdout?.setEncoding("utf8")
    stdout?.on("data", (chunk) => {
      text += String(chunk)
      const end = text.indexOf("\n")
      if (end >= 0) resume(Effect.succeed(text.slice(0, end)))
    })
    stdout?.on("close", () => resume(Effect.void))
  })

export interface Reported {
  readonly result: string
  readonly outcome: Outcome
  /** All that the program was told. */
  readonly text: string
}

/** A call by a process of its own: the process, and what it reports. */
export const callElsewhere = Effect.fnUntraced(function* (
  { apiKey, verb }: Pick<Bench, "apiKey" | "verb">,
  url: string,
  environment?: Environment,
) {
  const started = yield* child("callProgram.ts", [url, verb], apiKey, environment)
  return {
    process: started,
    reported: Effect.map(firstLine(started), (line) =>
      line === undefined ? undefined : (JSON.parse(line) as Reported),
    ),
  }
})

const connectTo = (port: number) =>
  Effect.acquireRelease(
    Effect.sync(() => connect({ port, host: "127.0.0.1" }).on("error", () => {})),
    (socket) => Effect.sync(() => socket.destroy()),
  )

/** A port whose queue of connections is full: one more is neither accepted nor refused. */
export const fullPort = Effect.gen(function* () {
  const started = yield* child("fullPort.ts", [], "")
  const port = Number(yield* firstLine(started))
  const sockets = yield* Effect.replicateEffect(connectTo(port), 6)
  // The kernel completes one connection more than the backlog of the listener, whatever that comes to, and the others wait.
  yield* Effect.raceAll(
    sockets.map((socket) => Effect.callback<void>((resume) => void socket.on("connect", () => resume(Effect.void)))),
  )
  yield* Effect.sleep("100 millis")
  return port
})

/**
 * A port where nobody listens, and nobody will: it is that of a client whose connection stays open. A port that a closed server gave back
 * is soon another server's.
 */
export const closedPort = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
    const server = createServer((accepted) => {
      accepted.on("error", () => {})
      const close = () => {
        accepted.destroy()
        server.close()
      }
      resume(Effect.succeed({ port: accepted.remotePort!, close }))
    })
    server.listen(0, "127.0.0.1", () => {
      connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {})
    })
  }),
  ({ close }) => Effect.sync(close),
).pipe(Effect.map(({ port }) => port))
