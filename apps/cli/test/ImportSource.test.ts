import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox, offline } from "./support/aptrinsic.ts"
import { importing } from "./support/importing.ts"

layer(layerSandbox(), { excludeTestServices: true })("what is imported", (it) => {
  it.effect("reads NDJSON, a JSON list and the list in a JSON object", () =>
    Effect.gen(function* () {
      const accounts = [
        { id: "j1", name: "One", location: { city: "Bern" } },
        { "Account ID": "j2", "Company Name": "Two", customAttributes: { seats: 3 } },
      ]
      for (const [name, text] of [
        ["accounts.ndjson", accounts.map((account) => JSON.stringify(account)).join("\n")],
        ["accounts.json", JSON.stringify(accounts, null, 2)],
        ["answer.json", JSON.stringify({ total: 2, records: accounts })],
      ] as const) {
        const { run, store } = yield* importing(text, name)
        const ran = yield* run()
        assert.deepEqual([ran.exitCode, ran.stderr], [0, ""])
        assert.deepInclude((yield* store.get("j1"))?.account, { name: "One", location: { city: "Bern" } })
        assert.deepInclude((yield* store.get("j2"))?.account, { name: "Two", customAttributes: { seats: 3 } })
      }
    }),
  )

  it.effect("names the rows of a JSON list, and stops at keys that match no field", () =>
    Effect.gen(function* () {
      const list = yield* importing('[{"id": "1", "name": ""}, 5]', "accounts.json")
      const ran = yield* list.run(["--dry-run"])
      assert.strictEqual(ran.exitCode, 3)
      assert.match(ran.stderr, /\n {2}row 1 +name +is required\n {2}row 2 +is 5, not an object/)
      const keys = yield* importing('{"id": "1", "name": "One", "Seats": 3}\n', "accounts.ndjson")
      const unmatched = yield* keys.run()
      assert.strictEqual(unmatched.exitCode, 3)
      assert.include(unmatched.stderr, "--map Seats=customAttributes.seats or --ignore Seats")
      assert.strictEqual((yield* keys.run(["--map", "Seats=customAttributes.seats"])).exitCode, 0)
    }),
  )

  it.effect(
    "refuses a file that is missing, a directory, empty, only a header, a workbook that is cut or not to be read on",
    () =>
      Effect.gen(function* () {
        const { directory, run, write } = yield* importing("")
        const cases: ReadonlyArray<
          readonly [name: string, content: string | undefined, exitCode: number, said: string]
        > = [
          ["missing.csv", undefined, 2, "cannot be read: there is no such file or directory.\n  Correct the path.\n"],
          [".", undefined, 2, "cannot be read: it is a directory.\n  Name a file.\n"],
          ["empty.csv", "", 3, "is empty. Nothing was sent.\n  Check that it is the right file.\n"],
          [
            "header.csv",
            "id,name\n",
            3,
            "has no rows, only a header. Nothing was sent.\n  If that is expected, pass --allow-empty.\n",
          ],
          ["list.json", "[]", 3, "has no rows. Nothing was sent.\n  If that is expected, pass --allow-empty.\n"],
          [
            "book.xlsx",
            "PK\u0003\u0004\u0014\u0000xl/workbook.xml",
            3,
            "is a ZIP archive that breaks off: unexpected end of zip archive at byte 21. Nothing was sent.\n  Fetch it again; 'unzip -t FILE' says whether it is whole.\n",
          ],
          [
            "zero.csv",
            "id,name\n1,One\n2,T\0wo\n",
            3,
            "is not text: line 3 holds a zero byte. Nothing was sent.\n  Export it again as UTF-8 text, or say how it is encoded with --encoding.\n",
          ],
        ]
        for (const [name, content, exitCode, said] of cases) {
          const path = `${directory}/${name}`
          if (content !== undefined) yield* write(content, path)
          const ran = yield* run([], {}, path)
          assert.deepEqual(ran, { exitCode, stdout: "", stderr: `✖ ${path} ${said}` })
          const json = yield* run(["--json"], {}, path)
          assert.deepEqual([json.exitCode, json.stderr], [exitCode, ""])
          assert.isFalse(JSON.parse(json.stdout).ok)
        }
      }),
  )

  it.effect("takes a file without rows for an empty day with --allow-empty", () =>
    Effect.gen(function* () {
      const { directory, held, run, write } = yield* importing("id,name\n")
      const ran = yield* run(["--allow-empty"])
      assert.deepEqual([ran.exitCode, ran.stderr], [0, ""])
      assert.match(ran.stdout, /^= .* has no rows\. Nothing was sent\.\n$/)
      yield* write("[]", `${directory}/list.json`)
      const json = yield* run(["--allow-empty", "--dry-run", "--json"], {}, `${directory}/list.json`)
      assert.deepInclude(JSON.parse(json.stdout), { ok: true, rows: 0, created: 0, remaining: 0 })
      yield* write("id,nmae\n")
      assert.strictEqual((yield* run(["--allow-empty"])).exitCode, 3)
      assert.deepEqual(yield* held, [])
    }),
  )

  it.effect("needs --report for rows from stdin, and no second use of stdin", () =>
    Effect.gen(function* () {
      const { directory, held, report, run } = yield* importing("")
      const stdin = "id,name\ns1,One\n"
      const bare = yield* run([], { stdin }, "-")
      assert.deepEqual(
        [bare.exitCode, bare.stderr],
        [2, "✖ An import from stdin needs --report FILE, so that it can be continued.\n"],
      )
      const twice = yield* run(["--dry-run", "--api-key-file", "-"], { stdin, env: { APTRINSIC_API_KEY: "" } }, "-")
      assert.deepEqual(
        [twice.exitCode, twice.stderr],
        [2, "✖ The accounts and the API key cannot both come from stdin.\n"],
      )
      assert.strictEqual((yield* run(["--dry-run"], { ...offline, stdin }, "-")).exitCode, 0)
      const path = `${directory}/today.ndjson`
      assert.strictEqual((yield* run(["--report", path], { stdin }, "-")).exitCode, 0)
      assert.deepEqual(yield* held, ["s1"])
      assert.deepEqual(
        (yield* report(path)).map(({ s }) => s),
        ["sent", "created"],
      )
      const again = yield* run(["--report", path], { stdin }, "-")
      assert.include(again.stdout, "✔ The one row was imported before. Nothing was sent.\n")
    }),
  )
})
