/**
 * Runs ten imports at once on one key: `npm run proof:quota`. Together they must use the day's quota up to its last request and not go beyond.
 * When half of them are stopped, the count on disk must be what PX saw; when half of them are killed, it must not be less. `--seed` chooses
 * other moments to stop and kill at.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
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

const { values } = parseArgs({ options: { seed: { type: "string", default: String(Date.now() % 1_000_000) } } })

const imports = 10
const program = fileURLToPath(new URL("../../apps/cli/dist/aptrinsic.js", import.meta.url))

interface Round {
  readonly rows: number
  readonly quota: number
  /** The signal that half of the imports are sent; none by default. */
  readonly signal?: "SIGINT" | "SIGKILL" | undefined
}

/** Starts an import, which does not outlive the scope. */
const start = (file: string, quota: number, env: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const args = [
        "accounts",
        "import",
        file,
        "--daily-quota",
        String(quota),
        "--rate",
        "1000",
        "--no-preflight",
        "--no-input",
      ]
      const child = spawn(process.execPath, [program, ...args], {
        env: { PATH: process.env["PATH"], ...env },
        stdio: "ignore",
      })
      return { child, ended: new Promise<number | null>((resolve) => child.on("close", resolve)) }
    }),
    ({ child }) => Effect.sync(() => void child.kill("SIGKILL")),
  )

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

const run = Effect.fnUntraced(function* ({ quota, rows, signal }: Round) {
  const sandbox = yield* Sandbox.Sandbox
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "quota-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  )
  const seen = Effect.map(sandbox.log.counters, ({ total }) => total)
  const env = {
    APTRINSIC_BASE_URL: sandbox.url,
    APTRINSIC_API_KEY: Redacted.value(sandbox.apiKey),
    HOME: directory,
    XDG_STATE_HOME: directory,
  }
  const running = yield* Effect.forEach(
    Array.from({ length: imports }, (_, index) => index),
    (index) => {
      const file = join(directory, `${index}.csv`)
      const ids = Array.from({ length: rows }, (_, row) => `acc-${index}-${row}`)
      writeFileSync(file, `id,name,propertyKeys\n${ids.map((id) => `${id},Acme,AP-XXXXXXXXXX-2\n`).join("")}`)
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
    counted: yield* countedIn(
      join(directory, "aptrinsic"),
      Redacted.make(`${sandbox.url} ${Redacted.value(sandbox.apiKey)}`),
    ),
  }
}, Effect.scoped)

const layer = Sandbox.layer({ limits: { perSecond: null, perDay: null }, latency: "20 millis" }).pipe(
  Layer.provide(layerHttpServer()),
)

const proof = Effect.gen(function* () {
  const round = (round: Round) => Effect.provide(run(round), layer, { local: true })
  const shared = yield* round({ rows: 50, quota: 300 })
  const stopped = yield* round({ rows: 100, quota: 100_000, signal: "SIGINT" })
  const killed = yield* round({ rows: 100, quota: 100_000, signal: "SIGKILL" })
  const isShared =
    shared.counted === 300 &&
    shared.seen === 300 &&
    shared.created === 300 &&
    shared.codes.every((code) => code === 0 || code === 7)
  const isExact = stopped.ended > 0 && stopped.counted === stopped.seen && stopped.created === stopped.seen
  // A block is no more than a thousandth of what the day has left.
  const ahead = killed.counted - killed.seen
  const isKept = killed.ended > 0 && ahead >= 0 && ahead <= killed.ended * 100
  const holds = isShared && isExact && isKept
  yield* Console.log(
    [
      holds ? "No violation:" : "VIOLATED:",
      `${imports} imports at once with a quota of 300 sent ${shared.seen} requests and counted ${shared.counted};`,
      `with ${stopped.ended} of ${imports} stopped, ${stopped.seen} requests were sent and ${stopped.counted} are counted;`,
      `with ${killed.ended} of ${imports} killed, ${killed.seen} requests were sent and ${killed.counted} are counted (seed ${values.seed}).`,
    ].join(" "),
  )
  return holds ? 0 : 1
}).pipe(
  Random.withSeed(values.seed),
  Effect.timeoutOrElse({
    duration: "30 seconds",
    orElse: () => Effect.as(Console.log("VIOLATED: the imports did not end within 30 seconds."), 1),
  }),
)

process.exitCode = await Effect.runPromise(proof)
