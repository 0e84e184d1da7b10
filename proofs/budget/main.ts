/**
 * Runs several processes on one key against a server that accepts 200 requests in any second, strictly: `npm run proof:budget`. They share a
 * budget in Postgres or in an SQLite file; they join, leave, are killed and frozen, their clocks are minutes apart, and the database is killed and
 * started again. In each phase they have to use the limit and not to exceed it. `--seconds` sets how long a phase lasts, `--members` how many begin,
 * `--least` which share of the limit is asked for, in per cent.
 */
import { type ChildProcess, fork } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { newFile } from "@effect-aptrinsic/jobs/test/databases"
import { type Postgres, startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "2.5" },
    members: { type: "string", default: "4" },
    least: { type: "string", default: "90" },
  },
})
const seconds = Number(values.seconds)
const members = Number(values.members)
const limit = 200
/** A machine that does other things too loses turns: 97 is what there is to reach. */
const least = Number(values.least)

interface Count {
  readonly now: number
  readonly total: number
  readonly rejected: number
  /** Rejections after the server itself had to wait. */
  readonly blurred: number
}

interface Phase {
  readonly name: string
  readonly share: number
  readonly rejected: number
  readonly blurred: number
  /** The least share that is asked for. */
  readonly least: number
}

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Starts a program that does not outlive the scope. */
const start = (name: string, args: ReadonlyArray<string | number>) =>
  Effect.acquireRelease(
    Effect.sync(() => fork(program(name), args.map(String), { stdio: ["ignore", "inherit", "inherit", "ipc"] })),
    (child) => Effect.sync(() => void child.kill("SIGKILL")),
  )

const heard = <A>(child: ChildProcess) =>
  Effect.callback<A>((resume) => {
    child.once("message", (message) => resume(Effect.succeed(message as A)))
  })

const startServer = Effect.fnUntraced(function* (latency: readonly [number, number]) {
  const child = yield* start("server.ts", [limit, ...latency])
  const { port } = yield* heard<{ readonly port: number }>(child)
  const count = Effect.suspend(() => {
    child.send("count")
    return heard<Count>(child)
  })
  return { url: `http://127.0.0.1:${port}`, count }
})

interface Setting {
  readonly title: string
  readonly database: string
  readonly latency: readonly [number, number]
  readonly processes: number
}

/** Members that are ready to begin, and a measure of what happens while an effect goes on. */
const prepare = Effect.fnUntraced(function* ({ database, latency, processes }: Setting) {
  const server = yield* startServer(latency)
  const all = yield* Effect.forEach(
    Array.from({ length: members + 1 }, (_, index) => index),
    Effect.fnUntraced(function* (index) {
      // Clocks are up to five minutes apart.
      const child = yield* start("member.ts", [database, server.url, (index - 2) * 100_000, processes])
      yield* heard(child)
      return child
    }),
    { concurrency: "unbounded" },
  )
  const phases: Array<Phase> = []
  const during = Effect.fnUntraced(function* (name: string, act: () => void, lasts = seconds, most = least) {
    const before = yield* server.count
    act()
    yield* Effect.sleep(Duration.seconds(lasts))
    const after = yield* server.count
    const share = (100 * (after.total - before.total)) / ((limit * (after.now - before.now)) / 1000)
    phases.push({
      name,
      share,
      rejected: after.rejected - before.rejected,
      blurred: after.blurred - before.blurred,
      least: most,
    })
  })
  return { all, phases, during }
})

const begin = (child: ChildProcess | undefined) => void child?.send("begin")

/** Members come and go. */
const comeAndGo = Effect.fnUntraced(function* (setting: Setting) {
  const { all, during, phases } = yield* prepare(setting)
  const [one, two, three, ...others] = all
  const last = others.pop()
  yield* during("start", () => [one, two, three, ...others].forEach(begin), 2, 0)
  yield* during("steady", () => undefined)
  yield* during("one joins", () => begin(last))
  yield* during("one leaves", () => last?.send("end"))
  yield* during("one is killed", () => one?.kill("SIGKILL"))
  yield* during("one is frozen", () => two?.kill("SIGSTOP"))
  yield* during("it wakes up", () => two?.kill("SIGCONT"))
  return phases
})

/** The database goes away and comes back. */
const absence = Effect.fnUntraced(function* (setting: Setting, postgres: Postgres) {
  const { all, during, phases } = yield* prepare(setting)
  const isAlone = setting.processes > 0
  yield* during("start", () => all.forEach(begin), 2, 0)
  yield* during("steady", () => undefined)
  yield* Effect.forkChild(postgres.kill)
  yield* during("the database is killed", () => undefined, 1.5, 0)
  // Shares leave more unused: one request of each process.
  yield* during("it is away", () => undefined, seconds, isAlone ? least - 10 : 0)
  yield* Effect.orDie(postgres.start)
  yield* during("it comes back", () => undefined, 2.5, isAlone ? least - 10 : 0)
  yield* during("it is back", () => undefined)
  return phases
})

const report = Effect.fnUntraced(function* (title: string, phases: ReadonlyArray<Phase>) {
  yield* Console.log(title)
  for (const { blurred, name, rejected, share } of phases) {
    const ofServer = blurred === 0 ? "" : `, ${blurred} because the server was late itself`
    yield* Console.log(`  ${name.padEnd(24)} ${share.toFixed(1).padStart(5)} %   ${rejected} rejected${ofServer}`)
  }
  // Members learn a lower limit from a server that was late itself, and send less for a while.
  const isPrompt = phases.every(({ blurred }) => blurred === 0)
  return phases.every(({ least: asked, rejected, share }) => rejected === 0 && (share >= asked || !isPrompt))
})

const scenario = (setting: Setting, phases: Effect.Effect<ReadonlyArray<Phase>>) =>
  Effect.flatMap(phases, (found) => report(setting.title, found))

const proof = Effect.gen(function* () {
  const postgres = yield* startPostgres
  const file = yield* newFile
  const varied = [5, 800] as const
  const steady = [30, 30] as const
  const setting = (title: string, database: string, latency: readonly [number, number], processes = 0): Setting => ({
    title,
    database,
    latency,
    processes,
  })
  const inFile = setting("SQLite, answers after 30 ms", file, steady)
  const inPostgres = setting("Postgres, answers after 5 to 800 ms", postgres.url, varied)
  const waiting = setting("Postgres, members wait while it is away", postgres.url, steady)
  const sharing = setting("Postgres, members go on with their shares", postgres.url, varied, members + 1)
  const held = [
    yield* scenario(inFile, Effect.scoped(comeAndGo(inFile))),
    yield* scenario(inPostgres, Effect.scoped(comeAndGo(inPostgres))),
    ...(postgres.isOurs
      ? [
          yield* scenario(waiting, Effect.scoped(absence(waiting, postgres))),
          yield* scenario(sharing, Effect.scoped(absence(sharing, postgres))),
        ]
      : []),
  ]
  const holds = held.every(Boolean)
  yield* Console.log(holds ? "No violation." : "VIOLATED: a request was rejected, or too little of the limit was used.")
  return holds ? 0 : 1
}).pipe(
  Effect.scoped,
  Effect.timeoutOrElse({
    duration: "5 minutes",
    orElse: () => Effect.as(Console.log("VIOLATED: the proof did not end."), 1),
  }),
)

process.exitCode = await Effect.runPromise(proof)
