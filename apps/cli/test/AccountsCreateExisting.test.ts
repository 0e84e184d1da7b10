import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox } from "./support/aptrinsic.ts"
import { create, stored } from "./support/create.ts"

layer(layerSandbox(), { excludeTestServices: true })("accounts create, where the account exists", (it) => {
  it.effect("reports an account that exists with the same data", () =>
    Effect.gen(function* () {
      yield* create(["same", "--name", "Same"])
      const ran = yield* create(["same", "--name", "Same"])
      assert.deepEqual(ran, {
        exitCode: 5,
        stdout: "",
        stderr: [
          "✖ Account same already exists; it was not changed.",
          "  See it with 'aptrinsic accounts get same', or pass --if-exists skip to accept this.",
          "",
        ].join("\n"),
      })
    }),
  )

  it.effect("names the fields in which an existing account differs", () =>
    Effect.gen(function* () {
      yield* create(["other", "--name", "Other", "--set", "plan=free"])
      const ran = yield* create(["other", "--name", "Other", "--set", "plan=pro"])
      assert.include(ran.stderr, '\n  plan is "free" in PX, "pro" here\n')
      const json = yield* create(["other", "--name", "Other", "--set", "plan=pro", "--json"])
      assert.strictEqual(json.exitCode, 5)
      assert.strictEqual(json.stderr, "")
      assert.deepInclude(JSON.parse(json.stdout).error, {
        code: "duplicate",
        outcome: "not created",
        existing: "different",
        differences: [{ path: "plan", kind: "value", sent: "pro", found: "free" }],
      })
    }),
  )

  it.effect("accepts an existing account with --if-exists skip", () =>
    Effect.gen(function* () {
      yield* create(["skip", "--name", "Skip"])
      const ran = yield* create(["skip", "--name", "Skip", "--if-exists", "skip"])
      assert.deepEqual(ran, { exitCode: 0, stdout: "= Account skip already exists; it was not changed.\n", stderr: "" })
      const json = yield* create(["skip", "--name", "Skip", "--if-exists", "skip", "--json"])
      assert.deepEqual(JSON.parse(json.stdout), { ok: true, status: "duplicate", id: "skip", differences: [] })
    }),
  )

  it.effect("creates with --if-exists update, and changes what differs, with old and new values", () =>
    Effect.gen(function* () {
      const upsert = (...more: ReadonlyArray<string>) =>
        create(["up", "--name", "Up", "--if-exists", "update", "--product-key", "AP-TEST-2", ...more])
      assert.strictEqual(
        (yield* upsert("--set", "plan=free", "--set", "csm=jane")).stdout,
        "✔ Created account up (Up)\n",
      )
      const more = ["--set", "plan=pro", "--set", "customAttributes.seats=40"]
      assert.deepEqual(yield* upsert(...more), {
        exitCode: 0,
        stdout: [
          "✔ Updated account up (Up)",
          '  plan              "free" -> "pro"',
          '  customAttributes  not set -> {"seats":40}',
          "",
        ].join("\n"),
        stderr: "",
      })
      assert.deepInclude(yield* stored("up"), { plan: "pro", csm: "jane", customAttributes: { seats: 40 } })
      assert.deepInclude(JSON.parse((yield* upsert("--set", "plan=gold", "--json")).stdout), {
        ok: true,
        status: "updated",
        id: "up",
        changes: [{ path: "plan", before: "pro", after: "gold" }],
      })
      const unchanged = "= Account up holds all of this already; it was not changed.\n"
      assert.strictEqual((yield* upsert("--set", "plan=gold")).stdout, unchanged)
    }),
  )

  it.effect("does not let the product keys of a profile replace those of an account", () =>
    Effect.gen(function* () {
      const ran = yield* create(["keys", "--name", "Keys", "--if-exists", "update"])
      assert.strictEqual(ran.exitCode, 3)
      assert.match(ran.stderr, /propertyKeys {2}is required\n.*would replace those of an account that exists/)
    }),
  )
})
