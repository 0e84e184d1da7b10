/**
 * Runs several processes on one key against a server that accepts 200 requests in any second, strictly: `npm run proof:budget`. They share a
 * budget in Postgres or in an SQLite file; they join, leave, are killed and frozen, their clocks are minutes apart, half of them run on another host,
 * the way to the database takes a while, and the database is killed and started again. In each phase they have to use 97 % of the limit and not to
 * exceed it. `--processes 3,5,10` sets how many there are, in one run for each, `--seconds` how long a phase lasts, `--scenario` a part of the name
 * of those that are run.
 *
 * A machine that does other things too makes processes wait for the processor. Half as much again as they lost of their time is taken off the share
 * that is asked for, nothing is asked for where that is much, and where somebody waited for long, rejections of that phase are told and excused.
 */
import process from "node:process"
import { parseArgs } from "node:util"
import { newFile } from "@effect-aptrinsic/jobs/test/databases"
import { type Postgres, startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Host, hosts as makeHosts } from "./hosts.ts"
import { begin, limit, type Phase, prepare, relay, type Setting } from "./run.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    processes: { type: "string", default: "5" },
    scenario: { type: "string", default: "" },
  },
})
const seconds = Number(values.seconds)
/** Twice what five scenarios of up to eight phases take for each number of processes: a run that hangs ends too. */
const timeLimit = Duration.minutes(2 * values.processes.split(",").length * Math.max(3, seconds * 0.7))
/** Seconds of a start, in which each process compiles its code: two cores have to do so for all. */
const starting = (processes: number) => Math.max(2.5, processes / 2)
/** Per cent of the limit that the processes have to use: 98 is what there is. */
const least = 97
/** The least that is asked for where a process ends or is frozen: it loses the turns that it had taken, more of them where the database is far away. */
const afterLoss = ({ isFar }: Setting) => least - (isFar ? 15 / seconds : 0)

/** Members come and go. */
const comeAndGo = Effect.fnUntraced(function* (setting: Setting) {
  const { all, during, phases } = yield* prepare(setting)
  const [one, two, ...others] = all
  const last = others.pop()
  yield* during("start", () => [one, two, ...others].forEach(begin), starting(setting.processes), 0)
  yield* during("steady", () => undefined, seconds, least)
  yield* during("one joins", () => begin(last), seconds, least)
  yield* during("one leaves", () => last?.send("end"), seconds, afterLoss(setting))
  yield* during("one is killed", () => one?.kill("SIGKILL"), seconds, afterLoss(setting))
  // With the one that is frozen, the last of three is gone.
  if (others.length > 0) {
    yield* during("one is frozen", () => two?.kill("SIGSTOP"), seconds, afterLoss(setting))
    yield* during("it wakes up", () => two?.kill("SIGCONT"), seconds, least)
  }
  return phases
})

/** The database goes away and comes back. */
const absence = Effect.fnUntraced(function* (setting: Setting, postgres: Postgres) {
  const { all, during, phases } = yield* prepare(setting)
  // Whole requests of each process in a second.
  const share = (0.97 * 100 * Math.floor(limit / setting.processes) * setting.processes) / limit
  const alone = setting.isSharing ? Math.min(least, share) : 0
  yield* during("start", () => all.forEach(begin), starting(setting.processes), 0)
  yield* during("steady", () => undefined, seconds, least)
  yield* Effect.forkChild(postgres.kill)
  yield* during("the database is killed", () => undefined, 2, 0)
  yield* during("it is away", () => undefined, seconds, alone)
  yield* Effect.orDie(postgres.start)
  // Nothing leaves for one turn of a share between the last of them and the first of the timeline.
  yield* during(
    "it comes back",
    () => undefined,
    seconds,
    setting.isSharing ? alone - (100 * 1.02) / seconds / share : 0,
  )
  yield* during("it is back", () => undefined, seconds, least)
  return phases
})

/** Per cent of its time that a machine may take before a share says nothing. */
const mostLost = 3

const isKept = ({ isExcused, least: asked, lost, rejected, share }: Phase) =>
  (share >= asked - 1.5 * lost || lost > mostLost) && (rejected === 0 || isExcused)

const report = Effect.fnUntraced(function* (title: string, phases: ReadonlyArray<Phase>) {
  yield* Console.log(`\n${title}\n`)
  for (const phase of phases) {
    const { isExcused, longest, lost, name, rejected, share } = phase
    const busy = lost < 0.5 ? "" : `${lost.toFixed(1)} % of the time was the machine's, up to ${Math.round(longest)} ms`
    const verdict = isKept(phase) ? (rejected > 0 && isExcused ? "excused" : "") : "VIOLATED"
    const cells = [`${share.toFixed(1).padStart(5)} %`, `${rejected} rejected`.padEnd(12), busy, verdict]
    yield* Console.log(`  ${name.padEnd(24)} ${cells.join("  ").trimEnd()}`)
  }
  return phases.every(isKept)
})

const scenarios = Effect.fnUntraced(function* (processes: number, postgres: Postgres, hosts: ReadonlyArray<Host>) {
  const file = yield* newFile
  // Postgres listens on loopback alone.
  const open = yield* relay(hosts[0]!, Number(new URL(postgres.url).port), 0)
  /** The database on each host, so many milliseconds away. */
  const away = Effect.fnUntraced(function* (longest: number) {
    const ports = yield* Effect.forEach(hosts, (host) => relay(host, open, longest))
    return (host: Host) => `postgres://postgres@127.0.0.1:${ports[hosts.indexOf(host)]}/postgres`
  })
  const shared = { processes, hosts, latency: [5, 800], isSharing: false, isFar: false } as const
  const inFile = { ...shared, hosts: hosts.slice(0, 1), latency: [30, 30], databaseAt: () => file } as const
  const inPostgres = { ...shared, databaseAt: yield* away(0) }
  const overNetwork = { ...shared, databaseAt: yield* away(50), isFar: true }
  const named: ReadonlyArray<readonly [string, Setting, typeof absence]> = [
    ["SQLite, answers after 30 ms", inFile, comeAndGo],
    ["Postgres, answers after 5 to 800 ms", inPostgres, comeAndGo],
    ["Postgres, 0 to 50 ms away, answers after 5 to 800 ms", overNetwork, comeAndGo],
    ["Postgres, processes wait while it is away", inPostgres, absence],
    ["Postgres, processes go on with their shares", { ...inPostgres, isSharing: true }, absence],
  ]
  const chosen = named.filter(([name]) => name.includes(values.scenario))
  return yield* Effect.forEach(chosen, ([name, setting, run]) =>
    Effect.flatMap(Effect.scoped(run(setting, postgres)), (phases) =>
      report(`${name}: ${processes} processes`, phases),
    ),
  )
}, Effect.scoped)

const proof = Effect.gen(function* () {
  const postgres = yield* startPostgres
  const hosts = yield* makeHosts
  const held = yield* Effect.forEach(values.processes.split(","), (count) => scenarios(Number(count), postgres, hosts))
  const holds = held.flat().every(Boolean)
  yield* Console.log(
    holds ? "\nNo violation." : "\nVIOLATED: a request was rejected, or too little of the limit was used.",
  )
  return holds ? 0 : 1
}).pipe(
  Effect.scoped,
  Effect.timeoutOrElse({
    duration: timeLimit,
    orElse: () => Effect.as(Console.log("VIOLATED: the proof did not end."), 1),
  }),
)

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
process.exitCode = await Effect.runPromise(proof)
