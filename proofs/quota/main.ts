/**
 * Runs ten imports at once on one key: `npm run proof:quota`. Together they must use the day's quota up to its last request and not go beyond.
 * When half of them are stopped, the count on disk must be what PX saw; when half of them are killed, it must not be less. `--seed` chooses
 * other moments to stop and kill at. Then ten creates and a list run beside one import: they keep one pace, and each request is counted.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import { layerHttpServer, layerServices } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { program } from "../command.ts"
import { makeFolder } from "../folder.ts"

const { values } = parseArgs({ options: { seed: { type: "string", default: String(Date.now() % 1_000_000) } } })

const imports = 10

interface Round {
  readonly rows: number
  readonly quota: number
  /** The signal that half of the imports are sent; none by default. */
  readonly signal?: "SIGINT" | "SIGKILL" | undefined
}

type Variables = Readonly<Record<string, string>>

/** Starts a command, which does not outlive the scope. */
const spawned = (args: ReadonlyArray<string>, env: Variables) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [program, ...args], {
        env: { PATH: process.env["PATH"], ...env },
        stdio: "ignore",
      })
      return { child, ended: new Promise<number | null>((resolve) => child.on("close", resolve)) }
    }),
    ({ child }) => Effect.sync(() => void child.kill("SIGKILL")),
  )

const start = (file: string, quota: number, env: Variables) => {
  const limits = ["--daily-quota", String(quota), "--rate", "1000"]
  return spawned(["accounts", "import", file, ...limits, "--no-preflight", "--no-input"], env)
}

/** Ends a process when PX has seen some number of requests, unless it ends before. */
const endAt = (child: ChildProcess, signal: NodeJS.Signals, requests: number, seen: Effect.Effect<number>) =>
  Effect.sleep("10 millis").pipe(
    Effect.andThen(seen),
    Effect.repeat({ until: (now) => now >= requests || child.exitCode !== null }),
    Effect.map(() => child.exitCode === null && child.kill(signal)),
  )

const countedIn = (directory: string, key: Redacted.Redacted) =>
  Effect.gen(function* () {
    const names = readdirSync(directory).filter((name) => !name.startsWith("pace.db"))
    if (!names.every((name) => name.startsWith(`quota-${QuotaStore.fingerprint(key)}.`))) return Number.NaN
    return yield* (yield* QuotaStore.QuotaStore).used(key, yield* DateTime.now)
  }).pipe(Effect.provide(QuotaStore.layerFile({ directory }).pipe(Layer.provide(layerServices)), { local: true }))

/** A user of a sandbox, with a folder of their own. */
const makeUser = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const directory = yield* makeFolder("quota")
  const apiKey = Redacted.value(sandbox.apiKey)
  const env = { APTRINSIC_BASE_URL: sandbox.url, APTRINSIC_API_KEY: apiKey, HOME: directory, XDG_STATE_HOME: directory }
  const counted = countedIn(join(directory, "aptrinsic"), Redacted.make(`${sandbox.url} ${apiKey}`))
  return { sandbox, directory, env, counted, seen: Effect.map(sandbox.log.counters, ({ total }) => total) }
})

const writeRows = (file: string, count: number, prefix: string) => {
  const lines = Array.from({ length: count }, (_, row) => `${prefix}-${row},Acme,AP-XXXXXXXXXX-2\n`)
  writeFileSync(file, `id,name,propertyKeys\n${lines.join("")}`)
}

/** Other commands beside an import, at the limit of the server. */
const beside = Effect.gen(function* () {
  const { counted, directory, env, sandbox, seen } = yield* makeUser
  const file = join(directory, "accounts.csv")
  writeRows(file, 600, "row")
  const imported = yield* spawned(["accounts", "import", file, "--no-input"], env)
  yield* Effect.repeat(Effect.delay(seen, "10 millis"), { until: (requests) => requests > 20 })
  const account = ["--name", "Acme", "--product-key", "AP-XXXXXXXXXX-2"]
  const commands = [
    ...Array.from({ length: 10 }, (_, index) => ["accounts", "create", `single-${index}`, ...account]),
    ["accounts", "list", "--json"],
  ]
  const others = yield* Effect.forEach(commands, (args) => spawned(args, env))
  const codes = yield* Effect.promise(() => Promise.all([imported, ...others].map(({ ended }) => ended)))
  const rateLimited = (yield* sandbox.log.counters).outcomes["rate-limited"]
  return { codes, rateLimited, seen: yield* seen, counted: yield* counted }
}).pipe(Effect.scoped)

