/** Workers as processes, each with a cable of its own to the database, on Node or on Deno. */
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import process from "node:process"
import * as Effect from "effect/Effect"
import { aptrinsic, start } from "../command.ts"
import { makeCable } from "./cable.ts"

/** The program itself: the one in node_modules/.bin is a script, which a signal would end in its stead. */
const denoProgram = () => {
  const ofWrapper = createRequire(createRequire(import.meta.url).resolve("deno/package.json"))
  const libc = process.platform === "linux" ? "-glibc" : ""
  const name = `@deno/${process.platform}-${process.arch}${libc}/package.json`
  return join(dirname(ofWrapper.resolve(name)), "deno")
}

export const makeWorker = Effect.fnUntraced(function* (
  runtime: "Node" | "Deno",
  database: number,
  env: Readonly<Record<string, string>>,
) {
  const cable = yield* makeCable(database)
  const args = ["worker", "--host", "127.0.0.1", "--listen", "127.0.0.1", "--port", "0", "--json"]
  const [node, program, ...rest] = aptrinsic(args)
  const line =
    runtime === "Node"
      ? ([node, program!, ...rest] as const)
      : ([denoProgram(), "run", "-A", program!, ...rest] as const)
  const begin = start(line, { ...env, APTRINSIC_DATABASE: `postgres://postgres@127.0.0.1:${cable.port}/postgres` })
  let running = yield* begin
  return {
    runtime,
    cut: cable.cut,
    signal: (name: NodeJS.Signals) => Effect.suspend(() => running.signal(name)),
    kill: Effect.suspend(() => Effect.andThen(running.signal("SIGKILL"), running.ended)),
    restart: Effect.gen(function* () {
      running = yield* begin
    }),
    /** As a supervisor ends it. */
    stop: Effect.suspend(() => Effect.andThen(running.signal("SIGTERM"), running.ended)),
  }
})

export type Worker = Effect.Success<ReturnType<typeof makeWorker>>
