import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing, pasted } from "./support/importing.ts"

layer(layerSandbox(), { excludeTestServices: true })("the columns of an import", (it) => {
  it.effect("stops at columns that match no field, with flags that work when they are pasted", () =>
    Effect.gen(function* () {
      const { file, run, store } = yield* importing(`id,name,Seats,"Bob's $HOME, ""own""",a=b\n1,One,3,x,y\n`)
      const ran = yield* run(["--dry-run"])
      assert.strictEqual(ran.exitCode, 3)
      assert.include(
        ran.stderr,
        `✖ ${file} cannot be read as accounts: 3 problems with its columns. Nothing was sent.\n`,
      )
      assert.match(
        ran.stderr,
        /\n {2}Seats +does not match an account field {2}→ {2}--map Seats=customAttributes\.seats or --ignore Seats\n/,
      )
      const { error } = JSON.parse((yield* run(["--json"])).stdout)
      assert.strictEqual(error.code, "unmapped_columns")
      const columns: ReadonlyArray<{ readonly flags: ReadonlyArray<string> }> = error.columns
      const mapped = yield* run(columns.flatMap(({ flags }) => pasted(flags[0]!)))
      assert.deepEqual([mapped.exitCode, mapped.stderr], [0, ""])
      assert.sameMembers(Object.values((yield* store.get("1"))?.account.customAttributes ?? {}), [3, "x", "y"])
      const ignored = yield* run(["--dry-run", ...columns.flatMap(({ flags }) => pasted(flags.at(-1)!))])
      assert.strictEqual(ignored.exitCode, 0)
    }),
  )

  it.effect("names the required fields that no column gives, and the nearest name of a flag that fits none", () =>
    Effect.gen(function* () {
      const { run } = yield* importing("id,Titel\n1,One\n")
      const ran = yield* run(["--dry-run", "--ignore", "Title"], { env: { APTRINSIC_PRODUCT_KEY: "" } })
      assert.strictEqual(ran.exitCode, 3)
      assert.match(ran.stderr, /\n {2}Title +is not a column; did you mean Titel\?\n/)
      assert.match(ran.stderr, /\n {2}name +is required and no column gives it {2}→ {2}--map COLUMN=name\n/)
      assert.match(ran.stderr, /\n {2}propertyKeys +is required .* --product-key AP-…\n/)
    }),
  )

  it.effect("keeps --map, --ignore and --set in a file, and reads them back", () =>
    Effect.gen(function* () {
      const { directory, read, run, store } = yield* importing("Key,Title,Seats,Junk\n7,Seven,3,x\n")
      const flags = ["--map", "Key=id", "--map", "Title=name", "--map", "Seats=customAttributes.seats:text"]
      const mapping = `${directory}/crm.json`
      const saved = yield* run([
        ...flags,
        "--ignore",
        "Junk",
        "--set",
        "plan=1",
        "--dry-run",
        "--save-mapping",
        mapping,
      ])
      assert.deepEqual([saved.exitCode, saved.stderr], [0, ""])
      assert.deepEqual(JSON.parse(yield* read(mapping)), {
        version: 1,
        columns: { Key: "id", Title: "name", Seats: "customAttributes.seats:text" },
        ignore: ["Junk"],
        set: { plan: "1" },
      })
      assert.strictEqual((yield* run(["--mapping", mapping])).exitCode, 0)
      assert.deepEqual((yield* store.get("7"))?.account, {
        id: "7",
        name: "Seven",
        propertyKeys: ["AP-TEST-2"],
        plan: "1",
        customAttributes: { seats: "3" },
      })
      const overridden = yield* run(["--mapping", mapping, "--set", "plan=pro", "--dry-run", "--save-mapping", mapping])
      assert.strictEqual(overridden.exitCode, 0)
      assert.strictEqual(JSON.parse(yield* read(mapping)).set.plan, "pro")
    }),
  )

  it.effect("names what is wrong with a mapping file", () =>
    Effect.gen(function* () {
      const { directory, run, write } = yield* importing("id,name\n1,One\n")
      const mapping = `${directory}/mapping.json`
      yield* write('{"colums": {"a": "id"}}', mapping)
      const ran = yield* run(["--mapping", mapping, "--dry-run"])
      assert.deepEqual(
        [ran.exitCode, ran.stderr],
        [2, `✖ ${mapping}: colums is not an option; did you mean columns?\n  It is written by --save-mapping FILE.\n`],
      )
    }),
  )
})
