import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { aptrinsic, canary, layerSandbox } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

const freshFile = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  return `${yield* fs.makeTempDirectoryScoped()}/made/config.json`
})

/** A configuration file with nothing in it. */
const freshConfig = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const file = `${yield* fs.makeTempDirectoryScoped()}/config.json`
  yield* fs.writeFileString(file, "{}", { mode: 0o600 })
  return file
})

const read = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  return JSON.parse(yield* fs.readFileString(file))
})

layer(layerServices, { excludeTestServices: true })("auth", (it) => {
  it.effect("login stores a key for its owner alone, logout removes it", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const home = yield* fs.makeTempDirectoryScoped()
      const env = { HOME: home, XDG_CONFIG_HOME: `${home}/config` }
      const file = `${home}/config/aptrinsic/config.json`
      const login = [
        "auth",
        "login",
        "--no-verify",
        "--api-key-file",
        "-",
        "--data-center",
        "eu",
        "--product-key",
        "AP-1",
      ]
      const ran = yield* aptrinsic(login, { env, stdin: `${canary}\n` })
      assert.deepEqual(ran, {
        exitCode: 0,
        stdout: `✔ Stored the API key …1f3a in profile default of ${file}\n`,
        stderr: "",
      })
      assert.deepEqual(yield* read(file), {
        profiles: { default: { dataCenter: "eu", productKeys: ["AP-1"], apiKey: canary } },
        profile: "default",
      })
      assert.strictEqual((yield* fs.stat(file)).mode & 0o777, 0o600)
      assert.strictEqual((yield* fs.stat(`${home}/config/aptrinsic`)).mode & 0o777, 0o700)
      assert.deepEqual(yield* fs.readDirectory(`${home}/config/aptrinsic`), ["config.json"])

      const status = yield* aptrinsic(["auth", "status"], { env })
      assert.deepEqual(status, {
        exitCode: 0,
        stderr: "",
        stdout: [
          `Profile        default${" ".repeat(file.length - 7)}  (the configuration file)`,
          `API key        …1f3a${" ".repeat(file.length - 5)}  (apiKey of profile default)`,
          `Server         https://api-eu.aptrinsic.com${" ".repeat(file.length - 28)}  (dataCenter of profile default)`,
          `Product keys   AP-1${" ".repeat(file.length - 4)}  (productKeys of profile default)`,
          `Timeout        2m${" ".repeat(file.length - 2)}  (default)`,
          `Settle delay   depends on what was lost${" ".repeat(file.length - 24)}  (default)`,
          `Configuration  ${file}  (read)`,
          "",
        ].join("\n"),
      })

      const logout = yield* aptrinsic(["auth", "logout"], { env })
      assert.strictEqual(logout.stdout, `✔ Removed the API key of profile default from ${file}\n`)
      assert.deepEqual(yield* read(file), {
        profiles: { default: { dataCenter: "eu", productKeys: ["AP-1"] } },
        profile: "default",
      })
      const again = yield* aptrinsic(["auth", "logout", "--json"], { env })
      assert.deepEqual(JSON.parse(again.stdout), { ok: true, profile: "default", path: file, removed: false })
    }),
  )

  it.effect("login keeps the other profiles and the one in use", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      const env = { APTRINSIC_CONFIG: file }
      const fs = yield* FileSystem.FileSystem
      yield* fs.makeDirectory(file.replace(/\/config.json$/, ""))
      yield* fs.writeFileString(
        file,
        JSON.stringify({ profile: "a", profiles: { a: { apiKeyCommand: ["pass", "px"] } } }),
        {
          mode: 0o644,
        },
      )
      const ran = yield* aptrinsic(["auth", "login", "--no-verify", "--profile", "b", "--api-key-file", "-"], {
        env,
        stdin: canary,
      })
      assert.strictEqual(ran.stderr, "Profile a stays in use; pass --profile b to use this one.\n")
      assert.deepEqual(yield* read(file), {
        profile: "a",
        profiles: { a: { apiKeyCommand: ["pass", "px"] }, b: { apiKey: canary } },
      })
      assert.strictEqual((yield* fs.stat(file)).mode & 0o777, 0o600)
      yield* aptrinsic(["auth", "login", "--no-verify", "--api-key-file", "-"], { env, stdin: canary })
      assert.deepEqual((yield* read(file)).profiles.a, { apiKey: canary })
    }),
  )

  it.effect("login replaces a link instead of writing where it leads", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${directory}/elsewhere.json`, "{}")
      yield* fs.symlink(`${directory}/elsewhere.json`, `${directory}/config.json`)
      const env = { APTRINSIC_CONFIG: `${directory}/config.json` }
      assert.strictEqual(
        (yield* aptrinsic(["auth", "login", "--no-verify", "--api-key-file", "-"], { env, stdin: canary })).exitCode,
        0,
      )
      assert.strictEqual(yield* fs.readFileString(`${directory}/elsewhere.json`), "{}")
      assert.strictEqual((yield* read(`${directory}/config.json`)).profiles.default.apiKey, canary)
    }),
  )

  it.effect("login refuses what cannot be a key, and a key in the arguments", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const home = yield* fs.makeTempDirectoryScoped()
      const stored = ["auth", "login", "--no-verify", "--api-key-file", "-"]
      const spaced = yield* aptrinsic(stored, { env: { HOME: home }, stdin: "two words" })
      assert.deepEqual([spaced.exitCode, spaced.stderr], [2, "✖ The API key must not contain spaces or line breaks.\n"])
      const argument = yield* aptrinsic(["auth", "login", "--no-verify", "--api-key", canary], { env: { HOME: home } })
      assert.strictEqual(argument.exitCode, 2)
      const nobody = yield* aptrinsic(["auth", "login"], { env: { HOME: home } })
      assert.strictEqual(
        nobody.stderr.split("\n")[0],
        "✖ The API key is missing, and there is no terminal to ask for it.",
      )
      assert.deepEqual(yield* fs.readDirectory(home), [])
    }),
  )

  it.effect("status exits with 4 when there is no key, and still shows the rest", () =>
    Effect.gen(function* () {
      const ran = yield* aptrinsic(["auth", "status"], { env: { APTRINSIC_DATA_CENTER: "eu" } })
      assert.strictEqual(ran.exitCode, 4)
      assert.match(ran.stdout, /^API key +none +\(nowhere\)$/m)
      assert.match(ran.stdout, /^Server +https:\/\/api-eu\.aptrinsic\.com +\(\$APTRINSIC_DATA_CENTER\)$/m)
      assert.match(ran.stderr, /^✖ There is no API key\.\n/)
      const json = yield* aptrinsic(["auth", "status", "--json"])
      assert.strictEqual(json.exitCode, 4)
      const { code, settings } = JSON.parse(json.stdout).error
      assert.deepEqual([code, settings.server.origin], ["no_key", "https://api.aptrinsic.com"])
    }),
  )
})

layer(layerSandbox(), { excludeTestServices: true })("auth, verified", (it) => {
  it.effect("login stores a key that PX accepts, status --check asks again", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const env = { APTRINSIC_CONFIG: yield* freshConfig }
      const login = ["auth", "login", "--base-url", url, "--api-key-file", "-"]
      const ran = yield* aptrinsic(login, { env, stdin: canary })
      assert.deepEqual([ran.exitCode, ran.stderr], [0, `${url} accepts the key.\n`])
      const status = yield* aptrinsic(["auth", "status", "--check"], { env })
      assert.deepEqual([status.exitCode, status.stdout], [0, `✔ ${url} accepts the key\n`])
      yield* aptrinsic(["auth", "login", "--no-verify", "--base-url", url, "--api-key-file", "-"], {
        env,
        stdin: "wrong",
      })
      const wrong = yield* aptrinsic(["auth", "status", "--check", "--json"], { env })
      assert.deepEqual([wrong.exitCode, JSON.parse(wrong.stdout).error.code], [4, "auth"])
    }),
  )

  it.effect("login stores no key that PX refuses, or that nobody could be asked about", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const file = yield* freshConfig
      const login = ["auth", "login", "--api-key-file", "-", "--base-url"]
      for (const [server, exitCode] of [
        [[url], 4],
        [["http://127.0.0.1:1", "--timeout", "500ms"], 7],
      ] as const) {
        const ran = yield* aptrinsic([...login, ...server], { env: { APTRINSIC_CONFIG: file }, stdin: "wrong" })
        assert.strictEqual(ran.exitCode, exitCode, ran.stderr)
        assert.include(ran.stderr, "Nothing was stored; --no-verify stores the key without asking PX.\n")
        assert.deepEqual(yield* read(file), {})
      }
    }),
  )

  it.effect("login asks for the data center on a terminal", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const file = yield* freshConfig
      const key = `${file}.key`
      yield* fs.writeFileString(key, canary)
      const ran = yield* aptrinsic(["auth", "login", "--no-verify", "--api-key-file", key], {
        env: { APTRINSIC_CONFIG: file, NO_COLOR: "1" },
        terminals: ["stdin", "stderr"],
        typed: ["down", "enter"],
      })
      assert.strictEqual(ran.exitCode, 0, ran.stderr)
      assert.deepEqual((yield* read(file)).profiles.default, { dataCenter: "eu", apiKey: canary })
    }),
  )

  it.effect("lists, switches and deletes profiles, and refuses a name that is misspelt", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const file = yield* freshConfig
      const env = { APTRINSIC_CONFIG: file }
      const profiles = { default: { apiKey: canary }, prod: { dataCenter: "eu", apiKeyCommand: ["pass"] } }
      yield* fs.writeFileString(file, JSON.stringify({ profile: "default", profiles }), { mode: 0o600 })
      assert.strictEqual(
        (yield* aptrinsic(["auth", "list"], { env })).stdout,
        "* default  us  key: stored\n  prod     eu  key: command\n",
      )
      for (const args of [
        ["auth", "logout", "--profile", "dafault"],
        ["auth", "logout", "--delete", "--profile", "dafault"],
        ["auth", "use", "dafault"],
        ["auth", "status", "--profile", "dafault"],
      ]) {
        const ran = yield* aptrinsic(args, { env })
        assert.deepEqual([ran.exitCode, ran.stderr.split("\n")[1]], [2, "  Did you mean default?"], args.join(" "))
      }
      yield* aptrinsic(["auth", "use", "prod"], { env })
      assert.strictEqual((yield* read(file)).profile, "prod")
      yield* aptrinsic(["auth", "logout", "--delete"], { env })
      assert.deepEqual(yield* read(file), { profiles: { default: { apiKey: canary } } })
    }),
  )
})
