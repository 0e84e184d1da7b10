/**
 * Keeps a million accounts in step with a file in which 100 are new and 10,000 changed in one field: `npm run proof:sync`. The built command
 * compares them, brings PX up to date, and is run once more; each time its requests are counted by method, and its memory is watched. In the
 * end PX must hold what the file says, in every field. `--accounts N` plays a smaller day of the same shape.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { aptrinsic, environment, start } from "../command.ts"
import { makeFolder } from "../folder.ts"
import { type Day, others, write } from "./data.ts"

const { values } = parseArgs({ options: { accounts: { type: "string", default: "1000000" } } })
const accounts = Number(values.accounts)
const day: Day = { accounts, created: accounts / 10_000, changed: accounts / 100 }

/** Requests for the whole list, whose last page is empty. */
const listed = accounts / 1000 + 1
/** Mebibytes that the command may take. */
const mostMemory = 300

/** The most memory that a process has taken so far, in mebibytes, where the system tells it. */
const memoryOf = (pid: number): number => {
  const status = `/proc/${pid}/status`
  const [, kilobytes = "0"] = (existsSync(status) && /^VmHWM:\s+(\d+)/m.exec(readFileSync(status, "utf8"))) || []
  return Number(kilobytes) / 1024
}

/** Reads of what the key may do and of the attributes there are, before an import writes. */
const mostOthers = 5

interface Writes {
  readonly puts: number
  readonly posts: number
}

/** Runs the command and says what it took, and what of it is beyond its bounds. */
const run = Effect.fnUntraced(function* (
  what: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  writes: Writes,
) {
  const { log } = yield* Sandbox.Sandbox
  yield* log.clear
  const startedAt = performance.now()
  const running = yield* start(aptrinsic(args), env)
  let memory = 0
  const watch = Effect.sync(() => void (memory = Math.max(memory, memoryOf(running.pid)))).pipe(
    Effect.andThen(Effect.sleep("50 millis")),
    Effect.forever,
  )
  const { exitCode, stderr, stdout } = yield* Effect.raceFirst(running.ended, watch)
  const seconds = (performance.now() - startedAt) / 1000
  const requests = yield* log.entries()
  const count = (method: string) => requests.filter((request) => request.method === method).length
  const [gets, puts, posts] = [count("GET"), count("PUT"), count("POST")]
  const pages = requests.filter(({ outcome }) => outcome === "listed").length
  const { outcomes, total } = yield* log.counters
  const problems = [
    ...(exitCode === 0 ? [] : [`ended with ${exitCode}: ${stderr}${stdout}`]),
    ...(total === requests.length ? [] : [`sent ${total} requests, more than the log keeps`]),
    ...(pages === listed ? [] : [`asked for ${pages} pages, not ${listed}`]),
    ...(gets - pages <= mostOthers ? [] : [`read ${gets - pages} times besides`]),
    ...(puts === writes.puts ? [] : [`updated ${puts} accounts, not ${writes.puts}`]),
    ...(posts === writes.posts ? [] : [`created ${posts} accounts, not ${writes.posts}`]),
    ...(outcomes["rate-limited"] === 0 ? [] : [`was told ${outcomes["rate-limited"]} times to slow down`]),
    ...(memory <= mostMemory ? [] : [`took ${memory.toFixed(0)} MiB, more than ${mostMemory}`]),
  ].map((problem) => `${what} ${problem}`)
  yield* Console.log(
    `${what.padEnd(12)}${total} requests (GET ${gets}, PUT ${puts}, POST ${posts})  ${seconds.toFixed(0)} s  ${memory === 0 ? "memory unknown" : `${memory.toFixed(0)} MiB`}`,
  )
  return { problems, stdout }
}, Effect.scoped)

const proof = Effect.gen(function* () {
  const { store } = yield* Sandbox.Sandbox
  const directory = yield* makeFolder("sync")
  const file = join(directory, "accounts.csv")
  write(file, day)
  const env = yield* environment(directory)
  const read = [file, "--product-key", "AP-XXXXXXXXXX-2", "--no-input", "--json"]
  const update = ["accounts", "import", ...read, "--if-exists", "update", "--yes", "--rate", "200"]
  const { changed: puts, created: posts } = day
  const compared = yield* run("diff", ["accounts", "diff", ...read], env, { puts: 0, posts: 0 })
  const imported = yield* run("import", update, env, { puts, posts })
  const again = yield* run("once more", update, env, { puts: 0, posts: 0 })
  const { change, create, fields } = JSON.parse(compared.stdout || "{}")
  const isToldRight = change === puts && create === posts && fields.healthScore === puts
  const problems = [
    ...(isToldRight ? [] : [`diff says ${compared.stdout.slice(0, 400)}`]),
    ...[compared, imported, again].flatMap((each) => each.problems),
    ...(yield* others(store, day, 20)),
  ]
  yield* Console.log([...problems, problems.length === 0 ? "No violation." : "VIOLATED."].join("\n"))
  return problems.length === 0 ? 0 : 1
}).pipe(
  Effect.scoped,
  Effect.provide(
    Sandbox.layer({ store: Store.layerSeeded(accounts), logCapacity: accounts }).pipe(Layer.provide(layerHttpServer())),
  ),
)

process.exitCode = await Effect.runPromise(proof)
