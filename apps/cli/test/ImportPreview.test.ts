import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing } from "./support/importing.ts"

const crm = [
  "Account ID,Account Name,Annual Revenue,Renewal Date,Phone,PLZ",
  "c1,One,1200,2027-01-31,1,01234",
  "c2,Two,,1704449472,2,",
  "",
].join("\n")

const flags = ["--map", "Annual Revenue=customAttributes.arr", "--unmapped", "ignore"]

layer(layerSandbox(), { excludeTestServices: true })("the preview of an import", (it) => {
  it.effect("shows in a dry run what each column gives, and with --preview the first rows as they will be sent", () =>
    Effect.gen(function* () {
      const { run } = yield* importing(crm)
      const ran = yield* run(["--dry-run", ...flags, "--accept", "date_in_1970", "--preview", "1"])
      assert.strictEqual(ran.exitCode, 0)
      assert.deepEqual(ran.stdout.trimEnd().split("\n").slice(3), [
        "  Column          Field                 Type    Set  Empty  Doubtful  Samples",
        "  Account ID      id                    text      2      0         0  c1 · c2",
        "  Account Name    name                  text      2      0         0  One · Two",
        "  Annual Revenue  customAttributes.arr  number    1      1         0  1200",
        "  Renewal Date    renewalDate           date      2      0         1  2027-01-31 · 1704449472",
        "  PLZ             location.postalCode   text      1      1         0  01234",
        "  Skipped: Phone",
        '  line 2  {"id":"c1","name":"One","propertyKeys":["AP-TEST-2"],"location":{"postalCode":"01234"},"customAttributes":{"arr":1200},"renewalDate":1801353600000}',
      ])
    }),
  )

  it.effect("is in the document of a dry run and of a refusal", () =>
    Effect.gen(function* () {
      const { run } = yield* importing(crm)
      const args = ["--dry-run", "--json", ...flags, "--preview", "5"]
      const { error } = JSON.parse((yield* run(args)).stdout)
      const fine = JSON.parse((yield* run([...args, "--accept", "date_in_1970"])).stdout)
      for (const { columns, ignored, preview } of [error, fine]) {
        assert.deepEqual(columns[2], {
          column: "Annual Revenue",
          field: "customAttributes.arr",
          type: "number",
          set: 1,
          empty: 1,
          doubtful: 0,
          invalid: 0,
          offers: [],
          samples: ["1200"],
        })
        assert.deepEqual(ignored, ["Phone"])
        assert.deepEqual(
          preview.map(({ account, line }: { account: { id: string }; line: number }) => [line, account.id]),
          [
            [2, "c1"],
            [3, "c2"],
          ],
        )
      }
    }),
  )

  it.effect("offers before what is sent, too, what would make numbers or dates of texts", () =>
    Effect.gen(function* () {
      const { run } = yield* importing('id,name,ARR\nr1,One,950.50\nr2,Two,"1,250.50"\n')
      const ran = yield* run(["--map", "ARR=customAttributes.arr"])
      assert.strictEqual(ran.exitCode, 0)
      assert.include(ran.stderr, "  ARR is text, as 950.50; otherwise pass --grouping ','")
    }),
  )

  it.effect("stands before what is sent when it is asked for, and the rows are sent as it says", () =>
    Effect.gen(function* () {
      const { run, store } = yield* importing("id,name,customAttributes.zip\nz1,One,94010\nz2,Two,01234\n")
      const ran = yield* run(["--preview", "2"])
      assert.strictEqual(ran.exitCode, 0)
      const sent = [...ran.stderr.matchAll(/^ {2}line \d+ {2}(\{.*\})$/gm)].map(([, json]) => JSON.parse(json!))
      assert.deepEqual(sent, [(yield* store.get("z1"))?.account, (yield* store.get("z2"))?.account])
      assert.strictEqual((yield* run(["--restart"])).stderr, "")
    }),
  )
})

