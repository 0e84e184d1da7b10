/**
 * Takes files and disk away from an import: `npm run proof:files`. Too few open files (`ulimit -n`), and a full disk where a small one may be
 * mounted. Each run must say what it is and blame nothing else; the same command without the trouble must come to its end; PX must not be
 * asked twice for an account.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { aptrinsic, type Ended, environment, type Line, run } from "../command.ts"
import { makeFolder } from "../folder.ts"
import { repeats } from "../repeats.ts"

const rows = 150
const ids = Array.from({ length: rows }, (_, index) => `acc-${index + 1}`)
const content = `id,name,propertyKeys\n${ids.map((id) => `${id},Acme,AP-XXXXXXXXXX-2\n`).join("")}`

/** What no run may say here, because it is not so. */
const untrue = /(?<!Whether it )was changed|another run|begin anew|--restart|at .*\.ts:\d/

interface Import {
  readonly directory: string
  readonly line: Line
  readonly env: Readonly<Record<string, string>>
}

/** The command under a limit of files that are open at once. */
const limited =
  (files: number) =>
  ({ env, line }: Import) =>
    run(["bash", "-c", `ulimit -n ${files}; exec "$@"`, "import", ...line], env)

/** The command while all but so many kilobytes of its disk are taken. */
const full =
  (left: number) =>
  ({ directory, env, line }: Import) =>
    Effect.gen(function* () {
      const filler = join(directory, "filler")
      const { bavail, bsize } = statfsSync(directory)
      writeFileSync(filler, new Uint8Array(bavail * bsize - left * 1024))
      const end = yield* run(line, env)
      rmSync(filler)
      return end
    })

const diskSize = 512

/** Runs an import under some trouble, then without; says what was wrong with either. */
const trial = (what: string, says: RegExp, trouble: (job: Import) => Effect.Effect<Ended>, directory: string) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const home = join(directory, "home")
    const file = join(directory, "accounts.csv")
    mkdirSync(home)
    writeFileSync(file, content)
    const line = aptrinsic([
      "accounts",
      "import",
      file,
      "--report",
      `${file}.import.ndjson`,
      "--rate",
      "500",
      "--no-input",
    ])
    const env = yield* environment(home)
    const { exitCode, stderr, stdout } = yield* trouble({ directory, line, env })
    const lock = existsSync(`${file}.import.ndjson.lock`)
    const last = yield* run(line, env)
    const repeated = repeats(yield* sandbox.log.entries())
    const stored = (yield* sandbox.store.list({ limit: rows + 1 })).length
    const said = `${stdout}${stderr}`
    // The runtime itself may not start with so few files; then nothing was sent.
    const isStarted = !/^node:|ERR_|Node\.js v/m.test(stderr)
    const problems = [
      ...(isStarted && untrue.test(said) ? [`says what is not so: ${said}`] : []),
      ...(isStarted && exitCode !== 0 && !says.test(said) ? [`does not say what it is: ${said}`] : []),
      ...(exitCode !== 0 && stdout === "" && lock ? ["leaves a lock though it did not begin"] : []),
      ...(last.exitCode === 0 ? [] : [`cannot be continued: ${last.stdout}${last.stderr}`]),
      ...(repeated.length === 0 ? [] : [`POSTed more than once: ${repeated.join(", ")}`]),
      ...(stored === rows ? [] : [`${stored} accounts are in PX`]),
    ]
    return { what, isTold: says.test(said), problems }
  }).pipe(
    Effect.provide(
      Sandbox.layer({ limits: { perSecond: null, perDay: null }, logCapacity: rows * 20 }).pipe(
        Layer.provide(layerHttpServer()),
      ),
      { local: true },
    ),
  )

const temporary = makeFolder("files")

/** A small disk of its own, where that is permitted. */
const disk = Effect.acquireRelease(
  Effect.map(temporary, (path) => ({
    path,
    isMounted: spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskSize}k`, "tmpfs", path]).status === 0,
  })),
  ({ isMounted, path }) => Effect.sync(() => void (isMounted && spawnSync("umount", [path]))),
)

const proof = Effect.gen(function* () {
  const { isMounted } = yield* Effect.scoped(disk)
  const onDisk = (what: string, says: RegExp, trouble: (job: Import) => Effect.Effect<Ended>) =>
    Effect.scoped(Effect.flatMap(disk, ({ path }) => trial(what, says, trouble, path)))
  const trials = [
    ...[20, 22, 24, 26, 28, 32].map((files) =>
      Effect.scoped(
        Effect.flatMap(temporary, (path) =>
          trial(`${files} open files`, /too many (open )?files|EMFILE/, limited(files), path),
        ),
      ),
    ),
    ...(isMounted ? [0, 8, 24].map((left) => onDisk(`${left} kB left`, /the disk is full/, full(left))) : []),
  ]
  const results = yield* Effect.all(trials, { concurrency: 2 })
  const problems = results.flatMap(({ problems, what }) => problems.map((problem) => `${what}: ${problem}`))
  yield* Console.log(
    [
      ...results.map(({ isTold, what }) => `${what.padEnd(16)}${isTold ? "told" : "not met"}`),
      ...(isMounted ? [] : ["A full disk is not tried: no disk may be mounted here."]),
      ...(problems.length === 0 ? ["No violation."] : problems),
    ].join("\n"),
  )
  return problems.length === 0 && results.some(({ isTold }) => isTold) ? 0 : 1
})

process.exitCode = await Effect.runPromise(proof)
