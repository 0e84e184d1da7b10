import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { aptrinsic, canary, layerSandbox, type Options } from "./support/aptrinsic.ts"

const held = (id: string, more: object = {}) => ({ id, name: `The ${id}`, propertyKeys: ["AP-ONE-2"], ...more })

/** Writes a file beside a PX with three accounts; `diff` compares them. */
const comparing = Effect.fnUntraced(function* (content: string) {
  const { faults, log, reset, store, url } = yield* Sandbox.Sandbox
  yield* faults.set([])
  yield* reset
  const accounts = [held("a", { plan: "free", numberOfEmployees: 12 }), held("b", { plan: "pro" }), held("c")]
  for (const account of accounts) yield* store.insert({ createDate: 1767225600000, account })
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  const file = `${directory}/accounts.csv`
  yield* fs.writeFileString(file, content)
  const diff = (args: ReadonlyArray<string> = [], options: Options = {}, source = file) =>
    aptrinsic(["accounts", "diff", source, ...args], {
      ...options,
      env: {
        APTRINSIC_API_KEY: canary,
        APTRINSIC_BASE_URL: url,
        APTRINSIC_PRODUCT_KEY: "AP-OTHER-2",
        APTRINSIC_RETRY_DELAY: "1 millis",
        ...options.env,
      },
    })
  const files = Effect.map(fs.readDirectory(directory), (names) => names.toSorted())
  const methods = Effect.map(log.entries(), (entries) => entries.map(({ method }) => method))
  return { diff, directory, faults, file, files, fs, methods }
})

const mixed = "id,name,plan,numberOfEmployees\na,The a,pro,40\nb,The b,,\nd,The d,free,1\nc,The c,free,\n"

