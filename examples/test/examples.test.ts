import { join } from "node:path"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { examples, isDeno, layerSandbox, makeFolder, repository, run, runTypeScript } from "./world.ts"

describe("the examples", () => {
  it.live("01 creates an account", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* runTypeScript("01_create-account.ts"), {
        code: 0,
        stdout: "Created acme with one request.\n",
        stderr: "",
      })
      const { store } = yield* Sandbox.Sandbox
      assert.strictEqual(yield* store.count, 1)
    }).pipe(Effect.provide(layerSandbox)),
  )

  it.live("02 composes a create with retries and errors of its own", () =>
    Effect.gen(function* () {
      const { faults, store } = yield* Sandbox.Sandbox
      yield* faults.set([{ fault: "server-error", method: "POST", times: 1 }])
      const { code, stdout } = yield* runTypeScript("02_compose.ts")
      assert.strictEqual(
        stdout,
        "Hooli: welcome\nHooli: welcome back\nRefused: hooli: the id is taken (different data)\n",
      )
      assert.strictEqual(code, 0)
      assert.strictEqual(yield* store.count, 1)
    }).pipe(Effect.provide(layerSandbox)),
  )

  it.live("06 says of each account of a stream what became of it", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* runTypeScript("06_stream.ts")
      assert.strictEqual(code, 0, stderr)
      assert.deepEqual(stdout.trimEnd().split("\n").toSorted(), [
        "1 duff: created",
        "2 moes: not created: The account is not valid: name must not be empty. Nothing was sent.",
        "3 kwik: created",
        "4 duff: was there before; differs in name",
      ])
      const { store } = yield* Sandbox.Sandbox
      assert.strictEqual(yield* store.count, 2)
    }).pipe(Effect.provide(layerSandbox)),
  )
})

// What starts a runtime of its own is tested by the suite of that runtime.
describe("the examples of one runtime", () => {
  if (isDeno) {
    it.live("03 as a task of Deno runs with the permissions it needs", () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run("deno", ["task", "example"], { cwd: repository })
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(stdout, "Created Globex Corporation from accounts/globex.json.\n")
      }).pipe(Effect.provide(layerSandbox)),
    )

    it.live("03 needs no more permissions than it names, and creates the account of a file", () =>
      Effect.gen(function* () {
        const permissions = ["--allow-env", "--allow-net=127.0.0.1", "--allow-read"]
        const { code, stderr, stdout } = yield* run("deno", [
          "run",
          ...permissions,
          "03_deno.ts",
          "accounts/globex.json",
        ])
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(stdout, "Created Globex Corporation from accounts/globex.json.\n")
      }).pipe(Effect.provide(layerSandbox)),
    )
  } else {
    it.live("04 acts on exit codes", () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run("sh", ["04_shell.sh"])
        assert.strictEqual(code, 0, stderr)
        assert.include(stdout, "Created account umbrella (Umbrella)")
        assert.include(stdout, "umbrella was there already")
        assert.deepInclude(JSON.parse(stdout.trimEnd().split("\n").at(-1)!), {
          ok: true,
          status: "created",
          id: "wayne",
        })
        const { store } = yield* Sandbox.Sandbox
        assert.strictEqual(yield* store.count, 2)
      }).pipe(Effect.provide(layerSandbox)),
    )

    it.live(
      "05 imports the export of a CRM: checked, stopped, continued, corrected",
      () =>
        Effect.gen(function* () {
          const cwd = yield* makeFolder("05_import")
          const { code, stderr, stdout } = yield* run("sh", [join(examples, "05_import.sh")], { cwd })
          assert.strictEqual(code, 0, stderr)
          for (const line of [
            /propertyKeys +is required and no column gives it/,
            /Account Owner +csm +text +12 +0 +0 +Dana Fox · Ravi Rao · Mei Lin/,
            /4 of 12 rows are invalid \(4 problems\)\. Nothing was sent\./,
            /Resuming crm-export\.csv: 5 of 12 rows are already done\./,
          ]) {
            assert.match(stderr, line)
          }
          for (const line of [
            /! Halted after 5 of 12 rows/,
            /! Created 3 of the 7 rows left/,
            /✔ Created 3 of 3 rows/,
            /^created: 11$/m,
          ]) {
            assert.match(stdout, line)
          }
          const { store } = yield* Sandbox.Sandbox
          assert.strictEqual(yield* store.count, 11)
        }).pipe(Effect.provide(layerSandbox)),
      { timeout: 120_000 },
    )
  }
})

describe("the tour", () => {
  it.live(
    "shows each outcome in plain words and ends with what to try next",
    () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* runTypeScript("tour.ts")
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(stderr, "")
        for (const line of [
          /✔ globex created: 1 request/,
          /✖ globex: An account with this id already exists and holds the same data/,
          /✖ globex: An account with this id already exists with other data \(plan\)/,
          /✖ propertyKeys +must hold at least one product tag key/,
          /✔ hooli created: 2 requests, \d+ ms; the answer was lost, a lookup showed that it exists/,
          /✔ 60 of 60 accounts created/,
          /✔ Created account acme \(Acme Inc\)/,
          /✖ Account acme already exists; it was not changed\.\n.*\n {2}\(exit code 5\)/,
          /✖ crm-export\.csv: 4 of 12 rows are invalid/,
          /! Created 8 of 12 rows/,
          /The sandbox now holds 72 accounts\./,
          /Try next/,
        ]) {
          assert.match(stdout, line)
        }
      }).pipe(Effect.provide(layerSandbox)),
    { timeout: 120_000 },
  )
})
