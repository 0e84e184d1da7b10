import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { aptrinsic, canary, layerSandbox, type Options } from "./support/aptrinsic.ts"

const environment = (url: string) => ({
  APTRINSIC_API_KEY: canary,
  APTRINSIC_BASE_URL: url,
  APTRINSIC_RETRY_DELAY: "1 millis",
})

const exported = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { url } = yield* Sandbox.Sandbox
  return yield* aptrinsic(["accounts", "export", ...args], { ...options, env: { ...environment(url), ...options.env } })
})

const everything = {
  id: "acme",
  name: 'Acme, "Inc"\nand sons',
  propertyKeys: ["AP-ONE-2", "AP-TWO-2", "AP,THREE"],
  trackedSubscriptionId: "sub-1042",
  sfdcId: "0015e00000AbCdEAAV",
  lastSeenDate: 1767225600123,
  dunsNumber: "015048378",
  industry: " Software ",
  numberOfEmployees: 250,
  sicCode: "0110",
  website: "https://www.example.com/?a=1,2",
  naicsCode: "511210",
  plan: "true",
  location: {
    countryName: "Österreich",
    countryCode: "AT",
    stateName: "Wien",
    stateCode: "9",
    street: "Ring 1; Stiege 2",
    city: "Wien",
    continent: "Europe",
    postalCode: "01010",
    regionName: "East",
    timeZone: "Europe/Vienna",
    coordinates: { latitude: 48.2082, longitude: -16.3738 },
  },
  customAttributes: {
    tier: "gold",
    seats: 40,
    zip: "01234",
    code: "12",
    active: false,
    none: 0,
    "a.b:text": "with, comma",
    list: ["a", { b: [1, null, "ü"] }],
    word: "true",
  },
  parentGroupId: "1e5",
  renewalDate: 1798761600000,
  healthScore: -3,
  gsId: "1P02ABCDEFGHIJKLMNOP",
  nps: 42.5,
  csm: "jane@example.com",
}

const small = (id: string, more: object = {}) => ({ id, name: `The ${id}`, propertyKeys: ["AP-ONE-2"], ...more })

/** Empties the sandbox, and puts accounts into it. */
const holding = Effect.fnUntraced(function* (...accounts: ReadonlyArray<typeof everything | ReturnType<typeof small>>) {
  const { faults, reset, store } = yield* Sandbox.Sandbox
  yield* faults.set([])
  yield* reset
  for (const account of accounts) yield* store.insert({ createDate: 1767225600000, account })
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  return { directory, fs, files: Effect.map(fs.readDirectory(directory), (names) => names.toSorted()) }
})

