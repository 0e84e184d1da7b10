import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { canary, layerSandbox } from "./support/aptrinsic.ts"
import { create, stored } from "./support/create.ts"

const fileOf = Effect.fnUntraced(function* (text: string | Uint8Array, name = "account.json") {
  const fs = yield* FileSystem.FileSystem
  const path = `${yield* fs.makeTempDirectoryScoped()}/${name}`
  yield* fs.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text)
  return path
})

layer(layerSandbox(), { excludeTestServices: true })("accounts create", (it) => {
  it.effect("creates an account and says so on stdout", () =>
    Effect.gen(function* () {
      const ran = yield* create(["acme", "--name", "Acme Inc", "--set", "plan=pro"])
      assert.deepEqual(ran, { exitCode: 0, stdout: "✔ Created account acme (Acme Inc)\n", stderr: "" })
      assert.deepEqual(yield* stored("acme"), {
        id: "acme",
        name: "Acme Inc",
        propertyKeys: ["AP-TEST-2"],
        plan: "pro",
      })
    }),
  )

  it.effect("prints one JSON document for a created account", () =>
    Effect.gen(function* () {
      const ran = yield* create(["json", "--name", "Jason", "--json"])
      assert.strictEqual(ran.exitCode, 0)
      assert.strictEqual(ran.stderr, "")
      assert.deepEqual(JSON.parse(ran.stdout), {
        ok: true,
        status: "created",
        id: "json",
        account: { id: "json", name: "Jason", propertyKeys: ["AP-TEST-2"] },
        reconciled: false,
        attempts: 1,
        evidence: "answer",
        differences: [],
      })
    }),
  )

  it.effect("reports every problem at once and sends nothing", () =>
    Effect.gen(function* () {
      const { log } = yield* Sandbox.Sandbox
      const before = (yield* log.counters).total
      const ran = yield* create(["beta", "--set", "numberOfEmployees=many"])
      assert.deepEqual(ran, {
        exitCode: 3,
        stdout: "",
        stderr: [
          "✖ The account is not valid. Nothing was sent.",
          "  name               is required",
          '  numberOfEmployees  "many" is not a whole number',
          "",
        ].join("\n"),
      })
      const json = yield* create(["beta", "--set", "numberOfEmployees=many", "--json"])
      assert.deepEqual(JSON.parse(json.stdout), {
        ok: false,
        error: {
          code: "invalid",
          message: "The account is not valid. Nothing was sent.",
          problems: [
            { field: "name", message: "is required" },
            { field: "numberOfEmployees", message: '"many" is not a whole number' },
          ],
        },
      })
      assert.strictEqual((yield* log.counters).total, before)
    }),
  )

  it.effect("shows each step on stderr with --log-level debug, and never the key", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      yield* faults.set([{ fault: "server-error", method: "POST", accountId: "steps", times: 1, committed: true }])
      const ran = yield* create(["steps", "--name", "Steps", "--log-level", "debug"])
      yield* faults.set([])
      assert.strictEqual(ran.exitCode, 0)
      assert.strictEqual(ran.stdout, "✔ Created account steps (Steps)\n")
      const line = /^timestamp=\S+Z level=DEBUG fiber=\S+ message="?(.*?)"? aptrinsic\.account\.id=steps$/
      assert.deepEqual(
        ran.stderr
          .trimEnd()
          .split("\n")
          .map((text) =>
            line
              .exec(text)?.[1]
              ?.replaceAll(/\d+ ms/g, "N ms")
              .replace(/ after N ms of waiting$/, ""),
          ),
        [
          "POST waits for its turn",
          "POST sent",
          "POST answered 503 in N ms: unknown",
          "the outcome is not known; looking the account up in N ms",
          "GET waits for its turn",
          "GET sent",
          "GET answered 200 in N ms",
          undefined,
        ],
      )
      assert.match(ran.stderr, /\nThe answer of PX was lost; looking the account up showed that it was created\.\n$/)
      assert.notInclude(ran.stderr, canary)
    }),
  )

  it.effect("tells an outcome that stays unknown with every request and its answer", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      const lost = [
        { fault: "server-error", method: "POST", accountId: "lost", committed: true },
        { fault: "refusal", status: 403, method: "GET", accountId: "lost" },
      ] as const
      yield* faults.set(lost)
      const env = { APTRINSIC_SETTLE_DELAY: "4 millis" }
      const text = yield* create(["lost", "--name", "Lost"], { env })
      const json = yield* create(["lost", "--name", "Lost", "--json"], { env })
      yield* faults.set([])
      assert.strictEqual(text.exitCode, 7)
      assert.include(text.stderr, "✖ Whether account lost was created is not known: the answer was lost, and looking")
      assert.match(text.stderr, /\n {2}POST {3}503\n {2}GET {4}403\n/)
      const { error } = JSON.parse(json.stdout)
      assert.deepInclude(error, { code: "unreachable", reason: "OutcomeUnknown", outcome: "unknown", retryable: false })
      assert.deepEqual(
        error.history.map(({ answer, request }: Record<string, unknown>) => `${request} ${answer}`),
        ["POST 503", "GET 403"],
      )
    }),
  )

  it.effect("looks an account up no sooner than --settle-delay allows", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      const run = (id: string, ...args: ReadonlyArray<string>) =>
        Effect.andThen(
          faults.set([{ fault: "server-error", method: "POST", accountId: id, times: 1 }]),
          create([id, "--name", "S", "--json", "--settle-delay", ...args]),
        )
      const { error } = JSON.parse((yield* run("late", "1h", "--timeout", "2s")).stdout)
      const requests = error.history.map(({ request }: Record<string, unknown>) => request).join(" ")
      // Where its time is over early, it does not come to its only lookup.
      assert.match(`${error.reason}: ${requests}`, /^OutcomeUnknown: POST( GET)?$/)
      const soon = JSON.parse((yield* run("soon", "4ms")).stdout)
      yield* faults.set([])
      assert.deepEqual([soon.status, soon.attempts], ["created", 4])
    }),
  )

  it.effect("says in every document of a failed call whether to try again, and when", () =>
    Effect.gen(function* () {
      const { faults, url } = yield* Sandbox.Sandbox
      yield* faults.set([{ fault: "rate-limit-burst", requests: 10, retryAfter: 3000 }])
      // A pause lasts for a key at an origin as long as the process; the other tests use another name of this one.
      const env = { APTRINSIC_BASE_URL: url.replace("127.0.0.1", "localhost") }
      const limited = yield* create(["later", "--name", "Later", "--json"], { env })
      yield* faults.set([])
      const { error } = JSON.parse(limited.stdout)
      assert.strictEqual(limited.exitCode, 7)
      assert.deepInclude(error, { reason: "RateLimited", outcome: "not created", retryable: true })
      assert.match(error.resumeAt, /^\d{4}-\d\d-\d\dT/)
      assert.deepInclude(error.history[0], { request: "POST", answer: "429" })
    }),
  )

  it.effect("refuses what is in serious doubt, unless its code is accepted", () =>
    Effect.gen(function* () {
      const doubtful = ["doubtful", "--name", "D", "--set", "renewalDate=1704449472"]
      assert.deepEqual(yield* create(doubtful), {
        exitCode: 3,
        stdout: "",
        stderr: [
          "✖ The account is doubtful. Nothing was sent.",
          "  renewalDate  1704449472 is 1970-01-20. If it counts seconds, write 1704449472000.",
          "  If it is right, pass --accept date_in_1970.",
          "",
        ].join("\n"),
      })
      const json = JSON.parse((yield* create([...doubtful, "--json"])).stdout)
      assert.deepInclude(json.error, { code: "doubtful" })
      assert.deepInclude(json.error.doubts[0], { path: "renewalDate", code: "date_in_1970", serious: true })
      assert.isUndefined(yield* stored("doubtful"))
      const accepted = yield* create([...doubtful, "--accept", "website,date_in_1970", "--json"])
      assert.deepInclude(JSON.parse(accepted.stdout), { status: "created", doubts: json.error.doubts })
      assert.strictEqual(accepted.stderr, "")
      const mistyped = yield* create([...doubtful, "--accept", "date_in_1790"])
      assert.strictEqual(mistyped.exitCode, 2)
      assert.include(mistyped.stderr, '✖ --accept "date_in_1790" is not the code of a doubt.')
    }),
  )

  it.effect("asks about a serious doubt on a terminal, and takes nothing but yes for it", () =>
    Effect.gen(function* () {
      const ask = (id: string, key: string) =>
        create([id, "--name", "D", "--set", "renewalDate=1704449472"], {
          terminals: ["stdin", "stderr"],
          typed: [key],
          env: { NO_COLOR: "1" },
        })
      const refused = yield* ask("asked-no", "n")
      assert.deepEqual([refused.exitCode, yield* stored("asked-no")], [3, undefined])
      assert.include(
        refused.stderr,
        "! renewalDate 1704449472 is 1970-01-20. If it counts seconds, write 1704449472000.\n",
      )
      const taken = yield* ask("asked-yes", "y")
      assert.deepEqual([taken.exitCode, taken.stdout], [0, "✔ Created account asked-yes (D)\n"])
    }),
  )

  it.effect("checks the account before it looks for a key", () =>
    Effect.gen(function* () {
      const ran = yield* create(["beta"], { env: { APTRINSIC_API_KEY: "" } })
      assert.strictEqual(ran.exitCode, 3)
    }),
  )

  it.effect("says where a product key comes from when there is none", () =>
    Effect.gen(function* () {
      const ran = yield* create(["beta", "--name", "Beta"], { env: { APTRINSIC_PRODUCT_KEY: "" } })
      assert.strictEqual(
        ran.stderr,
        [
          "✖ The account is not valid. Nothing was sent.",
          "  propertyKeys  is required",
          "  Give the product's tag key with --product-key AP-…, APTRINSIC_PRODUCT_KEY or a profile.",
          "",
        ].join("\n"),
      )
    }),
  )

  it.effect("lets flags override the file", () =>
    Effect.gen(function* () {
      const file = yield* fileOf(
        JSON.stringify({
          id: "from-file",
          name: "From the file",
          propertyKeys: ["AP-FILE-1"],
          location: { city: "Bern", postalCode: "01234" },
          customAttributes: { tier: "gold", seats: 3 },
        }),
      )
      const args = ["flagged", "-f", file, "--name", "Flagged", "--set", "location.city=Basel"]
      const ran = yield* create([
        ...args,
        "--set",
        "customAttributes.seats=4",
        "--product-key",
        "AP-A-1",
        "--product-key",
        "AP-B-1",
      ])
      assert.strictEqual(ran.stderr, "")
      assert.deepEqual(yield* stored("flagged"), {
        id: "flagged",
        name: "Flagged",
        propertyKeys: ["AP-A-1", "AP-B-1"],
        location: { city: "Basel", postalCode: "01234" },
        customAttributes: { tier: "gold", seats: 4 },
      })
    }),
  )

  it.effect("prefers the product keys of the file to those of the environment", () =>
    Effect.gen(function* () {
      const file = yield* fileOf(JSON.stringify({ id: "keys", name: "Keys", propertyKeys: ["AP-FILE-1"] }))
      yield* create(["-f", file])
      assert.deepEqual((yield* stored("keys"))?.propertyKeys, ["AP-FILE-1"])
    }),
  )

  it.effect("reads the account from stdin", () =>
    Effect.gen(function* () {
      const ran = yield* create(["-f", "-"], { stdin: '\ufeff{"id": "stdin", "name": "Stan"}' })
      assert.strictEqual(ran.stdout, "✔ Created account stdin (Stan)\n")
    }),
  )

  it.effect("shows how it understood a date", () =>
    Effect.gen(function* () {
      const day = 1_801_353_600_000
      const ran = yield* create([
        "dated",
        "--name",
        "D",
        "--set",
        "renewalDate=2027-01-31",
        "--set",
        `lastSeenDate=${day}`,
      ])
      assert.strictEqual(ran.stderr, "renewalDate  2027-01-31 is 2027-01-31T00:00:00.000Z (1801353600000)\n")
      assert.deepInclude(yield* stored("dated"), { renewalDate: day, lastSeenDate: day })
    }),
  )

  it.effect("says nothing with --quiet when all went well", () =>
    Effect.gen(function* () {
      const ran = yield* create(["quiet", "--name", "Q", "-q", "--set", "renewalDate=2027-01-31"])
      assert.deepEqual(ran, { exitCode: 0, stdout: "", stderr: "" })
    }),
  )

  it.effect("shows where a file stops being JSON", () =>
    Effect.gen(function* () {
      const file = yield* fileOf('{\n  "id": "a"\n  "name": "b"\n}')
      const ran = yield* create(["-f", file])
      assert.strictEqual(ran.exitCode, 3)
      assert.strictEqual(
        ran.stderr,
        `✖ ${file} is not valid JSON. Nothing was sent.\n  line 3, column 3  expected , or }\n`,
      )
    }),
  )

  it.effect("refuses a list of accounts", () =>
    Effect.gen(function* () {
      const ran = yield* create(["-f", "-"], { stdin: '[{"id": "a"}, {"id": "b"}]' })
      assert.strictEqual(ran.exitCode, 3)
      assert.strictEqual(
        ran.stderr,
        [
          "✖ stdin holds a list of 2; this command creates one account. Nothing was sent.",
          "  Give it one JSON object with the fields of the account.",
          "",
        ].join("\n"),
      )
    }),
  )

  it.effect("refuses a file that is missing, a directory, too large or not UTF-8", () =>
    Effect.gen(function* () {
      const missing = yield* create(["-f", "/no/such/file.json"])
      assert.deepEqual(
        [missing.exitCode, missing.stderr],
        [2, "✖ /no/such/file.json cannot be read: there is no such file or directory.\n  Correct the path.\n"],
      )
      const nameless = yield* create(["-f", ""])
      assert.include(nameless.stderr, '✖ "" cannot be read: there is no such file or directory.\n')
      const directory = yield* create(["-f", "/"])
      assert.deepEqual(
        [directory.exitCode, directory.stderr],
        [2, "✖ / cannot be read: it is a directory.\n  Name a file.\n"],
      )
      const large = yield* create(["-f", "-"], { stdin: " ".repeat(1024 * 1024 + 1) })
      assert.deepEqual([large.exitCode, large.stderr], [3, "✖ stdin is larger than 1 MiB.\n"])
      const utf16 = yield* create(["-f", "-"], { stdin: new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]) })
      assert.deepEqual(
        [utf16.exitCode, utf16.stderr],
        [3, "✖ stdin is not UTF-8 text, it is UTF-16.\n  Save it as UTF-8.\n"],
      )
    }),
  )

  it.effect("takes one source from stdin, not two", () =>
    Effect.gen(function* () {
      const ran = yield* create(["-f", "-", "--api-key-file", "-"], { env: { APTRINSIC_API_KEY: "" } })
      assert.deepEqual([ran.exitCode, ran.stderr], [2, "✖ The account and the API key cannot both come from stdin.\n"])
    }),
  )

  it.effect("refuses a field that is given twice", () =>
    Effect.gen(function* () {
      for (const args of [
        ["a", "--set", "id=b"],
        ["a", "--name", "n", "--set", "name=m"],
        ["a", "--set", "plan=b", "--set", "plan=c"],
        ["a", "--set", "propertyKeys=b", "--product-key", "c"],
      ]) {
        const ran = yield* create(args)
        assert.strictEqual(ran.exitCode, 2)
        assert.match(ran.stderr, /^✖ \w+ is given twice/)
      }
    }),
  )

  it.effect("makes the controls of a name visible", () =>
    Effect.gen(function* () {
      const ran = yield* create(["controls", "--name", "a\u001b[31mb\u0007\u202ec\u009b"])
      assert.strictEqual(ran.stdout, "✔ Created account controls (a\\u{1b}[31mb\\u{7}\\u{202e}c\\u{9b})\n")
      const json = yield* create(["controls", "--name", "a\u001b\u202e\u009b", "--json", "--if-exists", "skip"])
      assert.notMatch(json.stdout, /[\u001b\u202e\u009b]/)
      assert.strictEqual(JSON.parse(json.stdout).differences[0].sent, "a\u001b\u202e\u009b")
    }),
  )

  it.effect("names the key, the server and the way out when PX rejects the key", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const ran = yield* create(["a", "--name", "b"], { env: { APTRINSIC_API_KEY: "wrong-key-0000-9e8f" } })
      assert.deepEqual(ran, {
        exitCode: 4,
        stdout: "",
        stderr: [
          "✖ Gainsight PX rejected the API key (401).",
          "  Key    …9e8f  (from $APTRINSIC_API_KEY)",
          `  Server ${url}  (from $APTRINSIC_BASE_URL)`,
          "  Check that the key belongs to this server.",
          "",
        ].join("\n"),
      })
    }),
  )

  it.effect("warns about a key in the arguments, and never shows one", () =>
    Effect.gen(function* () {
      const ran = yield* create(["warned", "--name", "b", "--api-key", canary], { env: { APTRINSIC_API_KEY: "" } })
      assert.strictEqual(ran.exitCode, 0)
      assert.strictEqual(
        ran.stderr,
        "! --api-key can be read by every user of this machine (ps); prefer APTRINSIC_API_KEY or --api-key-file.\n",
      )
    }),
  )
})