layer(layerSandbox(), { excludeTestServices: true })("columns that match nothing", (it) => {
  it.effect("become custom attributes of their names with --unmapped custom", () =>
    Effect.gen(function* () {
      const { run, store } = yield* importing("id,name,MRR,Account Tier\nu1,One,7,gold\n")
      assert.strictEqual((yield* run(["--unmapped", "custom"])).exitCode, 0)
      assert.deepEqual((yield* store.get("u1"))?.account.customAttributes, { mrr: 7, accountTier: "gold" })
    }),
  )

  it.effect("are asked about one by one on a terminal, with the best guess, and the answers are kept", () =>
    Effect.gen(function* () {
      const { directory, held, read, run, store } = yield* importing("id,name,MRR,Junk,2024-01-01\nq1,One,7,x,y\n")
      // Every question is answered with these keys.
      const typing = (...typed: ReadonlyArray<string>) => ({
        terminals: ["stdin", "stderr"] as const,
        typed,
        env: { NO_COLOR: "1" },
      })
      const mapping = `${directory}/crm.json`
      const stopped = yield* run([], typing("ctrl-d"))
      assert.strictEqual(stopped.exitCode, 3)
      assert.include(stopped.stderr, "MRR matches no account field")
      assert.include(stopped.stderr, "Read it as customAttributes.mrr")
      assert.include(stopped.stderr, "3 problems with its columns. Nothing was sent.")
      assert.deepEqual(yield* held, [])
      const ran = yield* run(["--save-mapping", mapping], typing("enter"))
      assert.strictEqual(ran.exitCode, 0, ran.stderr)
      assert.deepEqual((yield* store.get("q1"))?.account.customAttributes, { mrr: 7, junk: "x" })
      assert.deepEqual(JSON.parse(yield* read(mapping)), {
        version: 1,
        columns: { id: "id", name: "name", MRR: "customAttributes.mrr", Junk: "customAttributes.junk" },
        ignore: ["2024-01-01"],
      })
      const all = yield* run(["--restart"], typing("down", "down", "enter"))
      assert.strictEqual(all.exitCode, 0, all.stderr)
      assert.include(all.stderr, "--save-mapping FILE keeps these answers")
      assert.notInclude((yield* run(["--unmapped", "refuse"], typing("enter"))).stderr, "Read it as")
    }),
  )

  it.effect("are told twenty at a time, with the flag that takes all of them", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 3000 }, (_, index) => `Col ${index}`)
      const { run } = yield* importing(`id,name,${names.join(",")}\n`)
      const ran = yield* run(["--dry-run"])
      assert.strictEqual(ran.exitCode, 3)
      assert.isBelow(ran.stderr.split("\n").length, 30)
      assert.include(ran.stderr, "\n  … and 2,980 more\n")
      assert.include(ran.stderr, "--unmapped custom")
      assert.lengthOf(JSON.parse((yield* run(["--json"])).stdout).error.columns, 1000)
    }),
  )

  it.effect.each([
    ["accounts.csv", "id,Firma,MRR,Junk\n1,One,7,x\n"],
    ["accounts.ndjson", '{"id":"1","Firma":"One","MRR":7,"Junk":"x"}\n'],
  ] as const)("stand in the file of --save-mapping with the best guess, to edit and use: %s", ([name, content]) =>
    Effect.gen(function* () {
      const { directory, read, run, store, write } = yield* importing(content, name)
      const mapping = `${directory}/crm.json`
      const refused = yield* run(["--dry-run", "--save-mapping", mapping])
      assert.strictEqual(refused.exitCode, 3)
      const saved = JSON.parse(yield* read(mapping))
      assert.deepEqual(saved, {
        version: 1,
        columns: { id: "id", Firma: "name", MRR: "customAttributes.mrr", Junk: "customAttributes.junk" },
      })
      const { Junk: _, ...columns } = saved.columns
      yield* write(JSON.stringify({ ...saved, columns, ignore: ["Junk"] }), mapping)
      assert.strictEqual((yield* run(["--mapping", mapping])).exitCode, 0)
      assert.deepEqual((yield* store.get("1"))?.account.customAttributes, { mrr: 7 })
    }),
  )
})

