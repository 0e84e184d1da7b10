/**
 * Imports a file while it is killed at random moments and its answers are lost, and while its rows change places and values, resumes it each time
 * with the same command, and checks that nothing was lost, sent twice or sent while in doubt, and that the report tells in what rows differ from
 * what was sent: `npm run torture`. `--rows`, `--kills`, `--changes` (the share of kills after which the file changes) and `--seed` choose another
 * run.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { aptrinsic, environment, forgetPace, run } from "../command.ts"
import { makeFolder } from "../folder.ts"
import { killed, makeCounts, told } from "./kill.ts"
import { createdIn, type Row, verify } from "./verify.ts"

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "20000" },
    kills: { type: "string", default: "50" },
    changes: { type: "string", default: "0.2" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
})
const rows = Number(values.rows)
const kills = Number(values.kills)
const changes = Number(values.changes)
const seed = Number(values.seed)

const layer = Sandbox.layer({
  limits: { perSecond: null, perDay: null },
  faults: [
    { fault: "rate-limit-burst", requests: 4, rate: 0.0005 },
    { fault: "drop-after-commit", method: "POST", rate: 0.01 },
    { fault: "server-error", method: "GET", rate: 0.01 },
  ],
  latency: "2 millis",
  logCapacity: rows * 20,
  seed,
}).pipe(Layer.provide(layerHttpServer()))

const torture = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const directory = yield* makeFolder("torture")
  const file = join(directory, "accounts.csv")
  const journal = `${file}.import.ndjson`
  const accounts = Array.from({ length: rows }, (_, index) => ({ id: `acc-${index + 1}`, employees: index }))
  const lineOf = ({ employees, id }: Row) => `${id},"Acme, ${id}",AP-XXXXXXXXXX-2,${employees}\n`
  const write = () => writeFileSync(file, `id,name,propertyKeys,numberOfEmployees\n${accounts.map(lineOf).join("")}`)
  /**
   * Lets rows change places, and a few that are done say something else. Of one that is in doubt and changes nobody can tell whose account it
   * is.
   */
  const change = Effect.gen(function* () {
    accounts.push(...accounts.splice(0, yield* Random.nextIntBetween(1, rows)))
    const created = new Set(existsSync(journal) ? createdIn(readFileSync(journal, "utf8")) : [])
    const done = accounts.filter(({ id }) => created.has(id))
    for (let left = Math.min(20, done.length); left > 0; left--) {
      done[yield* Random.nextIntBetween(0, done.length - 1)]!.employees += rows
    }
    write()
  })
  write()
  const args = ["accounts", "import", file, "--report", journal, "--rate", "2000", "--no-input"]
  const env = yield* environment(directory)
  const counts = makeCounts()
  let changed = 0

  const round = Effect.gen(function* () {
    const wasKilled = yield* killed(aptrinsic(args), env, Math.ceil((2 * rows) / kills), counts)
    if (!wasKilled || (yield* Random.next) >= changes) return
    changed++
    yield* change
  })

  yield* Effect.repeat(round, { times: kills - 1 })
  yield* forgetPace(env)
  const { exitCode, stderr, stdout } = yield* run(aptrinsic(args), env)
  const report = readFileSync(journal, "utf8")
  const stored = new Map(
    (yield* sandbox.store.list({ limit: rows + 1 })).map(({ account }) => [account.id, account.numberOfEmployees]),
  )
  const { compared, confirmed, violations } = verify(accounts, report, stored, yield* sandbox.log.entries())
  const { total: requests, unanswered } = yield* sandbox.log.counters
  const leftBehind = readdirSync(directory).filter((name) => name.endsWith(".lock") || name.includes(".failed"))
  const problems = [
    ...(exitCode === 0 ? [] : [`the last run ended with ${exitCode}: ${stderr}`]),
    ...leftBehind.map((name) => `${name} was left behind`),
    ...violations,
  ]
  yield* Console.log(
    [
      stdout.trimEnd(),
      "",
      `${rows} rows, seed ${seed}: ${told(counts)}; the file changed ${changed} times.`,
      `${requests} requests, ${unanswered} of them without an answer; ${confirmed} rows settled by looking them up, ${compared} compared because they changed; ${stored.size} accounts in the sandbox.`,
      ...(problems.length === 0 ? ["No violation."] : problems.slice(0, 40)),
    ].join("\n"),
  )
  return problems.length === 0 ? 0 : 1
}).pipe(Random.withSeed(String(seed)), Effect.scoped, Effect.provide(layer))

process.exitCode = await Effect.runPromise(torture)