layer(layerSandbox(), { excludeTestServices: true })("accounts diff", (it) => {
  it.effect("shows what the rows would create and change, field by field, and sends nothing", () =>
    Effect.gen(function* () {
      const { diff, file, files, methods } = yield* comparing(mixed)
      assert.deepEqual(yield* diff(), {
        exitCode: 0,
        stdout: [
          `! ${file}: PX does not hold 3 of 4 rows as they are (1 request). Nothing was sent.`,
          "  create               1",
          "  change               2  plan 2, numberOfEmployees 1",
          "  unchanged            1",
          "  line 2  a  numberOfEmployees: 12 -> 40",
          '  line 2  a  plan: "free" -> "pro"',
          '  line 5  c  plan: not set -> "free"',
          '  line 4  d  create "The d"',
          "",
        ].join("\n"),
        stderr: "",
      })
      assert.deepEqual(yield* methods, ["GET"])
      assert.deepEqual(yield* files, ["accounts.csv"])
    }).pipe(Effect.scoped),
  )

  it.effect("counts in JSON, writes every row with --changes, and ends with 6 under --exit-code", () =>
    Effect.gen(function* () {
      const { diff, directory, file, fs } = yield* comparing(mixed)
      const changes = `${directory}/changes.ndjson`
      const { exitCode, stdout } = yield* diff(["--json", "--exit-code", "--changes", changes])
      assert.strictEqual(exitCode, 6)
      const document = JSON.parse(stdout)
      assert.deepInclude(document, {
        ok: true,
        command: "accounts diff",
        file,
        rows: 4,
        create: 1,
        change: 2,
        unchanged: 1,
        incomparable: 0,
        fields: { plan: 2, numberOfEmployees: 1 },
        changesFile: changes,
        requests: 1,
        by: "list",
      })
      assert.strictEqual(document.changes.length, 2)
      const account = { id: "d", name: "The d", propertyKeys: ["AP-OTHER-2"], plan: "free", numberOfEmployees: 1 }
      assert.deepEqual(document.creates, [{ row: 3, line: 4, id: "d", kind: "create", account }])
      const lines = (yield* fs.readFileString(changes)).trimEnd().split("\n")
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        [document.changes[0], { row: 3, line: 4, id: "d", kind: "create", account }, document.changes[1]],
      )
      assert.include((yield* diff(["--changes", changes])).stdout, `  ${changes} has all of them\n`)
      const both = yield* diff(["--changes", changes, "--html", changes])
      assert.include(both.stderr, "--html names a file that another argument names.")
      for (const [name, why] of [
        [file, "--changes names a file that another argument names."],
        [`${directory}/no/changes.ndjson`, "cannot be written: there is no such file or directory."],
      ] as const) {
        const refused = yield* diff(["--changes", name])
        assert.strictEqual(refused.exitCode, 2)
        assert.include(refused.stderr, why)
      }
      assert.strictEqual(yield* fs.readFileString(file), mixed)
    }).pipe(Effect.scoped),
  )

  it.effect("ends with 0 under --exit-code when PX holds the rows, or differs in no field of --only", () =>
    Effect.gen(function* () {
      const { diff, file } = yield* comparing("id,name,plan\na,Another,free\nb,The b,\n")
      assert.deepEqual(yield* diff(["--exit-code", "--only", "plan"]), {
        exitCode: 0,
        stdout: `= ${file}: PX holds all 2 rows as they are (1 request).\n`,
        stderr: "",
      })
      assert.strictEqual((yield* diff(["--exit-code"])).exitCode, 6)
      const { exitCode, stderr } = yield* diff(["--only", "plam"])
      assert.strictEqual(exitCode, 2)
      assert.include(stderr, "only names plam, which is not a field; perhaps plan.")
    }).pipe(Effect.scoped),
  )

  it.effect("compares the product keys that the command line names, not those of the environment", () =>
    Effect.gen(function* () {
      const { diff } = yield* comparing("id,name\na,The a\n")
      assert.strictEqual((yield* diff(["--exit-code"])).exitCode, 0)
      const set = ["--set", "customAttributes.seats=40", "--set", "location.city=Wien"]
      assert.include((yield* diff(set)).stdout, "  change               1  customAttributes.seats 1, location.city 1\n")
      const { exitCode, stdout } = yield* diff(["--exit-code", "--product-key", "AP-OTHER-2"])
      assert.strictEqual(exitCode, 6)
      assert.include(stdout, 'line 2  a  propertyKeys: ["AP-ONE-2"] -> ["AP-OTHER-2"]')
    }).pipe(Effect.scoped),
  )

  it.effect("shows the first twenty changes, and says how many more there are", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 15 }, (_, at) => `x${at},X,pro,${at + 1}\n`).join("")
      const { diff } = yield* comparing(`id,name,plan,numberOfEmployees\n${rows}`)
      const { store } = yield* Sandbox.Sandbox
      for (let at = 0; at < 15; at++) {
        yield* store.insert({ createDate: 1767225600000, account: { ...held(`x${at}`), name: "X" } })
      }
      const { stdout } = yield* diff()
      assert.strictEqual(stdout.match(/ -> /g)?.length, 20)
      assert.include(stdout, "  … and 10 more; --changes FILE writes all of them\n")
    }).pipe(Effect.scoped),
  )

  it.effect(
    "refuses with 3 what an import refuses, in its words, and compares the valid rows with --skip-invalid",
    () =>
      Effect.gen(function* () {
        const { diff, file, methods } = yield* comparing("id,name,numberOfEmployees\na,The a,many\nb,The b,\n")
        const { exitCode, stderr } = yield* diff()
        assert.strictEqual(exitCode, 3)
        assert.include(stderr, `${file}: 1 of 2 rows is invalid (1 problem). Nothing was sent.`)
        assert.include(stderr, 'line 2  numberOfEmployees  "many" is not a whole number')
        const { stdout } = yield* diff(["--json"])
        assert.deepInclude(JSON.parse(stdout).error, { command: "accounts diff", invalid: 1 })
        assert.deepEqual(yield* methods, [])
        const skipped = yield* diff(["--skip-invalid"])
        assert.strictEqual(skipped.exitCode, 0)
        assert.include(skipped.stdout, '  line 2  a  numberOfEmployees "many" is not a whole number')
        assert.include(skipped.stdout, "  not compared         1")
      }).pipe(Effect.scoped),
  )

  it.effect("compares rows of an id and what changes, and tells which of them cannot create their account", () =>
    Effect.gen(function* () {
      const { diff } = yield* comparing("id,plan\na,pro\nb,pro\nz,pro\n")
      const { exitCode, stderr, stdout } = yield* diff(["--product-key", "AP-ONE-2"])
      assert.deepEqual([exitCode, stderr], [0, ""])
      assert.include(stdout, "  change               1  plan 1\n  unchanged            1\n  not compared         1\n")
      assert.include(stdout, "\n  line 4  z  PX has no such account, and none can be created: name is required\n")
    }).pipe(Effect.scoped),
  )

  it.effect("reads the file from stdin, and ends with 7 when the list of PX breaks off", () =>
    Effect.gen(function* () {
      const { diff, faults } = yield* comparing("")
      assert.strictEqual((yield* diff([], { stdin: mixed }, "-")).exitCode, 0)
      yield* faults.set([{ fault: "short-page" }])
      const { exitCode, stderr, stdout } = yield* diff([], { stdin: mixed }, "-")
      assert.deepEqual([exitCode, stdout], [7, ""])
      assert.include(stderr, "✖")
    }).pipe(Effect.scoped),
  )
})
