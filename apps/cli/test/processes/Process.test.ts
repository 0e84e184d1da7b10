import { spawnSync } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { canary, layerSandbox } from "../support/aptrinsic.ts"
import * as Process from "../support/process.ts"

interface Scenario {
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly exitCode: number
  /** \`error.code\` with --json; none when it succeeds. */
  readonly code?: string
  /** The first line, which is on stdout when it succeeds, else on stderr. */
  readonly line: string
}

const create = (id: string, ...flags: ReadonlyArray<string>) => [
  "accounts",
  "create",
  id,
  "--name",
  "Acme Inc",
  ...flags,
]

/** Each exit code that one call can have, in the order in which one leads to the next. */
const scenarios: ReadonlyArray<Scenario> = [
  { args: create("ID"), exitCode: 0, line: "✔ Created account ID (Acme Inc)" },
  { args: create("ID"), exitCode: 5, code: "duplicate", line: "✖ Account ID already exists; it was not changed." },
  {
    args: ["accounts", "create", "beta", "--set", "numberOfEmployees=many"],
    exitCode: 3,
    code: "invalid",
    line: "✖ The account is not valid. Nothing was sent.",
  },
  {
    args: create("ID"),
    env: { APTRINSIC_API_KEY: "wrong-key-000000" },
    exitCode: 4,
    code: "auth",
    line: "✖ Gainsight PX rejected the API key (401).",
  },
  { args: create("ID"), env: { APTRINSIC_API_KEY: "" }, exitCode: 4, code: "no_key", line: "✖ There is no API key." },
  {
    args: create("ID"),
    env: { APTRINSIC_BASE_URL: "http://127.0.0.1:1", APTRINSIC_RETRY_DELAY: "1 millis" },
    exitCode: 7,
    code: "unreachable",
    line: "✖ The server could not be reached: ",
  },
  { args: ["accounts", "get", "nobody"], exitCode: 5, code: "not_found", line: "✖ There is no account nobody." },
  { args: ["accounts", "gte"], exitCode: 2, code: "usage", line: '✖ There is no command "gte".' },
  { args: ["auth", "status"], exitCode: 0, line: "Profile " },
]

const checkScenarios = Effect.fnUntraced(function* (program: Process.Program, scenarios: ReadonlyArray<Scenario>) {
  const { url } = Context.get(yield* Layer.build(layerSandbox()), Sandbox.Sandbox)
  const cwd = yield* Process.temporaryDirectory
  const env = { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-TEST-2" }
  const check = Effect.fnUntraced(function* ({ args, env: own, exitCode, code, line }: Scenario, json: boolean) {
    const id = json ? "acme-json" : "acme"
    const argv = args.map((arg) => (arg === "ID" ? id : arg))
    const ran = yield* Process.runProcess(
      Process.commandLine(program, json ? [...argv, "--json"] : [...argv, "--log-level", "debug"]),
      {
        env: { ...env, ...own },
        cwd,
      },
    )
    const what = `${argv.join(" ")}\n${ran.stdout}${ran.stderr}`
    assert.strictEqual(ran.exitCode, exitCode, what)
    assert.notInclude(ran.stdout + ran.stderr, canary)
    assert.notMatch(ran.stdout + ran.stderr, /^ +at .*:\d+/m)
    if (!json) {
      const spoken = ran.stderr.replaceAll(/^timestamp=.*\n/gm, "")
      const [told, silent] = exitCode === 0 ? [ran.stdout, spoken] : [spoken, ran.stdout]
      assert.isTrue(told.startsWith(line.replace("ID", id)), what)
      assert.strictEqual(silent, "")
      return
    }
    assert.match(ran.stdout, /^\{[^\n]*\}\n$/)
    assert.strictEqual(ran.stderr, "")
    const document = JSON.parse(ran.stdout)
    assert.deepEqual([document.ok, document.error?.code], [exitCode === 0, code])
  })
  yield* Effect.forEach(
    [false, true],
    (json) => Effect.forEach(scenarios, (scenario) => check(scenario, json), { discard: true }),
    {
      concurrency: 2,
      discard: true,
    },
  )
  assert.notInclude(Process.contentsOf(cwd), canary)
})

/** A PX that takes a request and never answers. */
const silentServer = Effect.gen(function* () {
  const arrived = yield* Deferred.make<void>()
  const server = yield* Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer(() => Deferred.doneUnsafe(arrived, Effect.void))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      }),
  )
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, arrived: Deferred.await(arrived) }
})

const interrupt = Effect.fnUntraced(function* (name: "SIGINT" | "SIGTERM", ...flags: ReadonlyArray<string>) {
  const { url, arrived } = yield* silentServer
  const { signal, ended } = yield* Process.start(
    Process.commandLine(yield* Process.bundle, create("acme", "--product-key", "AP-1", ...flags)),
    {
      env: { APTRINSIC_BASE_URL: url, APTRINSIC_API_KEY: canary },
    },
  )
  yield* arrived
  signal(name)
  return yield* ended
})

/** Enough for a machine that does something else as well. */
const timeout = 60_000

const isUtilLinux = (spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "").includes("util-linux")

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

