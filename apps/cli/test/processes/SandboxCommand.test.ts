import { readdirSync, writeFileSync } from "node:fs"
import process from "node:process"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Process from "../support/process.ts"

const { bundle, commandLine, runProcess, start } = Process

const timeout = 60_000

const aptrinsic = (...args: ReadonlyArray<string>) => Effect.map(bundle, (program) => commandLine(program, args))

const run = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options?: Process.Options) {
  return yield* runProcess(yield* aptrinsic(...args), options)
})

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe("sandbox", () => {
  it.live(
    "says where it is, tells each request, serves until it is interrupted, and sums up",
    () =>
      Effect.gen(function* () {
        const { ended, seen, signal } = yield* start(yield* aptrinsic("sandbox", "--port", "0", "--log"))
        const ready = yield* seen("API_KEY=")
        const [, url] = /^✔ Sandbox ready at (http:\/\/127\.0\.0\.1:\d+)\n/.exec(ready)!
        assert.strictEqual(
          ready,
          `✔ Sandbox ready at ${url}\n  export APTRINSIC_BASE_URL=${url}\n  export APTRINSIC_API_KEY=sandbox-key\n`,
        )
        const env = { APTRINSIC_BASE_URL: url!, APTRINSIC_API_KEY: "sandbox-key", APTRINSIC_PRODUCT_KEY: "AP-1" }
        for (const exitCode of [0, 5]) {
          const ran = yield* run(["accounts", "create", "acme", "--name", "Acme"], { env })
          assert.strictEqual(ran.exitCode, exitCode)
        }
        const taken = yield* run(["sandbox", "--port", new URL(url!).port])
        assert.deepEqual(taken, {
          exitCode: 2,
          stdout: "",
          stderr: `✖ Port ${new URL(url!).port} is in use.\n  Pass --port 0 for a free one.\n`,
        })
        // Somebody watches its page when it is stopped.
        const events = yield* Effect.promise(() => fetch(`${url}/sandbox/events`))
        assert.strictEqual(events.status, 200)
        signal("SIGINT")
        const { stderr, ...rest } = yield* ended
        assert.deepEqual(rest, { exitCode: 130, stdout: ready })
        const [opened, ...lines] = stderr.split("\n")
        assert.strictEqual(opened, "Open that in a browser to watch and to steer it. Ctrl-C stops it.")
        assert.deepEqual(
          lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3}|\d+ ms/gu, "…").replaceAll(/ +/gu, " ")),
          [
            "… 201 created … POST /v1/accounts acme",
            "… 400 duplicate … POST /v1/accounts acme",
            "… 200 found … GET /v1/accounts/acme",
            "Stopped. 1 created, 1 duplicate, 0 rate-limited, 0 faults.",
            "",
          ],
        )
      }),
    timeout,
  )

  it.live(
    "prints one JSON document and keeps serving",
    () =>
      Effect.gen(function* () {
        const { child, ended, seen, signal } = yield* start(yield* aptrinsic("sandbox", "--port", "0", "--json"))
        const document = JSON.parse(yield* seen("\n"))
        assert.deepInclude(document, { ok: true, apiKey: "sandbox-key", pid: child.pid })
        signal("SIGTERM")
        assert.deepInclude(yield* ended, { exitCode: 143, stdout: `${JSON.stringify(document)}\n`, stderr: "" })
      }),
    timeout,
  )

  it.live(
    "keeps the accounts in a file",
    () =>
      Effect.gen(function* () {
        const cwd = yield* Process.temporaryDirectory
        const create = yield* aptrinsic("accounts", "create", "acme", "--name", "Acme", "--product-key", "AP-1")
        for (const exitCode of [0, 5]) {
          const ran = yield* run(["sandbox", "-q", "--database", "accounts.db", "--", ...create], { cwd })
          assert.strictEqual(ran.exitCode, exitCode, ran.stderr)
        }
      }),
    timeout,
  )

  it.live(
    "runs a command against it and returns its exit code",
    () =>
      Effect.gen(function* () {
        const script =
          'echo "$APTRINSIC_BASE_URL $APTRINSIC_API_KEY ${APTRINSIC_DATA_CENTER-unset}"; read line; echo "$line"; exit 9'
        const ran = yield* run(["sandbox", "--", "sh", "-c", script], {
          env: { APTRINSIC_DATA_CENTER: "eu" },
          stdin: "typed\n",
        })
        const [, url] = /^Sandbox ready at (\S+)\n/.exec(ran.stderr)!
        assert.deepEqual(ran, {
          exitCode: 9,
          stdout: `${url} sandbox-key unset\ntyped\n`,
          stderr: `Sandbox ready at ${url}\nStopped. 0 created, 0 duplicates, 0 rate-limited, 0 faults.\n`,
        })
      }),
    timeout,
  )

  it.live(
    "starts with as many accounts as it is told, unless a file has them",
    () =>
      Effect.gen(function* () {
        const line = yield* aptrinsic("accounts", "get", "account-1000000", "--json")
        const ran = yield* run(["sandbox", "-q", "--accounts", "1000000", "--", ...line])
        assert.deepInclude(JSON.parse(ran.stdout).account, { name: "Account 1000000", plan: "free" })
        const refused = yield* run(["sandbox", "--accounts", "1", "--database", "accounts.db"])
        assert.deepInclude(refused, { exitCode: 2, stdout: "" })
        assert.include(refused.stderr, "--accounts and --database do not go together")
      }),
    timeout,
  )

  it.live(
    "has the products, the attributes and the permissions that it is told",
    () =>
      Effect.gen(function* () {
        const script = `
          const ask = (method, path) => fetch(process.env.APTRINSIC_BASE_URL + "/v1/" + path, {
            method,
            headers: { "X-APTRINSIC-API-KEY": process.env.APTRINSIC_API_KEY },
          })
          const subscription = await (await ask("GET", "admin/subscription")).json()
          const attributes = await (await ask("GET", "admin/model/account/attributes")).json()
          console.log(JSON.stringify({ subscription, attributes, status: (await ask("PUT", "accounts/a")).status }))`
        const flags = ["--product", "AP-1", "--attribute", "tier", "--attribute", "seats:NUMBER", "--read-only"]
        const ran = yield* run(["sandbox", "-q", ...flags, "--", "node", "--input-type=module", "-e", script])
        const { attributes, status, subscription } = JSON.parse(ran.stdout)
        assert.deepStrictEqual(subscription.products, [{ name: "Sandbox", productKeys: [{ productKey: "AP-1" }] }])
        const custom = attributes.slice(-2)
        assert.deepInclude(custom[0], { apiName: "tier", type: "STRING", origin: "CUSTOM" })
        assert.deepInclude(custom[1], { apiName: "seats", type: "NUMBER" })
        assert.strictEqual(status, 403)
        const refused = yield* run(["sandbox", "--attribute", "seats:INT"])
        assert.strictEqual(refused.exitCode, 2)
        assert.include(refused.stderr, "STRING, NUMBER, BOOLEAN, DATE_TIME")
      }),
    timeout,
  )

  it.live(
    "reports a command that is not there, or that a signal ended, as a shell does",
    () =>
      Effect.gen(function* () {
        const missing = yield* run(["sandbox", "-q", "--", "no-such-command"])
        assert.deepEqual(missing, {
          exitCode: 127,
          stdout: "",
          stderr: "✖ no-such-command: there is no such command.\n",
        })
        const killed = yield* run(["sandbox", "-q", "--", "sh", "-c", "kill -9 $$"])
        assert.deepEqual(killed, { exitCode: 137, stdout: "", stderr: "" })
      }),
    timeout,
  )

  it.live(
    "has imports continued at another port, with a report that is not that of the real PX",
    () =>
      Effect.gen(function* () {
        const cwd = yield* Process.temporaryDirectory
        writeFileSync(`${cwd}/a.csv`, "id,name\na,A\n")
        const line = yield* aptrinsic("accounts", "import", "a.csv", "--product-key", "AP-1")
        for (const said of ["created", "already done"]) {
          const ran = yield* run(["sandbox", "-q", "--", ...line], { cwd })
          assert.strictEqual(ran.exitCode, 0, ran.stderr)
          assert.include(ran.stdout + ran.stderr, said)
        }
        const reports = readdirSync(cwd).filter((name) => name.endsWith(".ndjson"))
        assert.deepEqual(reports, ["a.csv.sandbox.ndjson"])
      }),
    timeout,
  )

  it.live(
    "takes the command down with it",
    () =>
      Effect.gen(function* () {
        const { ended, seen, signal } = yield* start(
          yield* aptrinsic("sandbox", "--", "sh", "-c", "echo $$; exec sleep 60"),
        )
        const pid = Number(yield* seen("\n"))
        assert.isTrue(isAlive(pid))
        signal("SIGTERM")
        assert.strictEqual((yield* ended).exitCode, 143)
        assert.isFalse(isAlive(pid))
      }),
    timeout,
  )
})
