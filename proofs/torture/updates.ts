/**
 * Brings accounts up to date with a file while it is killed at random moments, its answers are lost and reads show late what was stored, and while
 * rows change places and values; goes on each time by the same command, and checks that no update was lost, none sent while in doubt, and that PX
 * holds in every field what the file and the report say. Then sets back what the last report says was overwritten, killed as well:
 * `npm run torture:updates`. `--rows`, `--kills`, `--changes` (the share of kills after which the file changes) and `--seed` choose another run.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { aptrinsic, environment, run } from "../command.ts"
import { makeFolder } from "../folder.ts"
import { killed, makeCounts, told } from "./kill.ts"
import { layerLate } from "./lateReads.ts"
import { change, fieldsOf, pairOf, rowOf } from "./rows.ts"
import { verifyReverted, verifyUpdates } from "./verifyUpdates.ts"

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "10000" },
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
    { fault: "drop-after-commit", method: "PUT", rate: 0.01 },
    { fault: "drop-before-commit", method: "PUT", rate: 0.01 },
    { fault: "server-error", method: "PUT", committed: true, rate: 0.005 },
    { fault: "drop-after-commit", method: "POST", rate: 0.01 },
    { fault: "server-error", method: "GET", rate: 0.01 },
  ],
  latency: "2 millis",
  logCapacity: rows * 20,
  store: layerLate("700 millis"),
  seed,
}).pipe(Layer.provide(layerHttpServer()))

const torture = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const directory = yield* makeFolder("torture")
  const pairs = Array.from({ length: rows }, (_, index) => pairOf(index))
  for (const { before } of pairs) {
    if (before !== undefined) yield* sandbox.store.insert({ account: before, createDate: 1 })
  }
  const file = join(directory, "accounts.ndjson")
  const journal = `${file}.import.ndjson`
  const write = () => writeFileSync(file, pairs.map((pair) => `${JSON.stringify(rowOf(pair))}\n`).join(""))
  const reports: Array<string> = []
  /** Once: a run that was killed before it began the report anew left the one before. */
  const keepReport = () => {
    const report = existsSync(journal) ? readFileSync(journal, "utf8") : ""
    if (report !== "" && report !== reports.at(-1)) reports.push(report)
  }
  /** Keeps the report, which a changed file begins anew, lets rows change places, and a few say something else. */
  const changeFile = Effect.gen(function* () {
    keepReport()
    pairs.push(...pairs.splice(0, yield* Random.nextIntBetween(1, rows)))
    for (let left = 20; left > 0; left--) change(pairs[yield* Random.nextIntBetween(0, rows - 1)]!)
    write()
    // A report of another file does not keep a row from being sent again that a late read shows as it was.
    yield* Effect.sleep("1 second")
  })
  write()
  const args = ["accounts", "import", file, "--if-exists", "update", "--yes", "--report", journal, "--rate", "2000"]
  const line = aptrinsic([...args, "--no-input"])
  const env = yield* environment(directory)
  const counts = makeCounts()
  const writes = pairs.filter((pair) => pair.before === undefined || fieldsOf(pair).length > 0).length
  const held = Effect.sleep("1 second").pipe(
    Effect.andThen(sandbox.store.list({ limit: rows + 1 })),
    Effect.map((stored) => new Map(stored.map(({ account }) => [account.id, account]))),
  )
  let changed = 0
  const round = Effect.gen(function* () {
    const wasKilled = yield* killed(line, env, Math.ceil((2 * writes) / kills), counts)
    if (!wasKilled || (yield* Random.next) >= changes) return
    changed++
    yield* changeFile
  })
  yield* Effect.repeat(round, { times: kills - 1 })
  const { exitCode, stderr } = yield* run(line, env)
  const stored = yield* held
  keepReport()
  const { confirmed, repeated, untold, violations } = verifyUpdates(
    pairs,
    reports,
    stored,
    yield* sandbox.log.entries(),
  )
  const { total, unanswered } = yield* sandbox.log.counters
  const back = aptrinsic(["accounts", "import", "--revert", journal, "--yes", "--rate", "2000", "--no-input"])
  const kept = reports.at(-1)!
  const overwritten = new Set(kept.match(/(?<=^\{"s":"sent","row":)\d+(?=.*"fields")/gm)).size
  const times = Math.ceil(kills / 5)
  const most = Math.max(1, Math.ceil((2 * overwritten) / times))
  yield* Effect.repeat(killed(back, env, most, counts), { times: times - 1 })
  const reverted = yield* run(back, env)
  const problems = [
    ...(exitCode === 0 ? [] : [`the last run ended with ${exitCode}: ${stderr}`]),
    ...violations,
    // 6 where accounts were created, and where fields held nothing.
    ...([0, 6].includes(reverted.exitCode ?? -1)
      ? []
      : [`the way back ended with ${reverted.exitCode}: ${reverted.stderr}`]),
    ...verifyReverted(pairs, kept, yield* held),
  ]
  yield* Console.log(
    [
      `${rows} rows, of which ${writes} are to be written, seed ${seed}: ${told(counts)}; the file changed ${changed} times.`,
      `${total} requests, ${unanswered} of them without an answer; ${confirmed} rows settled by looking, ${repeated} updates sent again; ${untold} were in doubt when the file changed, and done.`,
      `${overwritten} accounts set back, while that was killed ${times} times.`,
      ...(problems.length === 0 ? ["No violation."] : [`VIOLATED ${problems.length} times.`, ...problems.slice(0, 40)]),
    ].join("\n"),
  )
  return problems.length === 0 ? 0 : 1
}).pipe(Random.withSeed(String(seed)), Effect.scoped, Effect.provide(layer))

process.exitCode = await Effect.runPromise(torture)