describe("the process", () => {
  it.live(
    "ends with the exit code of what happened, as text and as JSON",
    () => Effect.flatMap(Process.bundle, (program) => checkScenarios(program, scenarios)),
    timeout,
  )

  it.live(
    "does the same from its source as the bundle that is published",
    () => checkScenarios(Process.source, scenarios.slice(0, 2)),
    timeout,
  )

  // There is no way to a pseudo-terminal without a dependency but this command, which not every machine has.
  if (isUtilLinux) {
    it.live(
      "asks for the key on a terminal, and never shows it",
      () =>
        Effect.gen(function* () {
          const { url } = Context.get(yield* Layer.build(layerSandbox()), Sandbox.Sandbox)
          const command = Process.commandLine(yield* Process.bundle, ["accounts", "get", "nobody"])
            .map(quote)
            .join(" ")
          for (const [typed, exitCode, told] of [
            [`${canary}\r`, 5, "There is no account nobody."],
            ["\u0003", 130, "API key (not shown)"],
          ] as const) {
            const { child, ended, seen } = yield* Process.start(["script", "-qec", command, "/dev/null"], {
              env: { APTRINSIC_BASE_URL: url, TERM: "xterm" },
              keepStdinOpen: true,
            })
            // Before it asks, the terminal still echoes.
            yield* seen("API key (not shown)")
            child.stdin?.write(typed)
            const ran = yield* ended
            assert.strictEqual(ran.exitCode, exitCode, ran.stdout)
            assert.include(ran.stdout, told)
            assert.notInclude(ran.stdout, canary)
          }
        }),
      timeout,
    )
  }

  it.live(
    "says on a signal that the account may have been created",
    () =>
      Effect.gen(function* () {
        const told = [
          "✖ Interrupted. Account acme may or may not have been created.",
          "  Look with 'aptrinsic accounts get acme' before you create it again.",
          "",
        ].join("\n")
        assert.deepEqual(yield* interrupt("SIGINT"), { exitCode: 130, stdout: "", stderr: told })
        assert.deepEqual(yield* interrupt("SIGTERM"), { exitCode: 143, stdout: "", stderr: told })
        const json = yield* interrupt("SIGINT", "--json")
        assert.deepEqual([json.exitCode, json.stderr], [130, ""])
        assert.deepInclude(JSON.parse(json.stdout).error, { code: "interrupted", id: "acme", outcome: "unknown" })
      }),
    timeout,
  )

  it.live(
    "says on a signal that the account was not created, where PX had refused its only request",
    () =>
      Effect.gen(function* () {
        const { faults, url } = Context.get(yield* Layer.build(layerSandbox()), Sandbox.Sandbox)
        yield* faults.set([{ fault: "rate-limit-burst", requests: 1, retryAfter: 60, times: 1 }])
        const { signal, ended, seen } = yield* Process.start(
          Process.commandLine(yield* Process.bundle, create("acme", "--product-key", "AP-1", "--log-level", "debug")),
          { env: { APTRINSIC_BASE_URL: url, APTRINSIC_API_KEY: canary } },
        )
        yield* seen("POST waits for its turn", "stderr")
        signal("SIGINT")
        const { exitCode, stderr } = yield* ended
        assert.strictEqual(exitCode, 130)
        assert.match(stderr, /\n✖ Interrupted\. Account acme was not created\.\n$/)
      }),
    timeout,
  )

  it.live(
    "ends with 8 and says so when nobody reads its output",
    () =>
      Effect.gen(function* () {
        const line = Process.commandLine(yield* Process.bundle, ["accounts", "fields"])
        const { child, ended } = yield* Process.start(["sh", "-c", 'read -r _; exec "$@"', "sh", ...line], {
          keepStdinOpen: true,
        })
        child.stdout?.destroy()
        // It starts now.
        child.stdin?.end("\n")
        assert.deepInclude(yield* ended, {
          exitCode: 8,
          stderr: "✖ stdout cannot be written: nobody reads it any more.\n",
        })
      }),
    timeout,
  )

  if (existsSync("/dev/full")) {
    it.live(
      "ends with 8 on a full disk, and tells on stderr what was done",
      () =>
        Effect.gen(function* () {
          const { url } = Context.get(yield* Layer.build(layerSandbox()), Sandbox.Sandbox)
          const env = { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_PRODUCT_KEY: "AP-TEST-2" }
          const program = yield* Process.bundle
          const cwd = yield* Process.temporaryDirectory
          writeFileSync(join(cwd, "accounts.csv"), "id,name\nrow,Row\n")
          const onFullDisk = (...args: ReadonlyArray<string>) =>
            Process.runProcess(["sh", "-c", 'exec "$@" > /dev/full', "sh", ...Process.commandLine(program, args)], {
              cwd,
              env,
            })
          const full = "✖ stdout cannot be written: the disk is full.\n"
          for (const [args, told] of [
            [create("full"), "✔ Created account full (Acme Inc)\n"],
            [create("full-json", "--json"), "✔ Created account full-json (Acme Inc)\n"],
            [["accounts", "get", "full"], ""],
            [["accounts", "fields"], ""],
            [["auth", "status", "--json"], ""],
            [["completion", "bash"], ""],
            [["accounts", "--help"], ""],
            [["--version"], ""],
            [["sandbox", "--port", "0"], ""],
          ] as const) {
            assert.deepEqual(yield* onFullDisk(...args), { exitCode: 8, stdout: "", stderr: full + told })
          }
          const failed = yield* onFullDisk(...create("full", "--json"))
          assert.deepEqual([failed.exitCode, failed.stderr.startsWith(full)], [5, true])
          assert.include(failed.stderr, "✖ Account full already exists; it was not changed.\n")
          const imported = yield* onFullDisk("accounts", "import", "accounts.csv")
          assert.deepEqual([imported.exitCode, imported.stderr.includes(`${full}✔ Created 1 of 1 row`)], [8, true])
        }),
      timeout,
    )
  }
})
