import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { aptrinsic, canary, type Options } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

const configFile = Effect.fnUntraced(function* (text: string, mode = 0o600) {
  const fs = yield* FileSystem.FileSystem
  const path = `${yield* fs.makeTempDirectoryScoped()}/config.json`
  yield* fs.writeFileString(path, text, { mode })
  return path
})

const config = (document: unknown, mode?: number) => configFile(JSON.stringify(document), mode)

const status = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const ran = yield* aptrinsic(["auth", "status", "--json", ...args], options)
  return { ...ran, document: JSON.parse(ran.stdout) }
})

layer(layerServices, { excludeTestServices: true })("settings", (it) => {
  it.effect("come from the flag, else the environment, else the profile, else the default", () =>
    Effect.gen(function* () {
      const file = yield* config({
        profiles: { work: { dataCenter: "us2", productKeys: ["P"], apiKey: "profile-key-00-aaaa" } },
      })
      const profile = { APTRINSIC_CONFIG: file, APTRINSIC_PROFILE: "work" }
      const env = {
        ...profile,
        APTRINSIC_BASE_URL: "http://localhost:1/",
        APTRINSIC_API_KEY: canary,
        APTRINSIC_PRODUCT_KEY: "E, F",
      }
      const at = ({ document: { server, apiKey, productKeys } }: Effect.Success<ReturnType<typeof status>>) => [
        server.origin,
        server.source,
        apiKey?.ending,
        apiKey?.source,
        productKeys?.values,
      ]
      assert.deepEqual(at(yield* status(["--data-center", "eu", "--product-key", "F"], { env })), [
        "https://api-eu.aptrinsic.com",
        "--data-center",
        "…1f3a",
        "$APTRINSIC_API_KEY",
        ["F"],
      ])
      assert.deepEqual(at(yield* status([], { env })), [
        "http://localhost:1",
        "$APTRINSIC_BASE_URL",
        "…1f3a",
        "$APTRINSIC_API_KEY",
        ["E", "F"],
      ])
      assert.deepEqual(at(yield* status([], { env: profile })), [
        "https://api-us2.aptrinsic.com",
        "dataCenter of profile work",
        "…aaaa",
        "apiKey of profile work",
        ["P"],
      ])
      assert.deepEqual(at(yield* status([], { env: { APTRINSIC_API_KEY: "short" } })), [
        "https://api.aptrinsic.com",
        "default",
        "(hidden)",
        "$APTRINSIC_API_KEY",
        undefined,
      ])
    }),
  )

  it.effect("treat the data center and the base URL as one: two at one level are a mistake, a lower level is not", () =>
    Effect.gen(function* () {
      const both = { APTRINSIC_DATA_CENTER: "eu", APTRINSIC_BASE_URL: "http://localhost:1", APTRINSIC_API_KEY: canary }
      const ran = yield* status([], { env: both })
      assert.strictEqual(ran.exitCode, 2)
      assert.strictEqual(ran.document.error.message, "$APTRINSIC_DATA_CENTER and $APTRINSIC_BASE_URL are both given.")
      assert.strictEqual((yield* status(["--data-center", "us2"], { env: both })).exitCode, 0)
      const flags = yield* status(["--data-center", "us2", "--base-url", "http://localhost:1"])
      assert.strictEqual(flags.document.error.message, "--data-center and --base-url are both given.")
    }),
  )

  it.effect("refuse an address to which a key must not go", () =>
    Effect.gen(function* () {
      for (const url of [
        "http://example.com",
        "ftp://localhost",
        "https://u:p@example.com",
        "https://example.com/v1",
        "example",
      ]) {
        const { exitCode, document } = yield* status(["--base-url", url], { env: { APTRINSIC_API_KEY: canary } })
        assert.deepEqual([exitCode, document.error.code], [2, "usage"])
        assert.match(document.error.message, /^The base URL \(from --base-url\) (must|is)/)
      }
    }),
  )

  it.effect("refuse a value that does not work, and name it", () =>
    Effect.gen(function* () {
      const error = (env: Record<string, string>) =>
        Effect.map(status([], { env: { APTRINSIC_API_KEY: canary, ...env } }), ({ document }) => document.error.message)
      assert.strictEqual(
        yield* error({ APTRINSIC_DATA_CENTER: "mars" }),
        '$APTRINSIC_DATA_CENTER is "mars"; it must be us, eu or us2.',
      )
      assert.strictEqual(
        yield* error({ APTRINSIC_CONFIG: "/no/such" }),
        "/no/such cannot be read: there is no such file or directory.",
      )
      assert.strictEqual(
        yield* error({ APTRINSIC_TOTAL_TIMEOUT: "soon" }),
        '$APTRINSIC_TOTAL_TIMEOUT is "soon"; it must be a time such as 15s or 2m.',
      )
      assert.strictEqual(
        yield* error({ APTRINSIC_SETTLE_DELAY: "0" }),
        '$APTRINSIC_SETTLE_DELAY is "0"; it must be a time such as 15s or 2m.',
      )
      assert.match(
        yield* error({ APTRINSIC_PROFILE: "prod" }),
        /^There is no profile "prod" \(from \$APTRINSIC_PROFILE\)\.$/,
      )
    }),
  )

  it.effect("take times as people and as effect write them", () =>
    Effect.gen(function* () {
      for (const [text, milliseconds] of [
        ["250ms", 250],
        ["1.5s", 1500],
        ["2m", 120_000],
        ["1h", 3_600_000],
        ["15 seconds", 15_000],
      ] as const) {
        const { document } = yield* status(["--timeout", text], { env: { APTRINSIC_API_KEY: canary } })
        assert.deepEqual(document.timeout, { milliseconds, source: "--timeout" })
      }
    }),
  )

  it.effect("refuse a configuration that says something unknown, all of it at once, without a value", () =>
    Effect.gen(function* () {
      const file = yield* config({
        profle: "a",
        profiles: { a: { datacenter: "eu", apiKey: 12345678, productKeys: "AP-1" }, b: { dataCenter: "mars" }, c: 1 },
      })
      const ran = yield* aptrinsic(["auth", "status"], { env: { APTRINSIC_CONFIG: file } })
      assert.strictEqual(ran.exitCode, 2)
      assert.sameMembers(ran.stderr.trimEnd().split("\n"), [
        `✖ ${file} is not a valid configuration.`,
        "  profle                  is not a setting; did you mean profile?",
        "  profiles.a.datacenter   is not a setting; did you mean dataCenter?",
        "  profiles.a.apiKey       must be text, not empty",
        '  profiles.a.productKeys  must be a list of product tag keys: ["AP-…"]',
        "  profiles.b.dataCenter   must be us, eu or us2",
        "  profiles.c              must be an object",
      ])
    }),
  )

  it.effect("say where a configuration stops being JSON", () =>
    Effect.gen(function* () {
      const file = yield* configFile('{"profile": }')
      const ran = yield* aptrinsic(["auth", "status"], { env: { APTRINSIC_CONFIG: file } })
      assert.deepEqual(ran, {
        exitCode: 2,
        stdout: "",
        stderr: `✖ ${file} is not a valid configuration.\n  line 1, column 13  expected a value\n`,
      })
    }),
  )

  it.effect("take the delay before an account counts as absent from the flag, the environment or the profile", () =>
    Effect.gen(function* () {
      const file = yield* config({ profiles: { work: { settleDelay: "1m" } } })
      const env = { APTRINSIC_API_KEY: canary, APTRINSIC_CONFIG: file, APTRINSIC_PROFILE: "work" }
      const at = (args: ReadonlyArray<string>, more: Record<string, string>) =>
        Effect.map(status(args, { env: { ...env, ...more } }), ({ document }) => document.settleDelay)
      const both = { APTRINSIC_SETTLE_DELAY: "4 millis" }
      assert.deepEqual(yield* at(["--settle-delay", "2s"], both), { milliseconds: 2000, source: "--settle-delay" })
      assert.deepEqual(yield* at([], both), { milliseconds: 4, source: "$APTRINSIC_SETTLE_DELAY" })
      assert.deepEqual(yield* at([], {}), { milliseconds: 60_000, source: "settleDelay of profile work" })
    }),
  )

  it.effect("suggest the nearest profile", () =>
    Effect.gen(function* () {
      const file = yield* config({ profile: "prdo", profiles: { prod: {} } })
      const ran = yield* aptrinsic(["auth", "status"], { env: { APTRINSIC_CONFIG: file } })
      assert.strictEqual(
        ran.stderr,
        '✖ There is no profile "prdo" (from the configuration file).\n  Did you mean prod?\n',
      )
    }),
  )

  it.effect("warn about a stored key that others can read", () =>
    Effect.gen(function* () {
      const document = { profile: "a", profiles: { a: { apiKey: canary } } }
      const open = yield* config(document, 0o644)
      const warned = yield* status([], { env: { APTRINSIC_CONFIG: open } })
      assert.strictEqual(warned.stderr, `! Others can read the API key in ${open}; run: chmod 600 '${open}'\n`)
      const closed = yield* status([], { env: { APTRINSIC_CONFIG: yield* config(document) } })
      assert.deepEqual([closed.exitCode, closed.stderr], [0, ""])
    }),
  )

  it.effect("take the key from a command, a file or stdin", () =>
    Effect.gen(function* () {
      const source = (args: ReadonlyArray<string>, options: Options) =>
        Effect.map(status(args, options), ({ document }) => [document.apiKey?.ending, document.apiKey?.source])
      const command = yield* config({
        profile: "a",
        profiles: { a: { apiKeyCommand: ["sh", "-c", `echo ${canary}`] } },
      })
      assert.deepEqual(yield* source([], { env: { APTRINSIC_CONFIG: command } }), [
        "…1f3a",
        "apiKeyCommand of profile a",
      ])
      const file = yield* configFile(`${canary}\r\n`)
      assert.deepEqual(yield* source(["--api-key-file", file], {}), ["…1f3a", `--api-key-file ${file}`])
      assert.deepEqual(yield* source([], { env: { APTRINSIC_API_KEY_FILE: file } }), [
        "…1f3a",
        "$APTRINSIC_API_KEY_FILE",
      ])
      assert.deepEqual(yield* source(["--api-key-file", "-"], { stdin: `${canary}\n` }), ["…1f3a", "--api-key-file -"])
    }),
  )

  it.effect("tell a key command that fails", () =>
    Effect.gen(function* () {
      for (const [command, how] of [
        [["sh", "-c", "exit 3"], "ended with exit code 3"],
        [["/no/such/command"], "cannot be run"],
      ] as const) {
        const file = yield* config({ profile: "a", profiles: { a: { apiKeyCommand: command } } })
        const { exitCode, document } = yield* status([], { env: { APTRINSIC_CONFIG: file } })
        assert.deepEqual([exitCode, document.error.code], [4, "no_key"])
        assert.strictEqual(
          document.error.message,
          `The command that prints the API key (from apiKeyCommand of profile a) ${how}.`,
        )
      }
    }),
  )

  it.effect("refuse a key that no header can carry, without showing it", () =>
    Effect.gen(function* () {
      for (const key of ["two words", "line\nbreak", "bell\u0007", "clé"]) {
        const ran = yield* aptrinsic(["accounts", "get", "a"], { env: { APTRINSIC_API_KEY: key } })
        assert.strictEqual(ran.exitCode, 4)
        assert.match(ran.stderr, /^✖ The API key \(from \$APTRINSIC_API_KEY\) must [^\n]*\n$/)
        assert.notInclude(ran.stderr, key)
      }
    }),
  )

  it.effect("hand the library's own variables on, and name the one that is wrong", () =>
    Effect.gen(function* () {
      const ran = yield* aptrinsic(["accounts", "get", "a"], {
        env: { APTRINSIC_API_KEY: canary, APTRINSIC_MAX_ATTEMPTS: "many" },
      })
      assert.deepEqual(ran.exitCode, 2)
      assert.match(ran.stderr, /^✖ \$APTRINSIC_MAX_ATTEMPTS must be [^\n]+\.\n$/)
    }),
  )
})
