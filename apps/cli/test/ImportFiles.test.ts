import { execFileSync } from "node:child_process"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })(
  "the files an import writes",
  (it) => {
    it.effect("refuses the report of another file, another mapping and another server", () =>
      Effect.gen(function* () {
        const { directory, file, read, run, url, write } = yield* importing(rows(2))
        const path = `${file}.import.ndjson`
        yield* run()
        const report = yield* read()
        const refused = Effect.fnUntraced(function* (
          why: string,
          args: ReadonlyArray<string>,
          env = {},
          source = file,
        ) {
          const ran = yield* run(args, { env }, source)
          assert.deepEqual(ran, {
            exitCode: 2,
            stdout: "",
            stderr: `✖ ${path} is the report of ${why}.\n  Choose another file with --report, or begin anew with --restart.\n`,
          })
          assert.strictEqual(yield* read(), report)
        })
        yield* refused(`${file} with other columns, constants or formats`, ["--set", "plan=pro"])
        const elsewhere = { APTRINSIC_BASE_URL: "http://127.0.0.1:1" }
        yield* refused(`an import to ${url}, not to http://127.0.0.1:1`, [], elsewhere)
        yield* write(rows(2, "b"), `${directory}/b.csv`)
        yield* refused(`another file, ${file}`, ["--report", path], {}, `${directory}/b.csv`)
      }),
    )

    it.effect("continues whatever the order of its flags, and with --skip-invalid or without", () =>
      Effect.gen(function* () {
        const { run } = yield* importing("id,name,Seats,d\n1,A,5,01/02/2027\n")
        const flags = ["--map=Seats=customAttributes.s", "--map=d=renewalDate", "--date-format=DD/MM/YYYY"]
        yield* run(flags)
        for (const again of [flags.toReversed(), [...flags, "--skip-invalid"]]) {
          assert.include((yield* run(again)).stdout, "was imported before. Nothing was sent.")
        }
      }),
    )

    it.effect(
      "takes product keys from the mapping file before those of the environment, and keeps the latter out of it",
      () =>
        Effect.gen(function* () {
          const { directory, read, run, store, write } = yield* importing(rows(1))
          const mapping = `${directory}/mapping.json`
          yield* run(["--dry-run", "--save-mapping", mapping])
          assert.deepEqual(JSON.parse(yield* read(mapping)), { version: 1, columns: { id: "id", name: "name" } })
          yield* write('{"version":1,"productKeys":["AP-MAP-1"]}', mapping)
          yield* run(["--mapping", mapping])
          assert.deepEqual((yield* store.get("a1"))?.account.propertyKeys, ["AP-MAP-1"])
        }),
    )

    it.effect("writes over nothing it reads or writes itself, by whatever name", () =>
      Effect.gen(function* () {
        const { directory, file, link, read, run, write } = yield* importing(rows(1))
        const mapping = `${directory}/mapping.json`
        yield* write('{"version":1}', mapping)
        yield* link(file, `${directory}/link`)
        yield* run()
        const report = `${file}.import.ndjson`
        const before = [yield* read(file), yield* read(report), yield* read(mapping)]
        const bad: ReadonlyArray<readonly [flags: ReadonlyArray<string>, source: string, message: string]> = [
          [["--problems", report], file, "--problems names the report."],
          [["--problems", `${directory}/link`], file, "--problems names the file that is imported."],
          [["--problems", file], `${directory}/link`, "--problems names the file that is imported."],
          [["--save-mapping", `${directory}/link`], file, "--save-mapping names the file that is imported."],
          [["--mapping", mapping, "--problems", mapping], file, "--problems names the file of --mapping."],
          [["--report", mapping, "--mapping", mapping], file, "--report names the file of --mapping."],
          [["--problems", "x", "--save-mapping", "x"], file, "--save-mapping names the file of --problems."],
          [["--report", "-"], file, "--report needs the name of a file; - is not one."],
          [["--mapping", "-"], file, "--mapping needs the name of a file; - is not one."],
          [["--report", ""], file, "--report needs the name of a file; it is empty."],
          [["--problems", ""], file, "--problems needs the name of a file; it is empty."],
          [["--mapping", ""], file, "--mapping needs the name of a file; it is empty."],
          [[], "", "FILE needs the name of a file; it is empty."],
          [["--set", "plan=a", "--set", "plan=b"], file, "--set plan is given twice."],
          [["--map", "id=id", "--map", "id=name"], file, "--map id is given twice."],
        ]
        for (const [flags, source, message] of bad) {
          const ran = yield* run(["--dry-run", ...flags], {}, source)
          assert.deepEqual([ran.exitCode, ran.stderr.split("\n", 1)[0]], [2, `✖ ${message}`])
        }
        const { stdout: help } = yield* run(["--help"])
        const flags = Array.from(help.matchAll(/--(\S+) FILE\b/g), ([, flag]) => flag!)
        for (const flag of flags.filter((flag) => flag !== "api-key-file")) {
          assert.strictEqual((yield* run([`--${flag}`, file])).exitCode, 2)
        }
        assert.includeMembers(flags, ["mapping", "report"])
        assert.deepEqual([yield* read(file), yield* read(report), yield* read(mapping)], before)
        assert.strictEqual((yield* run(["--dry-run", "--mapping", mapping, "--save-mapping", mapping])).exitCode, 0)
      }),
    )

    it.effect("leaves a file alone that is not a report, whatever is asked", () =>
      Effect.gen(function* () {
        const { directory, file, files, posts, read, run, write } = yield* importing(rows(2))
        const notes = `${directory}/notes.txt`
        yield* write("not a report\n", notes)
        for (const report of [notes, "/dev/null"]) {
          for (const args of [[], ["--restart"]]) {
            const ran = yield* run(["--report", report, ...args])
            assert.deepEqual(ran, {
              exitCode: 2,
              stdout: "",
              stderr: `✖ ${report} is not the report of an import.\n  It is left as it is; choose another file with --report.\n`,
            })
          }
        }
        const itself = yield* run(["--report", file, "--restart"])
        assert.strictEqual(itself.exitCode, 2)
        assert.strictEqual(yield* read(notes), "not a report\n")
        assert.deepEqual(yield* files, ["accounts.csv", "notes.txt"])
        assert.strictEqual(yield* posts, 0)
      }),
    )

    it.effect("names what a report contradicts, and claims no account that PX does not have", () =>
      Effect.gen(function* () {
        const { file, held, posts, read, run, write } = yield* importing(rows(24))
        yield* run(["--daily-quota", "12"])
        const report = yield* read()
        yield* write(report.replace('"s":"created","row":11,', '"s":"created","row":21,'), `${file}.import.ndjson`)
        const ran = yield* run(["--daily-quota", "1000"])
        assert.strictEqual(ran.exitCode, 0, ran.stdout)
        assert.match(ran.stderr, /is damaged in 1 place; rows that this concerns are looked up before they are sent:/)
        assert.match(ran.stderr, /\n {2}line \d+ \(created for row 21, a11\) was changed after it was written\n/)
        yield* write(
          (yield* read()).replace('"s":"created","row":1,', '"s":"created","row":21,'),
          `${file}.import.ndjson`,
        )
        const again = yield* run(["--json"])
        assert.strictEqual(again.stderr, "")
        const { contradictionCount, contradictions } = JSON.parse(again.stdout)
        assert.strictEqual(contradictionCount, 2)
        const [{ line, ...first }] = contradictions
        assert.deepEqual(first, {
          row: 21,
          message: `line ${line} (created for row 21, a1) was changed after it was written`,
        })
        assert.strictEqual((yield* held).length, 24)
        assert.strictEqual(yield* posts, 24)
      }),
    )

    it.effect("does not say that PX was asked when a report is damaged about rows that are done", () =>
      Effect.gen(function* () {
        const { file, log, read, run, write } = yield* importing(rows(3))
        yield* run()
        const report = yield* read()
        yield* write(report.slice(0, report.lastIndexOf('{"s":"end"')), `${file}.import.ndjson`)
        const before = (yield* log.entries()).length
        const ran = yield* run()
        assert.strictEqual(ran.exitCode, 0)
        assert.match(
          ran.stderr,
          /is damaged in 1 place; rows that this concerns are looked up before they are sent:\n {2}has no end/,
        )
        assert.lengthOf(yield* log.entries(), before)
      }),
    )

    it.effect(
      "refuses pipes and devices that it would have to read twice or that keep nothing, and opens none of them",
      () =>
        Effect.gen(function* () {
          const { directory, file, posts, run } = yield* importing(rows(2))
          const pipe = `${directory}/pipe`
          yield* Effect.sync(() => execFileSync("mkfifo", [pipe]))
          const twice = "cannot be read: it is a pipe or a device, which can be read only once."
          const cases: ReadonlyArray<readonly [source: string, flags: ReadonlyArray<string>, message: string]> = [
            [pipe, [], twice],
            ["/dev/tty", [], twice],
            [file, ["--report", pipe], "is not the report of an import."],
            [file, ["--problems", pipe], "--problems names a pipe or a device, not a file."],
            [file, ["--save-mapping", "/dev/full"], "--save-mapping names a pipe or a device, not a file."],
          ]
          for (const [source, flags, message] of cases) {
            const ran = yield* run(flags, {}, source)
            assert.strictEqual(ran.exitCode, 2)
            assert.include(ran.stderr, message)
          }
          assert.strictEqual(yield* posts, 0)
        }),
    )

    it.effect("sends nothing when the page cannot be written, and says how to make it when that shows at the end", () =>
      Effect.gen(function* () {
        const { directory, file, makeFolder, posts, run } = yield* importing(rows(2))
        for (const [page, why] of [
          [`${directory}/no/page.html`, "cannot be written: there is no such file or directory."],
          [directory, "is not a file."],
        ] as const) {
          const ran = yield* run(["--html", page])
          assert.strictEqual(ran.exitCode, 2)
          assert.include(ran.stderr, `✖ ${page} ${why}\n`)
        }
        assert.strictEqual(yield* posts, 0)
        yield* makeFolder(`${directory}/page.html.part`)
        const late = yield* run(["--html", `${directory}/page.html`])
        assert.strictEqual(late.exitCode, 0)
        assert.include(
          late.stderr,
          `! The page could not be written: ${directory}/page.html cannot be written: it is a directory. 'aptrinsic report ${file}.import.ndjson --html FILE' makes it of the report.\n`,
        )
      }),
    )

    it.effect("sends nothing when the report cannot be written", () =>
      Effect.gen(function* () {
        const { directory, posts, run } = yield* importing(rows(2))
        const nowhere = yield* run(["--report", `${directory}/no/report`])
        assert.deepEqual(
          [nowhere.exitCode, nowhere.stderr],
          [
            2,
            `✖ ${directory}/no/report: there is no such file or directory.\n  Correct the path.\n  --report FILE keeps the report elsewhere.\n`,
          ],
        )
        const folder = yield* run(["--report", directory, "--json"])
        assert.deepEqual([folder.exitCode, folder.stderr], [2, ""])
        assert.strictEqual(JSON.parse(folder.stdout).error.code, "journal")
        assert.strictEqual(yield* posts, 0)
      }),
    )
  },
)
