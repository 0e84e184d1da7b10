import { fields } from "@effect-aptrinsic/core/AccountFields"
import { assert, layer } from "@effect/vitest"
import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import { aptrinsic } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

layer(layerServices, { excludeTestServices: true })("accounts fields", (it) => {
  it.effect("lists every field, its type and whether it is required", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* aptrinsic(["accounts", "fields"])
      const lines = stdout.trimEnd().split("\n")
      assert.strictEqual(exitCode, 0)
      assert.deepEqual(
        lines.slice(1).map((line) => line.split(/ +/)[0]),
        fields.map(({ path }) => path),
      )
      assert.deepEqual(
        lines.filter((line) => / yes {2,}/.test(line)).map((line) => line.split(/ +/)[0]),
        ["id", "name", "propertyKeys"],
      )
      assert.include(
        stdout,
        "\nrenewalDate                     date                    Renewal date, epoch milliseconds UTC\n",
      )
    }),
  )

  it.effect("wraps to the terminal", () =>
    Effect.gen(function* () {
      const { stdout } = yield* aptrinsic(["accounts", "fields"], { terminals: ["stdout"], env: { NO_COLOR: "1" } })
      for (const line of stdout.split("\n")) assert.isAtMost(CliOutput.displayWidth(line), 80, line)
    }),
  )

  it.effect("prints the header row of a CSV file", () =>
    Effect.gen(function* () {
      const { stdout } = yield* aptrinsic(["accounts", "fields", "--csv"])
      assert.match(stdout, /^id,name,propertyKeys,[\w.,]+\n$/)
      assert.notInclude(stdout, "customAttributes")
    }),
  )

  it.effect("prints the contract's types as JSON", () =>
    Effect.gen(function* () {
      const { stdout } = yield* aptrinsic(["accounts", "fields", "--json"])
      const document = JSON.parse(stdout)
      assert.lengthOf(document.fields, fields.length)
      assert.deepInclude(document.fields, {
        path: "numberOfEmployees",
        type: "integer",
        format: "int32",
        required: false,
        description: "Number of employees",
        example: 250,
      })
    }),
  )

  it.effect("refuses two formats at once", () =>
    Effect.gen(function* () {
      const { exitCode, stdout, stderr } = yield* aptrinsic(["accounts", "fields", "--csv", "--json"])
      assert.deepEqual([exitCode, stderr], [2, ""])
      assert.strictEqual(JSON.parse(stdout).error.message, "--csv and --json are two formats; give one.")
    }),
  )
})