layer(layerSandbox(), { excludeTestServices: true })("problems of many rows", (it) => {
  it.effect("are told once a cause, the serious ones first, with how many and where", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 100 }, (_, index) => `w${index},Name,NULL\n`).join("")
      const { run } = yield* importing(`id,name,plan\n${rows}1.23457E+14,Last,pro\n`)
      const ran = yield* run(["--dry-run", "--accept", "spreadsheet_number"])
      assert.strictEqual(ran.exitCode, 0)
      const [head, first, second, rest, ...others] = ran.stderr.trimEnd().split("\n")
      assert.strictEqual(head, "! 101 values to look at; they are sent as they are.")
      assert.match(first!, /^ {2}line 102 {2}id {4}"1\.23457E\+14" /)
      assert.match(
        second!,
        /^ {2}100 × {5}plan {2}"NULL" is sent as this text \(lines 2, 3, 4 …\)\. If .* --null 'NULL'\.$/,
      )
      assert.deepEqual([rest, others], ["  --problems FILE writes all of them", []])
      const { warningGroups } = JSON.parse(
        (yield* run(["--dry-run", "--json", "--accept", "spreadsheet_number"])).stdout,
      )
      assert.deepEqual(
        warningGroups.map(({ code, count, first }: { code: string; count: number; first: unknown }) => [
          code,
          count,
          first,
        ]),
        [
          ["spreadsheet_number", 1, [{ row: 101, line: 102 }]],
          [
            "null_like",
            100,
            [
              { row: 1, line: 2 },
              { row: 2, line: 3 },
              { row: 3, line: 4 },
            ],
          ],
        ],
      )
    }),
  )

  it.effect("count every doubt with --strict, and send nothing until each is accepted", () =>
    Effect.gen(function* () {
      const { held, run } = yield* importing("id,name,plan\ns1,One,N/A\nS1,Two,pro\n")
      for (const args of [["--strict", "--dry-run"], ["--strict"]]) {
        const ran = yield* run(args)
        assert.strictEqual(ran.exitCode, 3)
        assert.include(ran.stderr, "pass --accept null_like,similar_id.\n")
        assert.isFalse(JSON.parse((yield* run([...args, "--json"])).stdout).ok)
      }
      assert.deepEqual(yield* held, [])
      assert.strictEqual((yield* run(["--strict", "--accept", "null_like,similar_id"])).exitCode, 0)
      assert.deepEqual(yield* held, ["S1", "s1"])
    }),
  )
})

layer(layerSandbox(), { excludeTestServices: true })("a dry run", (it) => {
  it.effect("says which report it would continue, what is left to send, and when it would not begin", () =>
    Effect.gen(function* () {
      const { file, run, write } = yield* importing("id,name\nd1,One\nd2,Two\nd3,Three\n")
      assert.strictEqual(JSON.parse((yield* run(["--dry-run", "--json"])).stdout).continues, null)
      assert.strictEqual((yield* run(["--daily-quota", "3"])).exitCode, 7)
      const dry = yield* run(["--dry-run"])
      assert.include(dry.stdout, `\n  It continues ${file}.import.ndjson: 2 rows are already done.\n`)
      assert.include(dry.stdout, "\n  Importing takes 1 request: ")
      assert.include(dry.stdout, "\n  An account that exists takes two: up to 2 requests and ")
      const other = ["--dry-run", "--set", "plan=pro"]
      yield* write("id,name\nd1,One\nd2,Two\nd3,Three\n")
      const refused = yield* run(other)
      assert.strictEqual(refused.exitCode, 0)
      assert.match(refused.stdout, /\n {2}It would not begin: .* is the report of .* with other columns, .*\n/)
      assert.notInclude((yield* run([...other, "--restart"])).stdout, "It would not begin")
    }),
  )
})
