/**
 * A process that a test or a proof starts. It does not outlive the scope, and what waits for it has a bound: one that hangs, and one that leaves its
 * output to a process of its own, fail with a sentence.
 */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export type Line = readonly [command: string, ...args: ReadonlyArray<string>]

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Seconds, less than a test of a process has on two busy cores. */
const patience = 45

/** Seconds that a process takes to end once it is killed, and its output to end with it. */
const soon = 10

const follow = (child: ChildProcess) => {
  const output = { stdout: "", stderr: "" }
  const watchers = new Set<() => void>()
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text
      for (const watcher of watchers) watcher()
    })
  }
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve))
  const gone = new Promise<void>((resolve) => {
    for (const event of ["exit", "close"]) child.once(event, () => resolve())
  })

  const complaint = (problem: string) => {
    const printed = `${output.stdout.slice(-2000)}${output.stderr.slice(-2000)}`
    return Effect.die(new Error(`${child.spawnargs.join(" ")} ${problem}. It printed: ${printed}`))
  }
  /** By the clock of the machine, whatever that of the test is. */
  const within =
    (seconds: number, task: string) =>
    <A>(effect: Effect.Effect<A>): Effect.Effect<A> =>
      effect.pipe(
        Effect.timeoutOrElse({
          duration: seconds * 1000,
          orElse: () => complaint(`did not ${task} within ${seconds} seconds`),
        }),
        Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()),
      )

  const ended = Effect.promise(() => gone).pipe(
    Effect.andThen(
      Effect.promise(() => closed).pipe(
        within(soon, "let go of its output, which something that it started still holds,"),
      ),
    ),
    Effect.map((exitCode): Ended => ({ exitCode, ...output })),
  )
  return {
    child,
    /** Its end, however long it takes. */
    ended,
    /** Its end, which a test waits for. */
    endedSoon: within(patience, "end")(ended),
    /** Waits for a text on stdout, or stderr, and returns all that came there so far. */
    seen: (text: string, stream: "stdout" | "stderr" = "stdout") =>
      Effect.callback<string>((resume) => {
        const look = () => {
          if (output[stream].includes(text)) resume(Effect.succeed(output[stream]))
        }
        watchers.add(look)
        look()
        void closed.then(() => resume(complaint(`ended without ${JSON.stringify(text)} on ${stream}`)))
        return Effect.sync(() => watchers.delete(look))
      }).pipe(within(patience, `print ${JSON.stringify(text)} on ${stream}`)),
    /** Ends it, and lets go of its output. */
    kill: Effect.suspend(() => {
      child.kill("SIGKILL")
      return Effect.promise(() => gone)
    }).pipe(
      within(soon, "end on SIGKILL"),
      Effect.ensuring(
        Effect.sync(() => {
          for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
        }),
      ),
    ),
  }
}

/** Starts a command line. */
export const spawned = ([command, ...args]: Line, options: SpawnOptions) =>
  Effect.acquireRelease(
    Effect.sync(() => follow(spawn(command, args, options))),
    ({ kill }) => kill,
  )