layer(layerSandbox(), { excludeTestServices: true })("accounts export", (it) => {
  it.effect.each(["csv", "ndjson", "xlsx"])(
    "writes %s that an import reads back into another PX, every field as it was",
    (format) =>
      Effect.gen(function* () {
        const { directory, fs } = yield* holding(
          everything,
          small("beta", { customAttributes: { seats: "40" } }),
          small("c"),
        )
        const file = `${directory}/accounts.${format}`
        assert.deepEqual(yield* exported([file]), {
          exitCode: 0,
          stdout: `✔ Wrote 3 accounts to ${file}\n`,
          stderr: "",
        })

        const other = Context.get(yield* Layer.build(layerSandbox()), Sandbox.Sandbox)
        const env = environment(other.url)
        // One by one: a list has its accounts in the order in which they were created.
        const { exitCode, stderr } = yield* aptrinsic(
          ["accounts", "import", file, "--accept", "surrounding_space", "--concurrency", "1"],
          {
            env,
          },
        )
        assert.strictEqual(exitCode, 0, stderr)
        const stored = yield* other.store.get("acme")
        assert.deepEqual(stored?.account as unknown, everything)

        const again = `${directory}/again.${format}`
        yield* aptrinsic(["accounts", "export", again], { env })
        assert.deepEqual(yield* fs.readFile(again), yield* fs.readFile(file))
      }).pipe(Effect.scoped),
  )

  it.effect("writes to stdout the columns that are asked for, each attribute as it is read back", () =>
    Effect.gen(function* () {
      yield* holding(everything, small("beta", { plan: "pro" }))
      const columns =
        "id,location.city,customAttributes.seats:number,customAttributes.code,customAttributes.list:json,createDate"
      assert.deepEqual(yield* exported(["--columns", columns]), {
        exitCode: 0,
        stdout: [
          columns,
          'acme,Wien,40,"""12""","[""a"",{""b"":[1,null,""ü""]}]",2026-01-01T00:00:00.000Z',
          "beta,,,,,2026-01-01T00:00:00.000Z",
          "",
        ].join("\n"),
        stderr: "2 accounts written.\n",
      })
      const filtered = yield* exported([
        "-",
        "--format",
        "ndjson",
        "--columns",
        "id,plan",
        "--filter",
        "plan==pro",
        "-q",
      ])
      assert.deepEqual(filtered, { exitCode: 0, stdout: '{"id":"beta","plan":"pro"}\n', stderr: "" })
    }).pipe(Effect.scoped),
  )

  it.effect("replaces a file only with --force, and leaves none when the list breaks off", () =>
    Effect.gen(function* () {
      const { directory, files, fs } = yield* holding(small("a"), small("b"), small("c"))
      const { faults } = yield* Sandbox.Sandbox
      const file = `${directory}/accounts.csv`
      yield* fs.writeFileString(file, "mine")
      const refused = yield* exported([file])
      assert.deepEqual(refused, {
        exitCode: 2,
        stdout: "",
        stderr: `✖ ${file} exists.\n  Name another file, or pass --force to replace this one.\n`,
      })
      yield* faults.set([{ fault: "short-page" }])
      const broken = yield* exported([file, "--force", "--json"])
      assert.strictEqual(broken.exitCode, 7)
      assert.deepInclude(JSON.parse(broken.stdout).error, { reason: "ListIncomplete", accounts: 1 })
      assert.include(broken.stdout, "accounts.csv was not written.")
      assert.strictEqual(yield* fs.readFileString(file), "mine")
      assert.deepEqual(yield* files, ["accounts.csv"])
      const half = yield* exported(["--columns", "id"])
      assert.deepEqual([half.exitCode, half.stdout], [7, "id\na\n"])
      assert.include(half.stderr, "The output is incomplete: it ends after 1 account.")

      yield* faults.set([])
      const done = yield* exported([file, "--force", "--columns", "id", "--json"])
      assert.deepEqual(JSON.parse(done.stdout), { ok: true, file, format: "csv", accounts: 3 })
      assert.deepEqual(yield* fs.readFile(file), new TextEncoder().encode("\ufeffid\na\nb\nc\n"))
      assert.deepEqual(yield* files, ["accounts.csv"])
    }).pipe(Effect.scoped),
  )

  it.effect("writes a workbook to a pipe byte for byte as to a file, and none to a terminal", () =>
    Effect.gen(function* () {
      const { directory, fs } = yield* holding(everything, small("b"))
      const file = `${directory}/accounts.xlsx`
      yield* exported([file])
      const parts: Array<string | Uint8Array> = []
      const piped = yield* exported(["--format", "xlsx"], { onPrint: (part) => void parts.push(part) })
      assert.deepEqual([piped.exitCode, piped.stderr], [0, "2 accounts written.\n"])
      assert.deepEqual(Buffer.concat(parts.map((part) => Buffer.from(part))), Buffer.from(yield* fs.readFile(file)))
      const shown = yield* exported(["--format", "xlsx"], { terminals: ["stdout"] })
      assert.deepEqual(
        [shown.exitCode, shown.stderr],
        [2, "✖ A terminal cannot show a workbook.\n  Name a file, or pipe it into a program.\n"],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("names the account and the field whose text no cell of Excel holds, and leaves no workbook", () =>
    Effect.gen(function* () {
      const { directory, files } = yield* holding(
        small("a", { plan: "x".repeat(32_767) }),
        small("b", { customAttributes: { note: "x".repeat(32_768) } }),
      )
      const file = `${directory}/accounts.xlsx`
      const refused = yield* exported([file])
      assert.deepEqual([refused.exitCode, refused.stdout], [2, ""])
      assert.include(
        refused.stderr,
        "✖ customAttributes of account b has 32,779 characters; a cell of Excel holds 32,767.\n",
      )
      assert.include(refused.stderr, `${file} was not written.`)
      assert.deepEqual(yield* files, [])
      assert.strictEqual((yield* exported([file, "--columns", "id,plan"])).exitCode, 0)
    }).pipe(Effect.scoped),
  )

  it.effect("says with the first page that a sheet of Excel has no room for all accounts", () =>
    Effect.gen(function* () {
      const full = Context.get(
        yield* Layer.build(layerSandbox({ store: Store.layerSeeded(1_048_576) })),
        Sandbox.Sandbox,
      )
      const args = ["accounts", "export", "--format", "xlsx"]
      const refused = yield* aptrinsic(args, { env: environment(full.url) })
      assert.strictEqual(refused.exitCode, 2)
      assert.include(refused.stderr, "There are 1,048,576 accounts, and a sheet of Excel has room for 1,048,575.")
      assert.lengthOf(yield* full.log.entries(), 1)
    }).pipe(Effect.scoped),
  )

  it.effect.each([
    [["--columns", "id,plam"], '--columns "plam" is not a field of an account.', "Did you mean plan?"],
    [["--columns", "id,name,id"], "--columns names id twice.", ""],
    [["a.xls"], "a.xls ends with .xls; accounts are written as CSV, NDJSON or Excel.", "Name a file that ends with"],
    [["--json"], "--json prints its document where the accounts would go.", "Name a file, or pass --format ndjson"],
    [
      ["--format", "tsv"],
      '--format is "tsv"; it must be csv, ndjson or xlsx.',
      "See 'aptrinsic accounts export --help'.",
    ],
  ] as const)("refuses %j before it asks PX for anything", ([args, message, hint]) =>
    Effect.gen(function* () {
      yield* holding()
      const { exitCode, stderr, stdout } = yield* exported(args)
      assert.strictEqual(exitCode, 2)
      assert.include(stdout + stderr, message.replaceAll('"', stdout === "" ? '"' : '\\"'))
      assert.include(stdout + stderr, hint)
      const { log } = yield* Sandbox.Sandbox
      assert.deepEqual(yield* log.entries(), [])
    }).pipe(Effect.scoped),
  )
})
