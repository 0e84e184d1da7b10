/**
 * The processes of one scenario, and what happens in each of its phases.
 */
import { type ChildProcess, spawn } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Host } from "./hosts.ts"

export const limit = 200

/** Milliseconds of a stall after which rejections say nothing of the budget: what the limit leaves for the network and the server. */
const excusing = 10
/** A process that was frozen on purpose waits longer than any that waits for the processor. */
const longestStall = 1_500

interface Count {
  readonly now: number
  readonly total: number
  readonly rejected: number
  /** Rejections after the server itself had to wait. */
  readonly blurred: number
}

export interface Phase {
  readonly name: string
  readonly share: number
  readonly rejected: number
  /** Per cent of the time for which the processes waited for the processor, and the longest such wait in milliseconds. */
  readonly lost: number
  readonly longest: number
  /** Whether the rejections, if there are some, may come from such a wait. */
  readonly isExcused: boolean
  /** The least share that is asked for. */
  readonly least: number
}

export interface Setting {
  /** The address of the database on a host. */
  readonly databaseAt: (host: Host) => string
  readonly latency: readonly [number, number]
  readonly processes: number
  readonly hosts: ReadonlyArray<Host>
  /** Whether the processes go on with their shares while the database is away. */
  readonly isSharing: boolean
  /** Whether the way to the database takes a while. */
  readonly isFar: boolean
}

type Message = "ready" | { readonly port: number } | { readonly stall: number } | Count

/** Runs a program that does not outlive the scope, and waits for its first word. */
const run = Effect.fnUntraced(function* (name: string, args: ReadonlyArray<string | number>, { prefix }: Host) {
  const program = fileURLToPath(new URL(name, import.meta.url))
  const [command = "", ...rest] = [...prefix, process.execPath, program, ...args.map(String)]
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(command, rest, { stdio: ["ignore", "inherit", "inherit", "ipc"] })),
    (started) => Effect.sync(() => void started.kill("SIGKILL")),
  )
  return { child, said: yield* Effect.orDie(Effect.timeout(heard(child), "30 seconds")) }
})

const heard = (child: ChildProcess) =>
  Effect.callback<Exclude<Message, { readonly stall: number }>>((resume) => {
    const ended = () => resume(Effect.die("A process of the proof ended before it said anything."))
    const listen = (message: Message) => {
      if (typeof message === "object" && "stall" in message) return
      child.off("message", listen).off("exit", ended)
      resume(Effect.succeed(message))
    }
    child.on("message", listen).once("exit", ended)
  })

/** Starts a program that says on which port it listens. */
const start = Effect.fnUntraced(function* (name: string, args: ReadonlyArray<string | number>, host: Host) {
  const { child, said } = yield* run(name, args, host)
  return { child, port: (said as { readonly port: number }).port }
})

/** A port of this machine on the loopback of a host, up to so many milliseconds away, where it has any port or the given one. */
export const relay = (host: Host, port: number, longest: number, listen = 0) =>
  Effect.map(start("relay.ts", [host.address, port, longest, listen], host), (relayed) => relayed.port)

export const begin = (child: ChildProcess | undefined) => void child?.send("begin")

/** Collects the stalls of processes. */
const makeStalls = () => {
  let stalls: Array<number> = []
  return {
    listen: (child: ChildProcess) =>
      child.on("message", (message: Message) => {
        const isStall = typeof message === "object" && "stall" in message
        if (isStall && message.stall < longestStall) stalls.push(message.stall)
      }),
    take: () => {
      const taken = stalls
      stalls = []
      return { sum: taken.reduce((sum, stall) => sum + stall, 0), longest: Math.max(0, ...taken) }
    },
  }
}

/** Members that are ready to begin, and a measure of what happens while an effect goes on. */
export const prepare = Effect.fnUntraced(function* ({ databaseAt, hosts, isSharing, latency, processes }: Setting) {
  const server = yield* start("server.ts", [limit, ...latency], hosts[0]!)
  const count = Effect.suspend(() => {
    server.child.send("count")
    return heard(server.child) as Effect.Effect<Count>
  })
  const stalls = makeStalls()
  // A key belongs to a server: it has one address for all.
  yield* Effect.forEach(hosts.slice(1), (host) => relay(host, server.port, 0, server.port))
  const all = yield* Effect.forEach(
    Array.from({ length: processes }, (_, index) => index),
    Effect.fnUntraced(function* (index) {
      const host = hosts[index % hosts.length]!
      const url = `http://127.0.0.1:${server.port}`
      // Clocks are minutes apart.
      const skew = (index - 2) * 100_000
      const { child } = yield* run("member.ts", [databaseAt(host), url, skew, isSharing ? processes : 0], host)
      stalls.listen(child)
      return child
    }),
    { concurrency: "unbounded" },
  )
  const phases: Array<Phase> = []
  const during = Effect.fnUntraced(function* (name: string, act: () => void, seconds: number, least: number) {
    const before = yield* count
    stalls.take()
    act()
    yield* Effect.sleep(Duration.seconds(seconds))
    const after = yield* count
    const { longest, sum } = stalls.take()
    const time = after.now - before.now
    phases.push({
      name,
      share: (100 * (after.total - before.total)) / ((limit * time) / 1000),
      rejected: after.rejected + after.blurred - before.rejected - before.blurred,
      lost: (100 * sum) / (processes * time),
      longest,
      isExcused: longest > excusing || after.rejected === before.rejected,
      least,
    })
  })
  return { all, phases, during }
})
