import { fileURLToPath } from "node:url"
import { assert, layer } from "@effect/vitest"
import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { aptrinsic, canary } from "./support/aptrinsic.ts"
import { paths } from "./support/helpDocs.ts"
import { layerServices } from "./support/runtime.ts"

const takesConnection = [
  "accounts create",
  "accounts update",
  "accounts import",
  "accounts diff",
  "accounts get",
  "accounts list",
  "accounts export",
  "jobs submit",
  "jobs resume",
  "worker",
  "auth login",
  "auth logout",
  "auth status",
  "doctor",
]

layer(layerServices, { excludeTestServices: true })("usage", (it) => {
  it.effect("tells a mistake in one line and a hint on stderr", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [args: string, line: string, hint: string]> = [
        ["acounts", 'There is no command "acounts".', "Did you mean accounts?"],
        ["accounts crate", 'There is no command "crate".', "Did you mean create?"],
        ["accounts create --nam x", "There is no flag --nam here.", "Did you mean --name?"],
        ["accounts fields --profile x", "There is no flag --profile here.", "See 'aptrinsic accounts fields --help'."],
        ["accounts get", "ID is missing.", "See 'aptrinsic accounts get --help'."],
        ["accounts get a b", '"b" is one argument too many.', "See 'aptrinsic accounts get --help'."],
        ["accounts create --name", "--name needs a value.", "If it starts with a dash, write --name=VALUE."],
        [
          "accounts get a --profile b --profile c",
          "--profile is given more than once.",
          "See 'aptrinsic accounts get --help'.",
        ],
        [
          "accounts get a --color red",
          '--color is "red"; it must be auto, always or never.',
          "See 'aptrinsic accounts get --help'.",
        ],
        [
          "accounts import a.tsv --format tsv",
          '--format is "tsv"; it must be csv, copy, ndjson, json or xlsx.',
          "Leave out --format: tabs are recognised; --delimiter tab insists on them.",
        ],
        ["sandbox --port no", '--port is "no"; it must be a number.', "See 'aptrinsic sandbox --help'."],
        [
          "sandbox --port 70000",
          '--port is "70000"; it must be a whole number from 0 to 65535.',
          "See 'aptrinsic sandbox --help'.",
        ],
        [
          "worker --port 70000",
          '--port is "70000"; it must be a whole number from 0 to 65535.',
          "See 'aptrinsic worker --help'.",
        ],
        ["sandbox --faults 2", '--faults is "2"; it must be a number from 0 to 1.', "See 'aptrinsic sandbox --help'."],
        ["sandbox npm test", "Write the command to run after --.", "As in: aptrinsic sandbox -- npm test"],
        ["sandbox --json -- true", "--json cannot be combined with a command, which has stdout for itself.", ""],
        ["auth logout --data-center eu", "There is no flag --data-center here.", "See 'aptrinsic auth logout --help'."],
        ["accounts get a b c", '"b", "c" are too many arguments.', "See 'aptrinsic accounts get --help'."],
        [
          "completion basj",
          'SHELL is "basj"; it must be bash, zsh, fish or powershell.',
          "See 'aptrinsic completion --help'.",
        ],
        ["help acounts", 'There is no command "acounts".', "Did you mean accounts?"],
        ["help accounts remove", 'There is no command "accounts remove".', "This command deletes no accounts."],
        ["help import", 'There is no command "import".', "Did you mean 'aptrinsic accounts import'?"],
        ["help accounts xyzzy", 'There is no command "accounts xyzzy".', "See 'aptrinsic --help'."],
      ]
      for (const [args, line, hint] of cases) {
        const ran = yield* aptrinsic(args.split(" "))
        if (args.includes("--json")) {
          assert.deepEqual(JSON.parse(ran.stdout), { ok: false, error: { code: "usage", message: line } })
        } else {
          assert.deepEqual(ran, { exitCode: 2, stdout: "", stderr: `✖ ${line}\n  ${hint}\n` }, args)
        }
        assert.strictEqual(ran.exitCode, 2, args)
      }
    }),
  )

  it.effect("tells a mistake as one JSON document with --json, wherever that stands", () =>
    Effect.gen(function* () {
      for (const args of [
        ["--json", "acounts"],
        ["acounts", "--json"],
        ["acounts", "--json=true"],
      ]) {
        const ran = yield* aptrinsic(args)
        assert.deepEqual([ran.exitCode, ran.stderr], [2, ""])
        assert.deepEqual(JSON.parse(ran.stdout), {
          ok: false,
          error: { code: "usage", message: 'There is no command "acounts".', hint: "Did you mean accounts?" },
        })
      }
      assert.strictEqual((yield* aptrinsic(["acounts", "--json=false"])).stdout, "")
    }),
  )

  it.effect.each([
    ["accounts download a.csv", "Did you mean export?"],
    ["accounts lst", "Did you mean list?"],
    ["accounts search acme", "Did you mean 'aptrinsic accounts list --filter CONDITIONS'?"],
    ["list", "Did you mean 'aptrinsic accounts list'?"],
    ["accounts upsert a", "Did you mean 'aptrinsic accounts create --if-exists update'?"],
    ["accounts create a --if-exists overwrite", "Did you mean --if-exists update?"],
    ["accounts import a.csv --if-exists overwrite", "Did you mean --if-exists update?"],
    [
      "accounts import a.csv --dry-run --web",
      "'aptrinsic accounts diff FILE --html PAGE' shows what a file would create and change.",
    ],
    ["accounts edit a", "Did you mean update?"],
    ["accounts update a --plan pro", "Did you mean --set plan=VALUE?"],
    ["accounts delete a", "This command deletes no accounts."],
    ["import a.csv", "Did you mean 'aptrinsic accounts import'?"],
    ["login", "Did you mean 'aptrinsic auth login'?"],
    ["version", "Did you mean 'aptrinsic --version'?"],
    ["accounts fields --no-color", "Did you mean --color never?"],
    ["accounts get a --product AP-1", "Did you mean --product-key?"],
    ["accounts create a --plan pro", "Did you mean --set plan=VALUE?"],
    ["accounts create a --city=Berlin", "Did you mean --set location.city=VALUE?"],
    ["accounts create a --renewal-date 2027-01-31", "Did you mean --set renewalDate=VALUE?"],
    ["accounts import --file a.csv", "The file needs no flag: aptrinsic accounts import FILE"],
    ["jobs submit --file a.csv", "The file needs no flag: aptrinsic jobs submit FILE"],
    ["jobs submit a.csv --plan pro", "Did you mean --set plan=VALUE?"],
    ["jobs submit a.csv --detach --wait", "Leave one of them out."],
    ["jobs delete may", "Did you mean purge?"],
    ["worker --product AP-1", "Did you mean --product-key?"],
    [
      "accounts import a.csv b.csv",
      'One file is imported at a time: for file in *.csv; do aptrinsic accounts import "$file"; done',
    ],
    ["accounts xyzzy", "See 'aptrinsic accounts --help'."],
  ] as const)("knows what aptrinsic %s means", ([args, hint]) =>
    Effect.gen(function* () {
      const { exitCode, stderr } = yield* aptrinsic(args.split(" "))
      assert.deepEqual([exitCode, stderr.split("\n")[1]], [2, `  ${hint}`])
    }),
  )

  it.effect("names the field that a group holds, and the address that lacks its scheme", () =>
    Effect.gen(function* () {
      const field = yield* aptrinsic(["accounts", "create", "a", "--name", "A", "--set", "city=Berlin"])
      assert.include(field.stderr, "did you mean location.city?")
      const address = yield* aptrinsic(["auth", "status", "--base-url", "localhost:4604"])
      assert.strictEqual(address.exitCode, 2)
      assert.include(address.stderr, "\n  Did you mean http://localhost:4604?\n")
    }),
  )

  it.effect("does not repeat what was meant to be a secret", () =>
    Effect.gen(function* () {
      for (const args of [
        ["accounts", "get", "a", "--apikey", canary],
        ["accounts", "fields", "--api-key", canary],
        ["accounts", "get", "a", "--api-key", canary, "--api-key", canary],
      ]) {
        const ran = yield* aptrinsic(args)
        assert.strictEqual(ran.exitCode, 2)
        assert.notInclude(ran.stdout + ran.stderr, canary)
      }
    }),
  )

  it.effect("shows the commands on stderr when none is given", () =>
    Effect.gen(function* () {
      for (const args of [[], ["accounts"], ["auth"]]) {
        const ran = yield* aptrinsic(args)
        assert.deepEqual([ran.exitCode, ran.stdout], [2, ""])
        assert.include(ran.stderr, "\nCOMMANDS\n")
        const json = yield* aptrinsic([...args, "--json"])
        assert.strictEqual(json.exitCode, 2)
        assert.strictEqual(JSON.parse(json.stdout).error.message, "A command is missing.")
      }
    }),
  )

  it.effect("prints a help page for every command, no wider than 80 columns", () =>
    Effect.gen(function* () {
      for (const command of paths) {
        const asked = yield* aptrinsic([...command, "--help"])
        assert.deepEqual([asked.exitCode, asked.stderr], [0, ""])
        assert.deepEqual(yield* aptrinsic(["help", ...command]), asked)
        for (const line of asked.stdout.split("\n")) assert.isAtMost(CliOutput.displayWidth(line), 80, line)
        assert.match(asked.stdout, new RegExp(`^USAGE\\n  ${["aptrinsic", ...command].join(" ")}`, "m"))
        assert.strictEqual(asked.stdout.includes("\nCONNECTION\n"), takesConnection.includes(command.join(" ")))
        assert.notMatch(asked.stdout, /--api-key |--api-key\n|wizard|choices/)
        const json = yield* aptrinsic([...command, "--help", "--json"])
        assert.deepEqual(JSON.parse(json.stdout), { ok: true, help: asked.stdout.trimEnd() })
      }
    }),
  )

  it.effect("lists in help environment every variable that the sources read", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* aptrinsic(["help", "environment"])
      assert.strictEqual(exitCode, 0)
      const fs = yield* FileSystem.FileSystem
      const read = new Set<string>()
      const sources = fileURLToPath(new URL("../src", import.meta.url))
      for (const name of yield* fs.readDirectory(sources, { recursive: true })) {
        if (!name.endsWith(".ts") || name.endsWith("environment.ts")) continue
        const source = yield* fs.readFileString(`${sources}/${name}`)
        for (const [, variable] of source.matchAll(/"((?:APTRINSIC_|NO_|FORCE_)[A-Z_]+|TERM)"/g)) read.add(variable!)
      }
      assert.isAbove(read.size, 10)
      for (const name of read) assert.match(stdout, new RegExp(`^  ${name}  `, "m"))
      for (const line of stdout.split("\n")) assert.isAtMost(line.length, 80)
    }),
  )

  it.effect("takes the flags of the connection before the command too", () =>
    Effect.gen(function* () {
      const ran = yield* aptrinsic(["--data-center", "eu", "auth", "status", "--json"], {
        env: { APTRINSIC_API_KEY: canary },
      })
      assert.strictEqual(JSON.parse(ran.stdout).server.dataCenter, "eu")
    }),
  )

  it.effect("tells a bug in one line, and its cause only when asked", () =>
    Effect.gen(function* () {
      const broken = {
        env: { APTRINSIC_API_KEY: canary },
        httpClient: Layer.effectDiscard(Effect.die(new Error("cogs"))),
      }
      const get = (...args: ReadonlyArray<string>) => aptrinsic(["accounts", "get", "a", ...args], broken as never)
      const line = "✖ aptrinsic failed unexpectedly. Run it again with --log-level debug for the details.\n"
      assert.deepEqual(yield* get(), { exitCode: 1, stdout: "", stderr: line })
      const json = yield* get("--json")
      assert.deepEqual([json.exitCode, JSON.parse(json.stdout).error.code, json.stderr], [1, "internal", ""])
      assert.include((yield* get("--log-level", "debug")).stderr, "Error: cogs")
    }),
  )

  it.effect("warns about a log level that there is not", () =>
    Effect.gen(function* () {
      const ran = yield* aptrinsic(["accounts", "fields", "--csv"], { env: { APTRINSIC_LOG_LEVEL: "loud" } })
      assert.strictEqual(ran.stderr, '! $APTRINSIC_LOG_LEVEL is "loud"; it must be error, warn, info or debug.\n')
    }),
  )

  it.effect("prints the version of its package", () =>
    Effect.gen(function* () {
      const { default: manifest } = yield* Effect.promise(() => import("../package.json", { with: { type: "json" } }))
      assert.deepEqual(yield* aptrinsic(["--version"]), {
        exitCode: 0,
        stdout: `aptrinsic ${manifest.version}\n`,
        stderr: "",
      })
      assert.deepEqual(JSON.parse((yield* aptrinsic(["-v", "--json"])).stdout), { ok: true, version: manifest.version })
    }),
  )
})
