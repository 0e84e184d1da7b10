/** Workers as processes, each with a cable of its own to the database, on Node or on Deno, and a supervisor that starts it again. */
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import process from "node:process"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { aptrinsic, type Line, start } from "../command.ts"
import { makeCable } from "./cable.ts"

/** The program itself: the one in node_modules/.bin is a script, which a signal would end in its stead. */
const denoProgram = () => {
  const ofWrapper = createRequire(createRequire(import.meta.url).resolve("deno/package.json"))
  const libc = process.platform === "linux" ? "-glibc" : ""
  const name = `@deno/${process.platform}-${process.arch}${libc}/package.json`
  return join(dirname(ofWrapper.resolve(name)), "deno")
}

/** A worker on loopback, at any free port. */
export const workerLine = (...flags: ReadonlyArray<string>): Line =>
  aptrinsic(["worker", "--host", "127.0.0.1", "--listen", "127.0.0.1", "--port", "0", ...flags, "--json"])

/** The Postgres of a proof, behind a port. */
export const databaseAt = (port: number) => `postgres://postgres@127.0.0.1:${port}/postgres`

/** What a worker prints once it is up. */
export const up = '"url"'

/** The exit codes of a worker that found no database when it started, and of one that was told to end. */
const [noDatabase, terminated] = [7, 143]

type Runtime = "Node" | "Deno"

/** A command line of Node, run by another runtime. */
export const lineOn = (runtime: Runtime, [node, program, ...rest]: Line): Line =>
  runtime === "Node" ? [node, program!, ...rest] : [denoProgram(), "run", "-A", program!, ...rest]

export const makeWorker = Effect.fnUntraced(function* (
  runtime: Runtime,
  database: number,
  env: Readonly<Record<string, string>>,
) {
  const cable = yield* makeCable(database)
  const begin = start(lineOn(runtime, workerLine()), { ...env, APTRINSIC_DATABASE: databaseAt(cable.port) })
  const problems: Array<string> = []
  let running = yield* begin
  let isExpected = false
  const supervise = Effect.gen(function* () {
    const { exitCode, stderr, stdout } = yield* running.ended
    if (isExpected) return yield* Effect.never
    const isUp = stdout.includes(up)
    if (isUp || exitCode !== noDatabase) {
      problems.push(`a worker on ${runtime} ended with ${exitCode}: ${stdout}${stderr}`)
    }
    yield* Effect.sleep("1 second")
    if (isExpected) return yield* Effect.never
    running = yield* begin
  })
  yield* Effect.forkScoped(Effect.forever(supervise))
  /** Before it is up, a signal ends it as it ends any process; and it may be about to be started again. */
  const awaitUp = Effect.suspend(() => running.seen(up)).pipe(
    Effect.exit,
    Effect.delay("100 millis"),
    Effect.repeat({ until: Exit.isSuccess }),
  )
  const end = (signal: NodeJS.Signals) =>
    Effect.suspend(() => {
      isExpected = true
      return Effect.andThen(running.signal(signal), running.ended)
    })
  return {
    runtime,
    cut: cable.cut,
    signal: (name: NodeJS.Signals) => Effect.suspend(() => running.signal(name)),
    kill: end("SIGKILL"),
    restart: Effect.gen(function* () {
      running = yield* begin
      isExpected = false
      yield* Effect.forkScoped(Effect.forever(supervise))
    }),
    /** As a supervisor ends it; what it did wrong all the while. */
    stop: Effect.map(Effect.andThen(awaitUp, end("SIGTERM")), ({ exitCode, stderr }) => [
      ...problems,
      ...(exitCode === terminated ? [] : [`a worker on ${runtime} ended with ${exitCode}: ${stderr.slice(-2000)}`]),
    ]),
  }
})

export type Worker = Effect.Success<ReturnType<typeof makeWorker>>