const run = Effect.fnUntraced(function* ({ quota, rows, signal }: Round) {
  const { counted, directory, env, sandbox, seen } = yield* makeUser
  const running = yield* Effect.forEach(
    Array.from({ length: imports }, (_, index) => index),
    (index) => {
      const file = join(directory, `${index}.csv`)
      writeRows(file, rows, `acc-${index}`)
      return start(file, quota, env)
    },
  )
  const chosen = signal === undefined ? [] : running.slice(0, imports / 2).map(({ child }) => ({ child, signal }))
  const ended = yield* Effect.forEach(
    chosen,
    ({ child, signal }) =>
      Effect.flatMap(Random.nextIntBetween(1, (imports * rows) / 2), (requests) =>
        endAt(child, signal, requests, seen),
      ),
    { concurrency: "unbounded" },
  )
  const codes = yield* Effect.promise(() => Promise.all(running.map(({ ended }) => ended)))
  return {
    ended: ended.filter(Boolean).length,
    codes,
    seen: yield* seen,
    created: (yield* sandbox.store.list({ limit: imports * rows })).length,
    counted: yield* counted,
  }
}, Effect.scoped)

const layer = (perSecond: { readonly requests: number } | null) =>
  Layer.provide(Sandbox.layer({ limits: { perSecond, perDay: null }, latency: "20 millis" }), layerHttpServer())

const proof = Effect.gen(function* () {
  const round = (round: Round) => Effect.provide(run(round), layer(null), { local: true })
  const shared = yield* round({ rows: 50, quota: 300 })
  const stopped = yield* round({ rows: 100, quota: 100_000, signal: "SIGINT" })
  const killed = yield* round({ rows: 100, quota: 100_000, signal: "SIGKILL" })
  const paced = yield* Effect.provide(beside, layer({ requests: 200 }), { local: true })
  // A machine that does other things too is late, and may be rejected once.
  const isPaced = paced.codes.every((code) => code === 0) && paced.counted === paced.seen && paced.rateLimited < 5
  const isShared =
    shared.counted === 300 &&
    shared.seen === 300 &&
    shared.created === 300 &&
    shared.codes.every((code) => code === 0 || code === 7)
  const isExact = stopped.ended > 0 && stopped.counted === stopped.seen && stopped.created === stopped.seen
  // A block is no more than a thousandth of what the day has left.
  const ahead = killed.counted - killed.seen
  const isKept = killed.ended > 0 && ahead >= 0 && ahead <= killed.ended * 100
  const holds = isShared && isExact && isKept && isPaced
  yield* Console.log(
    [
      holds ? "No violation:" : "VIOLATED:",
      `${imports} imports at once with a quota of 300 sent ${shared.seen} requests and counted ${shared.counted};`,
      `with ${stopped.ended} of ${imports} stopped, ${stopped.seen} requests were sent and ${stopped.counted} are counted;`,
      `with ${killed.ended} of ${imports} killed, ${killed.seen} requests were sent and ${killed.counted} are counted (seed ${values.seed});`,
      `ten creates and a list beside an import sent ${paced.seen} requests with it and counted ${paced.counted}, ${paced.rateLimited} of them rejected.`,
    ].join(" "),
  )
  return holds ? 0 : 1
}).pipe(
  Random.withSeed(values.seed),
  Effect.timeoutOrElse({
    duration: "10 minutes",
    orElse: () => Effect.as(Console.log("VIOLATED: the imports did not end within ten minutes."), 1),
  }),
)

process.exitCode = await Effect.runPromise(proof)
