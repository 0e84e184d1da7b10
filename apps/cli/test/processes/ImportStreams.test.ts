import { execFileSync } from "node:child_process"
import { closeSync, constants, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { layerSandbox } from "../support/aptrinsic.ts"
import { environmentFor, reportLines, rows } from "../support/importing.ts"
import * as Process from "../support/process.ts"
import { isDeno } from "../support/runtime.ts"

/** Tells on stderr, at the end of a process, how many bytes it has read. */
const tellRead = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from "node:fs"
  process.on("exit", () => process.stderr.write(readFileSync("/proc/self/io", "utf8").split("\\n")[0]))
`)}`

/** A file, a pipe that nobody opens, and processes that import with both at hand. */
const world = Effect.gen(function* () {
  const sandbox = Context.get(yield* Layer.build(layerSandbox()), Sandbox.Sandbox)
  const directory = yield* Process.temporaryDirectory
  const file = join(directory, "accounts.csv")
  const pipe = join(directory, "pipe")
  writeFileSync(file, rows(3))
  execFileSync("mkfifo", [pipe])
  const env = { ...environmentFor(sandbox), TMPDIR: directory }
  const program = yield* Process.bundle
  const line = (...args: ReadonlyArray<string>) => Process.commandLine(program, ["accounts", "import", ...args])
  return {
    directory,
    file,
    pipe,
    report: Effect.sync(() => reportLines(readFileSync(`${file}.import.ndjson`, "utf8"))),
    start: (args: ReadonlyArray<string>, options: Process.Options = {}) =>
      Process.start(line(...args), { cwd: directory, ...options, env: { ...env, ...options.env } }),
    /** Runs in a shell, which decides where the output goes. `$0` and `"$@"` are the command line. */
    shell: (script: string, ...args: ReadonlyArray<string>) =>
      Process.runProcess(["sh", "-c", script, ...line(...args)], { env, cwd: directory }),
  }
})

const timeout = 60_000

/** Opens a pipe for writing once a process reads it, and writes nothing. */
const openWhenRead = (pipe: string) =>
  Effect.acquireRelease(
    Effect.retry(
      Effect.try(() => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)),
      { schedule: Schedule.spaced("20 millis") },
    ),
    (file) => Effect.sync(() => closeSync(file)),
  )

/** A process ends, and a shell would report 130: for that code, and for a process that the signal ended. */
const endsInterrupted = ({ child, ended }: Process.Running) =>
  Effect.map(ended, ({ exitCode }) =>
    assert.isTrue(exitCode === 130 || child.signalCode === "SIGINT", String(exitCode)),
  )

const copies = (directory: string) => readdirSync(directory).filter((name) => name.startsWith("aptrinsic-"))

describe.concurrent("the process of an import that waits for a file", () => {
  it.live.each(["--mapping", "--api-key-file"])(
    "ends on the first SIGINT when %s is a pipe to which nothing is written",
    (flag) =>
      Effect.gen(function* () {
        const { file, pipe, start } = yield* world
        const run = yield* start([file, flag, pipe], { keepStdinOpen: true })
        yield* openWhenRead(pipe)
        run.signal("SIGINT")
        yield* endsInterrupted(run)
      }),
    timeout,
  )

  it.live(
    "ends on the first SIGINT when stdin says nothing, and leaves no copy of it behind",
    () =>
      Effect.gen(function* () {
        const { directory, start } = yield* world
        const run = yield* start(["-", "--report", "report"], { keepStdinOpen: true })
        const begun = Effect.sync(() => copies(directory).length > 0)
        yield* Effect.repeat(begun, { until: (is) => is, schedule: Schedule.spaced("20 millis") })
        run.signal("SIGINT")
        yield* endsInterrupted(run)
        assert.deepEqual(copies(directory), [])
      }),
    timeout,
  )

  it.live(
    "ends at once on two signals that come together",
    () =>
      Effect.gen(function* () {
        const { file, pipe, start } = yield* world
        const run = yield* start([file, "--mapping", pipe], { keepStdinOpen: true })
        yield* openWhenRead(pipe)
        run.signal("SIGINT")
        run.signal("SIGTERM")
        const ended = yield* run.ended
        assert.isTrue(ended.exitCode === null || [130, 143].includes(ended.exitCode), String(ended.exitCode))
      }),
    timeout,
  )

  it.live(
    "reads a mapping and a key from pipes that are written to",
    () =>
      Effect.gen(function* () {
        const { file, shell } = yield* world
        const script = `mkfifo key map; printf '%s' "$APTRINSIC_API_KEY" > key & echo '{"version":1}' > map & APTRINSIC_API_KEY= exec "$0" "$@" --api-key-file key --mapping map`
        const ended = yield* shell(script, file)
        assert.deepEqual([ended.exitCode, ended.stderr], [0, ""])
      }),
    timeout,
  )
})

describe.concurrent("the process of an import whose stdout cannot be written", () => {
  const scripts: ReadonlyArray<readonly [what: string, script: string]> = [
    ["a full disk", '"$0" "$@" > /dev/full'],
    // Who reads it has ended before the process starts.
    ["a pipe that nobody reads", ': < pipe & exec > pipe; wait; "$0" "$@"'],
  ]
  it.live.each(scripts)(
    "ends with 8, its summary on stderr and its report whole, when stdout is %s",
    ([, script]) =>
      Effect.gen(function* () {
        const { file, report, shell } = yield* world
        const ended = yield* shell(script, file)
        assert.strictEqual(ended.exitCode, 8, ended.stderr)
        assert.match(
          ended.stderr,
          /^✖ stdout cannot be written: .*\n✔ Created 3 of 3 rows in .*\n {2}created +3\n {2}Report /,
        )
        assert.lengthOf(
          (yield* report).filter(({ s }) => s === "created"),
          3,
        )
        const json = yield* shell(script, file, "--json")
        assert.strictEqual(json.exitCode, 8)
        assert.include(json.stderr, "✔ All 3 rows were imported before. Nothing was sent.")
      }),
    timeout,
  )

  // The kernel of Linux counts what a process reads, and Node loads what tells it.
  if (process.platform === "linux" && !isDeno) {
    it.live(
      "reads its file once in a dry run and twice to send it, once more where there is a report to compare it with",
      () =>
        Effect.gen(function* () {
          const { directory, file, start } = yield* world
          const large = join(directory, "large.csv")
          const cell = "x".repeat(750_000)
          const rows = Array.from({ length: 40 }, (_, at) => `wide${at},Account ${at},${cell}\n`)
          writeFileSync(large, `id,name,notes\n${rows.join("")}`)
          const bytesRead = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
            const env = { NODE_OPTIONS: `--import=${tellRead}` }
            const { exitCode, stderr } = yield* Effect.flatMap(start(args, { env }), ({ ended }) => ended)
            assert.strictEqual(exitCode, 0, stderr)
            return Number(/rchar: (\d+)/.exec(stderr)![1])
          })
          const beside = yield* bytesRead(file)
          const timesRead = (...args: ReadonlyArray<string>) =>
            Effect.map(bytesRead(large, "--ignore", "notes", ...args), (bytes) => (bytes - beside) / (40 * 750_000))
          assert.approximately(yield* timesRead("--dry-run"), 1, 0.1)
          assert.approximately(yield* timesRead(), 2, 0.1)
          assert.isBelow(yield* timesRead(), 3.1)
        }),
      timeout,
    )
  }
})
