import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

const stepsOf = (lines: ReadonlyArray<{ readonly s: string; readonly id: string }>) =>
  lines.map(({ id, s }) => `${s} ${id}`)

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })(
  "an import of a file that changed",
  (it) => {
    it.effect("sends the new rows of a daily file that grew, wherever they stand, and no row twice", () =>
      Effect.gen(function* () {
        const { file, files, held, posts, report, requests, run, write } = yield* importing(rows(20))
        yield* run()
        const before = yield* requests
        yield* write(
          rows(20).replace("id,name\n", "id,name\nb1,First\n").replace("a7,Account 7\n", "").concat("b2,Last\n"),
        )
        const dry = yield* run(["--dry-run"])
        assert.include(
          dry.stdout,
          `\n  The file changed since ${file}.import.ndjson: 19 of 21 rows are already done, known by their ids, 2 are new.\n`,
        )
        assert.include(dry.stdout, "\n  Importing takes 2 requests: ")
        const ran = yield* run()
        assert.deepEqual(
          [ran.exitCode, ran.stderr],
          [0, `Resuming ${file}, which changed: 19 of 21 rows are already done, known by their ids, 2 are new.\n`],
        )
        assert.match(
          ran.stdout,
          /^✔ Created 2 of the 2 rows left in .*\n {2}created +21 {2}19 of them in earlier runs\n {2}Report .*\n$/,
        )
        assert.strictEqual(yield* posts, 22)
        assert.strictEqual(yield* requests, before + 3)
        assert.deepEqual(
          yield* held,
          ["b1", "b2", ...Array.from({ length: 20 }, (_, index) => `a${index + 1}`)].toSorted(),
        )
        assert.deepEqual(yield* files, [
          "accounts.csv",
          "accounts.csv.import.ndjson",
          "accounts.csv.import.ndjson.before",
        ])
        assert.sameMembers(
          stepsOf(yield* report()).filter((step) => step.endsWith("b2")),
          ["sent b2", "created b2"],
        )
        const again = yield* run()
        assert.match(again.stdout, /^✔ All 21 rows were imported before\. Nothing was sent\.\n/)
        assert.strictEqual(again.stderr, `Resuming ${file}: 21 of 21 rows are already done.\n`)
      }),
    )

    it.effect(
      "counts by id what is left of a file that grew when its import was broken off before it came to rows",
      () =>
        Effect.gen(function* () {
          const { file, posts, run, write } = yield* importing(rows(20))
          yield* run()
          yield* write(rows(20).replace("id,name\n", rows(9, "new")))
          const halted = yield* run(["--daily-quota", "5", "--concurrency", "1"])
          assert.strictEqual(halted.exitCode, 7)
          assert.include(halted.stderr, "This import takes 9 requests and the day's quota has 4 left")
          const dry = (yield* run(["--dry-run"])).stdout
          assert.include(dry, `\n  It continues ${file}.import.ndjson: 24 rows are already done.\n`)
          assert.include(dry, "\n  Importing takes 5 requests: ")
          const ran = yield* run(["--daily-quota", "11", "--json"])
          assert.strictEqual(ran.exitCode, 0)
          assert.deepInclude(JSON.parse(ran.stdout), {
            created: 29,
            alreadyDone: 24,
            thisRun: { created: 5, duplicate: 0, failed: 0, inDoubt: 0 },
          })
          assert.strictEqual((yield* run()).stderr, `Resuming ${file}: 29 of 29 rows are already done.\n`)
          assert.strictEqual(yield* posts, 29)
        }),
    )

    it.effect("says which rows changed since they were sent, and sends none of them", () =>
      Effect.gen(function* () {
        const text = (plan: string, last = "") => `id,name,plan\nc1,One,pro\nc2,Two,${plan}\nc3,Three,pro\n${last}`
        const { directory, posts, read, run, store, write } = yield* importing(text("pro"))
        yield* run()
        yield* write(text("free", "c4,Four,pro\n"))
        const told = (differing = "") =>
          `1 row changed since${differing}: not sent, PX has its account already, and an import only creates.`
        const dry = (yield* run(["--dry-run"])).stdout
        assert.include(dry, `, 1 is new.\n  ${told()}\n`)
        assert.include(dry, "\n  Importing takes 2 requests: ")
        assert.deepInclude(JSON.parse((yield* run(["--dry-run", "--json"])).stdout).continues, {
          _tag: "ContinuesById",
          done: 3,
          changed: 1,
          inDoubt: 0,
          failed: 0,
          new: 1,
        })
        const ran = yield* run()
        assert.strictEqual(ran.exitCode, 0)
        assert.include(
          ran.stdout,
          `\n  ! ${told(" (1 differs: plan 1)")}\n  Differing    ${directory}/accounts.differs.csv `,
        )
        assert.deepEqual((yield* read(`${directory}/accounts.differs.csv`)).split("\r\n"), [
          "line,id,field,file,px",
          "3,c2,plan,free,pro",
          "",
        ])
        assert.strictEqual(yield* posts, 4)
        assert.deepInclude((yield* store.get("c2"))?.account, { plan: "pro" })
        assert.deepInclude(JSON.parse((yield* run(["--json"])).stdout), {
          changedRows: 1,
          changedFields: { plan: 1 },
          requests: 0,
          differing: 0,
          differingRows: null,
        })
        // What PX has is what was sent first: a row that is put back has not changed.
        yield* write(text("pro", "c4,Four,pro\n"))
        assert.notInclude((yield* run(["--dry-run"])).stdout, "changed since:")
      }),
    )

    it.effect("sends the rows that were corrected in the file itself, and those that failed, once", () =>
      Effect.gen(function* () {
        const text = (second: string, third: string) =>
          `id,name,Employees\nd1,One,1\nd2,Two,${second}\n${third},Three,3\nd4,Four,4\n`
        const { faults, file, held, posts, run, write } = yield* importing(text("many", ""))
        yield* faults.set([{ fault: "refusal", status: 400, method: "POST", accountId: "d4" }])
        assert.strictEqual((yield* run(["--skip-invalid"])).exitCode, 6)
        yield* faults.set([])
        yield* write(text("2", "d3"))
        const ran = yield* run()
        assert.deepEqual(
          [ran.exitCode, ran.stderr],
          [
            0,
            `Resuming ${file}, which changed: 1 of 4 rows is already done, known by its id, 1 that failed will be sent again, 2 are new.\n`,
          ],
        )
        assert.deepEqual(yield* held, ["d1", "d2", "d3", "d4"])
        assert.strictEqual(yield* posts, 5)
      }),
    )

    it.effect(
      "keeps one file of failed rows and one of differing ones, of its last state, unless somebody changed them",
      () =>
        Effect.gen(function* () {
          const text = (plan: string, ...names: ReadonlyArray<string>) =>
            `id,name,plan\nh1,One,${plan}\n${names.map((name) => `${name},,\n`).join("")}`
          const { directory, files, read, run, write } = yield* importing(text("pro", "x"))
          const failed = `${directory}/accounts.failed.csv`
          const imported = (content: string) =>
            Effect.gen(function* () {
              yield* write(content)
              const ran = yield* run(["--skip-invalid"])
              assert.strictEqual(ran.exitCode, 6)
              assert.include(ran.stdout, `\n  Failed rows  ${failed}  (correct it`)
              return (yield* files).filter((name) => /failed|differs/.test(name))
            })
          assert.deepEqual(yield* imported(text("pro", "x")), ["accounts.failed.csv"])
          const once = ["accounts.differs.csv", "accounts.failed.csv"]
          for (const plan of ["free", "basic"]) {
            assert.deepEqual(yield* imported(text(plan, "y", "z")), once)
            assert.match(yield* read(failed), /^\S*\r\ny,,,.*\r\nz,,,/)
            assert.include(yield* read(`${directory}/accounts.differs.csv`), `2,h1,plan,${plan},pro`)
          }
          // Somebody works on both.
          yield* write("mine\n", failed)
          yield* write("mine\n", `${directory}/accounts.differs.csv`)
          yield* write(text("gold", "y"))
          const ran = yield* run(["--skip-invalid"])
          assert.include(ran.stdout, `\n  Failed rows  ${directory}/accounts.failed-2.csv  (correct it`)
          assert.include(ran.stdout, `\n  Differing    ${directory}/accounts.differs-2.csv  `)
          assert.deepEqual(
            [yield* read(failed), yield* read(`${directory}/accounts.differs.csv`)],
            ["mine\n", "mine\n"],
          )
          assert.include((yield* run(["--skip-invalid"])).stdout, "accounts.failed-2.csv  (written before; ")
        }),
    )

    it.effect("goes by the ids of the report of stdin, and of a file of failed rows that is corrected twice", () =>
      Effect.gen(function* () {
        const { directory, held, posts, run, write } = yield* importing(
          "id,name,Employees\ng1,One,1\ng2,Two,many\ng3,Three,few\n",
        )
        const report = ["--report", `${directory}/daily.ndjson`]
        yield* run(report, { stdin: rows(3) }, "-")
        const daily = yield* run(report, { stdin: rows(5) }, "-")
        assert.deepEqual([daily.exitCode, yield* posts], [0, 5])
        assert.match(daily.stderr, /^Resuming stdin, which changed: 3 of 5 rows are already done, .*, 2 are new\.\n$/)

        assert.strictEqual((yield* run(["--skip-invalid"])).exitCode, 6)
        const failed = `${directory}/accounts.failed.csv`
        yield* write("id,name,Employees\ng2,Two,2\ng3,Three,few\n", failed)
        assert.strictEqual((yield* run(["--skip-invalid"], {}, failed)).exitCode, 6)
        yield* write("id,name,Employees\ng2,Two,2\ng3,Three,3\n", failed)
        assert.strictEqual((yield* run([], {}, failed)).exitCode, 0)
        assert.deepEqual(
          (yield* held).filter((id) => id.startsWith("g")),
          ["g1", "g2", "g3"],
        )
        assert.strictEqual(yield* posts, 8)
      }),
    )

    it.effect("looks up what was in doubt before it sends anything of it", () =>
      Effect.gen(function* () {
        const { faults, file, held, posts, report, run, write } = yield* importing(rows(2))
        yield* faults.set([
          { fault: "drop-after-commit", method: "POST", accountId: "a2", times: 1 },
          { fault: "server-error", operation: "get" },
        ])
        assert.strictEqual((yield* run(["--outage", "1s", "--concurrency", "1"])).exitCode, 7)
        yield* faults.set([])
        const before = yield* posts
        yield* write("id,name\na3,Account 3\na2,Account 2\n")
        const ran = yield* run()
        assert.deepEqual(
          [ran.exitCode, ran.stderr],
          [
            0,
            `Resuming ${file}, which changed: 0 of 2 rows are already done, known by their ids, 1 sent without an answer will be checked, 1 is new.\n`,
          ],
        )
        assert.strictEqual(yield* posts, before + 1)
        assert.deepInclude(
          (yield* report()).find(({ id, s }) => id === "a2" && s === "created"),
          { confirmed: true },
        )
        assert.deepEqual(yield* held, ["a1", "a2", "a3"])
      }),
    )

    it.effect("is refused when the report is damaged, and when it is that of another file or server", () =>
      Effect.gen(function* () {
        const { file, posts, read, run, write } = yield* importing(rows(3))
        yield* run()
        const report = `${file}.import.ndjson`
        const damaged = (yield* read()).replace('"id":"a2"', '"id":"x2"')
        yield* write(damaged, report)
        yield* write(rows(4))
        for (const args of [["--dry-run"], []]) {
          const ran = yield* run(args)
          assert.include(
            ran.stdout + ran.stderr,
            `${report} is the report of ${file} with other content than it has now, and is damaged: `,
          )
        }
        assert.strictEqual(yield* read(), damaged)
        assert.strictEqual(yield* posts, 3)
        assert.strictEqual((yield* run(["--restart"])).exitCode, 0)
      }),
    )

    it.effect("doubts a Salesforce id that was sent in its other length", () =>
      Effect.gen(function* () {
        const id = "001A0000006Vm9r"
        const { held, run, write } = yield* importing(`id,name\n${id},One\n`)
        yield* run()
        yield* write(`id,name\n${id}IAC,One\n`)
        const ran = yield* run()
        assert.strictEqual(ran.exitCode, 3)
        assert.include(
          ran.stderr,
          `"${id}IAC" is a Salesforce id that an earlier import of this file sent in its other length`,
        )
        assert.include(ran.stderr, "--accept salesforce_id")
        assert.deepEqual(yield* held, [id])
        assert.strictEqual((yield* run(["--accept", "salesforce_id"])).exitCode, 0)
        assert.strictEqual((yield* run()).exitCode, 0)
      }),
    )

    it.effect("takes rows for the same whatever form the file has", () =>
      Effect.gen(function* () {
        const { posts, run, write } = yield* importing("id,name,Employees\nf1,One,1200\n")
        yield* run()
        yield* write('id;name;Employees\r\n"f1";One;1.200\r\nf2;Two;5\r\n')
        const ran = yield* run(["--grouping", ".", "--decimal", ","])
        assert.deepEqual([ran.exitCode, yield* posts], [0, 2], ran.stderr + ran.stdout)
        assert.notInclude(ran.stdout, "changed since")
      }),
    )
  },
)
